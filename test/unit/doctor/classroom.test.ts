// What doctor finds wrong with a class before its day: its address, its links, its certificate, its keys, the firewall.
import { X509Certificate } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { createAuthority, issue } from '../../../tasks/core/certificates.ts';
import { shown } from '../../../tasks/core/exec.ts';
import type { Exec } from '../../../tasks/core/types.ts';
import { tokenLines } from '../../../tasks/doctor/checks/classroom.ts';
import { addressFinding, certificateFinding, printedHosts } from '../../../tasks/doctor/checks/door.ts';
import { firewallFinding } from '../../../tasks/doctor/checks/firewall.ts';
import type { Remedy } from '../../../tasks/steps/check.ts';

const folder = mkdtempSync(join(tmpdir(), 'fs-class-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const answering =
  (answers: Record<string, string>): Exec =>
  async (command) =>
    answers[shown(command)] ?? '';

describe('the address of the door', () => {
  const hosts = ['192.168.1.20:8443', '192.168.1.20:8444'];
  const table = hosts.map((host) => `"Ada","","","ada","https://${host}/j/ABCD","ABCD"`).join('\r\n');

  test('links of printed hand-outs are read', () => expect(printedHosts(table)).toEqual(hosts));

  test.each([
    ['is that of the hand-outs', '192.168.1.20', ['192.168.1.20'], hosts, 'ok'],
    ['has changed since they were printed', '10.0.0.7', ['10.0.0.7'], ['10.0.0.7:8443'], 'missing'],
    ['is that of this machine in other letters', '2001:DB8:0::7', ['2001:db8::7'], hosts, 'ok'],
    ['is not one of this machine', '192.168.1.20', ['10.0.0.7'], hosts, 'missing'],
  ])('%s', (_, address, own, seats, state) =>
    expect(addressFinding(address, own, { printedAt: hosts, hosts: seats }).state).toBe(state),
  );
});

test('a certificate that ends before the class is a finding, and a command renews it in its last week', async () => {
  const authority = await createAuthority('class', { days: 30 });
  const { certificatePem } = await issue(authority, { commonName: 'door', usage: 'server', days: 10 });
  const certificate = new X509Certificate(certificatePem);
  const inDays = (days: number) => new Date(Date.now() + days * 86_400_000);
  const renewal: Remedy = { command: ['firesteel', 'classroom', 'apply'] };
  const found = (end: number, now = 0) => certificateFinding({ certificate, end: inDays(end), renewal }, inDays(now));
  expect(found(5)).toMatchObject({ state: 'ok' });
  expect(found(20)).toMatchObject({ state: 'partial', remedies: [{ text: expect.stringContaining('in the week') }] });
  expect(found(20, 4)).toMatchObject({ state: 'partial', remedies: [renewal] });
  expect(found(20, 11)).toMatchObject({ state: 'missing', remedies: [renewal] });
  expect(certificateFinding({ certificate: undefined, end: inDays(5) })).toMatchObject({ state: 'not available' });
  expect(certificateFinding({ certificate, end: inDays(20) })).toMatchObject({
    remedies: [{ text: expect.stringContaining('classroom.door.certificate') }],
  });
});

test('students without a token, or with one that expires too early, are named', () => {
  const end = new Date('2026-12-18T18:00:00Z');
  const token = (exp: number) => `x.${Buffer.from(JSON.stringify({ exp })).toString('base64url')}.x`;
  const config = (seconds: number) => `users: [{ user: { token: ${token(end.getTime() / 1000 + seconds)} } }]`;
  const texts: Record<string, string> = { ada: config(3600), bob: config(-60) };
  expect(tokenLines(['ada', 'bob', 'eve'], (student) => texts[student] ?? '', end)).toEqual([
    'the token of bob expires before the class ends',
    'eve has no kubeconfig',
  ]);
});

describe.skipIf(process.platform !== 'linux')('the firewall', () => {
  const withUfw = () => {
    mkdirSync(join(folder, 'etc', 'ufw'), { recursive: true });
    writeFileSync(join(folder, 'etc', 'ufw', 'ufw.conf'), 'ENABLED=yes\n');
    return folder;
  };
  const ports = [8443, 8444, 8445];

  test('ufw without a rule is cured by a command', async () => {
    expect(await firewallFinding(answering({ 'ufw status': 'Status: active\n' }), ports, withUfw())).toMatchObject({
      state: 'partial',
      seen: 'ufw is on and has no rule for 8443:8445/tcp',
      remedies: [{ command: ['ufw', 'allow', '8443:8445/tcp'], asRoot: true }],
    });
    const allowed = answering({ 'ufw status': 'Status: active\n\n8443:8445/tcp              ALLOW       Anywhere\n' });
    expect(await firewallFinding(allowed, ports, withUfw())).toMatchObject({ state: 'ok' });
  });

  test('firewalld without a rule is cured by a command', async () => {
    const empty = join(folder, 'none');
    const on = { 'firewall-cmd --state': 'running\n' };
    expect(await firewallFinding(answering(on), [8443], empty)).toMatchObject({
      state: 'partial',
      remedies: [{ command: ['firewall-cmd', '--add-port=8443/tcp'], asRoot: true }],
    });
    const open = { ...on, 'firewall-cmd --list-ports': '22/tcp 8000-9000/tcp\n' };
    expect(await firewallFinding(answering(open), ports, empty)).toMatchObject({ state: 'ok' });
    expect(await firewallFinding(answering(open), [8999, 9001], empty)).toMatchObject({ state: 'partial' });
    expect(await firewallFinding(answering({}), [8443], empty)).toMatchObject({ state: 'ok' });
  });
});
