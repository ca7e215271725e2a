// CoreDNS of a local cluster with broken Corefiles: a real forwarding loop is healed and undone, another crash is left alone.
import { type ChildProcess, spawn } from 'node:child_process';
import { Resolver } from 'node:dns/promises';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pauseImage } from '../../tasks/clusters/local/images/system-images.ts';
import { binariesFolder } from '../../tasks/clusters/local/programs/binaries.ts';
import { readCorefile, restart } from '../../tasks/coredns/change.ts';
import { createDiagnosis, type Diagnosis } from '../../tasks/coredns/diagnosis.ts';
import { configMapRef } from '../../tasks/coredns/objects.ts';
import { proveLookup } from '../../tasks/coredns/proof.ts';
import { connectKube } from '../../tasks/kube/client.ts';
import type { Kube } from '../../tasks/kube/types.ts';
import { readProfile } from '../../tasks/profile/read.ts';
import { installTools, launch, sandbox, whyNoNodes } from './firesteel.ts';

const reason = await whyNoNodes();
const suite = reason ? describe.skip : describe;

suite(`CoreDNS of a local cluster${reason ? ` (skipped: ${reason})` : ''}`, () => {
  const box = sandbox();
  const profile = box.profile('loop', '{}\n');
  const withoutRepair = box.profile('no-repair', 'clusterName: loop\ndns:\n  repair: false\n');
  const end = new AbortController();
  const kubeconfig = join(box.data, 'firesteel', 'clusters', 'loop', 'kubeconfig');
  const kube: Kube = connectKube(() => ({ path: kubeconfig, context: 'loop' }), end.signal);
  let healthy: string;
  /** Where only root can play the host: what is its resolver file, and the name server of a network it changes to. */
  const resolvConf = join(box.data, 'resolv.conf');
  const withoutRoot = process.getuid?.() === 0 ? '' : ' (skipped: needs root)';
  /** The resolver reads that file every 2 s, and CoreDNS keeps answers for 30 s. */
  const readAgain = { timeout: 60_000, interval: 500 };
  let nameServer: ChildProcess | undefined;

  beforeAll(async () => {
    await installTools();
    writeFileSync(resolvConf, 'nameserver 127.53.0.1\n');
    const bind = ['unshare', '--mount', 'sh', '-c', 'mount --bind "$0" /etc/resolv.conf; exec "$@"', resolvConf];
    const { code, output } = await launch(['deploy', '--profile', profile, '--yes'], {
      env: { ...process.env, XDG_DATA_HOME: box.data },
      ...(withoutRoot ? {} : { before: bind }),
    }).ended;
    expect(output).toContain('Cluster loop is ready');
    expect(code).toBe(0);
    healthy = (await readCorefile(kube)).text;
  });

  afterAll(async () => {
    end.abort();
    nameServer?.kill();
    await box.run('destroy', '--profile', profile, '--yes');
    box.remove();
  });

  /** As someone would with kubectl edit and a rollout restart; waits until CoreDNS is known to be `state`. */
  async function breakCorefile(text: string, state: Diagnosis['state']): Promise<void> {
    await kube.patch(configMapRef, [{ op: 'replace', path: '/data/Corefile', value: text }]);
    await restart(kube);
    const look = createDiagnosis({ kube, kubeletDns: [] });
    await expect.poll(async () => (await look()).state, { timeout: 120_000, interval: 500 }).toBe(state);
  }

  test.skipIf(withoutRoot)(
    `pods ask the name servers that the host has now, not those at the start${withoutRoot}`,
    async () => {
      const coredns = join(binariesFolder(await readProfile('local', [])), 'coredns');
      nameServer = spawn(coredns, ['-conf', 'stdin'], { stdio: ['pipe', 'ignore', 'inherit'] });
      nameServer.stdin?.end('.:53 {\n  bind 127.53.0.2\n  hosts {\n    10.9.9.2 intranet.test\n  }\n}\n');
      const asked = new Resolver();
      asked.setServers(['127.53.0.2']);
      const answer = () => asked.resolve4('intranet.test').catch(() => []);
      await expect.poll(answer, { timeout: 30_000 }).toEqual(['10.9.9.2']);
      writeFileSync(resolvConf, 'nameserver 127.53.0.9\nnameserver 127.53.0.2\n');
      const names = { inside: 'kubernetes.default.svc.cluster.local', outside: 'intranet.test' };
      const image = { reference: pauseImage, program: 'nslookup' } as const;
      const answers = () => proveLookup({ kube, cleaner: kube, signal: end.signal, image, names, onSeen: () => {} });
      await expect.poll(answers, readAgain).toEqual({ inside: true, outside: true });
      // That server knows one name; others ask for more.
      writeFileSync(resolvConf, readFileSync('/etc/resolv.conf'));
      const check = async () => (await box.run('dns', 'check', '--profile', profile)).code;
      await expect.poll(check, readAgain).toBe(0);
    },
  );

  const looping = (target: string) => healthy.replace('/etc/resolv.conf', target);
  const versionOf = async () => (await readCorefile(kube)).resourceVersion;

  test('check finds CoreDNS healthy, and names the servers of a repair', async () => {
    const { code, output } = await box.run('dns', 'check', '--profile', profile);
    expect(output).toMatch(/^CoreDNS is healthy$/m);
    expect(output).toMatch(/^forwards to: \/etc\/resolv\.conf$/m);
    expect(output).toMatch(/^repair by firesteel: none$/m);
    expect(output).toMatch(/^a repair would forward to: 198\.18\.255\.3 \(cluster: local\)$/m);
    expect(output).toMatch(/^example\.com is (not )?answered/m);
    expect(code).toBe(0);
  });

  test('repair and undo have nothing to do then, and say so', async () => {
    const version = await versionOf();
    const repair = await box.run('dns', 'repair', '--profile', profile);
    expect(repair.output).toContain('Repair the forwarding loop of CoreDNS: CoreDNS is healthy');
    const undo = await box.run('dns', 'undo', '--profile', profile);
    expect(undo.output).toContain('nothing to undo');
    expect([repair.code, undo.code]).toEqual([0, 0]);
    expect(await versionOf()).toBe(version);
  });

  test('a loop through its own address is seen and named', async () => {
    await breakCorefile(looping('127.0.0.1'), 'loop');
    const { code, output } = await box.run('dns', 'check', '--profile', profile);
    expect(output).toMatch(/^CoreDNS is in a loop: queries come back to CoreDNS \(\S+:\d+ → \S*:53, zone "\."\)$/m);
    expect(output).toMatch(/^forwards to: 127\.0\.0\.1$/m);
    expect(code).toBe(1);
  });

  test('deploy with dns.repair off fails and says what to type', async () => {
    const version = await versionOf();
    const { code, output } = await box.run('deploy', '--profile', withoutRepair);
    expect(output).toMatch(/✖ Wait for CoreDNS: CoreDNS is in a loop: .* → .*dns\.repair is off/);
    expect(output).toContain(`→ repair the loop: firesteel dns repair --profile ${withoutRepair}`);
    expect(code).toBe(1);
    expect(await versionOf()).toBe(version);
  });

  test('a dry run shows the change and makes none', async () => {
    const version = await versionOf();
    const { code, output } = await box.run('dns', 'repair', '--profile', profile, '--dry-run');
    expect(output).toContain('change ConfigMap kube-system/coredns');
    expect(output).toContain('change Deployment kube-system/coredns');
    expect(code).toBe(0);
    expect(await versionOf()).toBe(version);
  });

  test('repair repairs the loop and proves it from a pod', async () => {
    const { code, output } = await box.run('dns', 'repair', '--profile', profile);
    expect(output).toContain('CoreDNS is repaired: it stayed ready for 35 s');
    expect(output).toMatch(/^a pod got an answer for kubernetes\.default\.svc\.cluster\.local, and (also|not) for /m);
    expect(code).toBe(0);
    expect((await readCorefile(kube)).text).toBe(looping('198.18.255.3'));
    const check = await box.run('dns', 'check', '--profile', profile);
    expect(check.output).toMatch(/^repair by firesteel: in place, instead of 127\.0\.0\.1$/m);
    expect(check.code).toBe(0);
  });

  test('a second repair and a deploy change nothing', async () => {
    const version = await versionOf();
    const repair = await box.run('dns', 'repair', '--profile', profile);
    expect(repair.output).toMatch(/^Nothing was changed\.$/m);
    const deploy = await box.run('deploy', '--profile', profile);
    expect([repair.code, deploy.code]).toEqual([0, 0]);
    expect(await versionOf()).toBe(version);
  });

  test('undo restores every byte, and so the loop', async () => {
    const { code, output } = await box.run('dns', 'undo', '--profile', profile);
    expect(code).toBe(0);
    expect(output).toContain('CoreDNS is in a loop');
    expect(await readCorefile(kube)).toEqual({ text: looping('127.0.0.1'), resourceVersion: expect.any(String) });
  });

  test('deploy repairs a loop among several targets', async () => {
    await breakCorefile(looping('dns://127.0.0.1:53 [::1]:53'), 'loop');
    const { code, output } = await box.run('deploy', '--profile', profile);
    expect(output).toContain('CoreDNS is repaired');
    expect(output).toContain('Cluster loop is ready');
    expect(code).toBe(0);
  });

  test('a Corefile that CoreDNS does not understand is an impostor: it is reported and not touched', async () => {
    await breakCorefile(healthy.replace('reload', 'reload\n    forwrad . 1.1.1.1'), 'crash');
    const version = await versionOf();
    for (const verb of [['dns', 'repair'], ['deploy']]) {
      const { code, output } = await box.run(...verb, '--profile', profile);
      expect(output).toMatch(
        /✖ .*CoreDNS crashes, but not because of a loop: .*Unknown directive 'forwrad'.*firesteel changed nothing/,
      );
      expect(code).toBe(1);
    }
    const check = await box.run('dns', 'check', '--profile', profile);
    expect(check.output).toMatch(/^CoreDNS crashes, but not because of a loop: .*Unknown directive 'forwrad'/m);
    expect(check.code).toBe(1);
    expect(await versionOf()).toBe(version);
  });
});
