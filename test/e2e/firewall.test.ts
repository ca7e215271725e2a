// The firewall check of doctor against a real ufw in separate namespaces: what it finds, and what cures it.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createExec } from '../../tasks/core/exec.ts';
import { projectPath } from '../../tasks/core/paths.ts';
import type { Command, Exec } from '../../tasks/core/types.ts';
import { firewallFinding } from '../../tasks/doctor/checks/firewall.ts';
import { installTools, whyNoNodes } from './firesteel.ts';

const reason = await whyNoNodes();
const suite = reason ? describe.skip : describe;

suite(`ufw${reason ? ` (skipped: ${reason})` : ''}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'fs-ufw-'));
  const exec = createExec(new AbortController().signal);
  const ports = [8443, 8444, 8445];
  let shell: ChildProcess;

  const inside: Exec = (command) => exec(['nsenter', '--mount', '--net', `--target=${shell.pid}`, ...command]);
  const finding = () => firewallFinding(inside, ports, `/proc/${shell.pid}/root`);
  const ufw = (...words: string[]) => inside(['ufw', ...words]);

  beforeAll(async () => {
    await installTools();
    const download = () => execFileSync('apt-get', ['download', 'ufw'], { cwd: folder, stdio: 'ignore' });
    try {
      download();
    } catch {
      execFileSync('apt-get', ['update'], { stdio: 'ignore' });
      download();
    }
    const [archive = ''] = readdirSync(folder);
    execFileSync('dpkg', ['--extract', join(folder, archive), join(folder, 'ufw')]);
    cpSync(join(folder, 'ufw', 'lib'), join(folder, 'ufw', 'usr', 'lib'), { recursive: true });
    mkdirSync(join(folder, 'top'));
    shell = spawn('unshare', ['--mount', '--net', 'sh', projectPath('test/e2e/machine/ufw.sh'), folder], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    await once(shell.stdout ?? shell, 'data');
  });

  afterAll(async () => {
    shell.stdin?.end('\n');
    await once(shell, 'close');
    rmSync(folder, { recursive: true, force: true });
  });

  test('without a rule is a finding, and its remedy cures it', async () => {
    const found = await finding();
    expect(found).toMatchObject({ state: 'partial', seen: 'ufw is on and has no rule for 8443:8445/tcp' });
    const [remedy] = found.state === 'partial' ? (found.remedies ?? []) : [];
    await inside((remedy as { command: Command }).command);
    expect(await finding()).toMatchObject({ state: 'ok' });
    await ufw('delete', 'allow', '8443:8445/tcp');
    expect(await finding()).toMatchObject({ state: 'partial' });
  });

  test.each([
    [['8000:9000/tcp'], 'ok'],
    [['8443,8444,8445/tcp'], 'ok'],
    [['8443', '8444', '8445'], 'ok'],
    [['8443:8444/tcp'], 'partial'],
    [['8443:8445/udp'], 'partial'],
  ])('with %j it is %s', async (rules, state) => {
    for (const rule of rules) await ufw('allow', rule);
    expect(await finding()).toMatchObject({ state });
    for (const rule of rules) await ufw('delete', 'allow', rule);
  });

  test('that lets only one network in is a finding', async () => {
    await ufw('allow', 'from', '10.0.0.0/8', 'to', 'any', 'port', '8443:8445', 'proto', 'tcp');
    expect(await finding()).toMatchObject({ state: 'partial' });
  });

  test('that is off is none', async () => {
    await ufw('disable');
    expect(await finding()).toMatchObject({ state: 'ok', seen: 'ufw and firewalld are off' });
  });
});
