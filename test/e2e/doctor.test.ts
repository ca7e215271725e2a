// doctor and report on a real local cluster: all is well, an enforcer that is stopped is found and cured, no secret leaves.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { enforcer } from '../../tasks/clusters/local/programs/binaries.ts';
import { cachePath } from '../../tasks/core/paths.ts';
import { readCorefile, restart } from '../../tasks/coredns/change.ts';
import { configMapRef, deploymentRef, needDeployment } from '../../tasks/coredns/objects.ts';
import { connectKube } from '../../tasks/kube/client.ts';
import { installTools, sandbox, whyNoNodes } from './firesteel.ts';

const reason = await whyNoNodes();
const suite = reason ? describe.skip : describe;

suite(`doctor of a local cluster${reason ? ` (skipped: ${reason})` : ''}`, () => {
  const canary = 'Kanarievogel79190042';
  const box = sandbox(() => ({ MY_API_TOKEN: canary, AWS_SECRET_ACCESS_KEY: canary }));
  const profile = box.profile('doctor', '{}\n');
  const end = new AbortController();
  const kubeconfig = join(box.data, 'firesteel', 'clusters', 'doctor', 'kubeconfig');
  const kube = connectKube(() => ({ path: kubeconfig, context: 'doctor' }), end.signal);
  const looked = ['cluster', 'nodes', 'supervised', 'policies', 'coredns', 'storage', 'room', 'clock', 'rights-driver'];

  beforeAll(async () => {
    await installTools();
    const { code, output } = await box.run('deploy', '--profile', profile, '--yes');
    expect(output).toContain('Cluster doctor is ready');
    expect(code).toBe(0);
  });

  afterAll(async () => {
    end.abort();
    await box.run('destroy', '--profile', profile, '--yes');
    box.remove();
  });

  /** The state of each check by its name, and how the command ended. */
  async function doctor(...words: string[]) {
    const { code, output } = await box.run('doctor', ...words, '--profile', profile, '--json');
    const done = output.split('\n').findLast((line) => line.startsWith('{"event":"done"')) ?? '{}';
    const { checks = [] } = JSON.parse(done) as { checks?: { name: string; state: string; seen: string }[] };
    return { code, output, states: Object.fromEntries(checks.map(({ name, state }) => [name, state])) };
  }

  test('all is well after deploy', async () => {
    const { code, output, states } = await doctor(...looked);
    expect(states, output).toEqual(Object.fromEntries(looked.map((name) => [name, 'ok'])));
    expect(code).toBe(0);
  });

  test('an enforcer that is stopped is found, and --fix starts it again', async () => {
    const services = join(box.data, 'firesteel', 'clusters', 'doctor', 'nodes', '1', 'services');
    const name = readdirSync(services).find((one) => one === enforcer) ?? '';
    expect(existsSync(join(services, name, 'run'))).toBe(true);
    expect(spawnSync('s6-svc', ['-wd', '-d', join(services, name)]).status).toBe(0);
    const broken = await doctor('supervised', 'policies');
    expect(broken.states).toEqual({ supervised: 'missing', policies: 'missing' });
    expect(broken.code).toBe(1);
    const cured = await doctor('supervised', '--fix', '--yes');
    expect(cured.states, cured.output).toEqual({ supervised: 'ok' });
    expect(cured.code).toBe(0);
    await expect.poll(async () => (await doctor('policies')).states, { timeout: 60_000 }).toEqual({ policies: 'ok' });
  });

  test('a pod finds names, and without CoreDNS finds none', async () => {
    const fine = await doctor('pod-dns', '--probe');
    expect(fine.states, fine.output).toEqual({ 'pod-dns': 'ok' });
    const scale = (replicas: number) =>
      kube.patch(deploymentRef, [{ op: 'replace', path: '/spec/replicas', value: replicas }]);
    const servers = {
      apiVersion: 'v1',
      kind: 'Pod',
      namespace: deploymentRef.namespace,
      labelSelector: 'k8s-app=kube-dns',
    };
    await scale(0);
    // While it ends, CoreDNS answers for seconds.
    await expect.poll(() => kube.list(servers), { timeout: 60_000 }).toEqual([]);
    const broken = await doctor('pod-dns', '--probe');
    await scale(1);
    expect(broken.states, broken.output).toEqual({ 'pod-dns': 'missing' });
    const ready = async () => (await needDeployment(kube)).status?.readyReplicas;
    await expect.poll(ready, { timeout: 60_000 }).toBe(1);
  });

  test('a forwarding loop of CoreDNS is found, and --fix repairs it', async () => {
    const { text } = await readCorefile(kube);
    const looping = text.replace('/etc/resolv.conf', '127.0.0.1');
    await kube.patch(configMapRef, [{ op: 'replace', path: '/data/Corefile', value: looping }]);
    await restart(kube);
    await expect
      .poll(async () => (await doctor('coredns')).output, { timeout: 120_000, interval: 2000 })
      .toContain('CoreDNS is in a loop');
    const cured = await doctor('coredns', '--fix', '--yes');
    expect(cured.states, cured.output).toEqual({ coredns: 'ok' });
  });

  test('a report contains what helps, and no secret', async () => {
    const file = join(box.data, 'report.tar.gz');
    const { code, output } = await box.run('report', file, '--profile', profile);
    expect(code, output).toBe(0);
    const { stdout } = spawnSync('tar', ['-xzOf', file], { encoding: 'utf8', maxBuffer: 2 ** 28 });
    const names = spawnSync('tar', ['-tzf', file], { encoding: 'utf8' }).stdout;
    expect(names).toContain('firesteel-report/programs/doctor-1/kubelet.log');
    expect(stdout).toContain('State of the cluster');
    expect(stdout + names + output).not.toContain(canary);
    expect(stdout).not.toContain('PRIVATE KEY');
  });
});

describe('doctor of programs', () => {
  // Other tests use the programs of the user's cache.
  const box = sandbox(() => ({ XDG_CACHE_HOME: join(box.data, 'cache') }));
  afterAll(() => box.remove());

  test('a program of an old version is found, and --fix installs the present one', async () => {
    const tool = join(box.data, 'cache', 'firesteel', 'tools', 'kind');
    // Building it takes minutes, and only the cure has to.
    if (existsSync(cachePath('tools', 'kind', 'record.json'))) {
      cpSync(cachePath('tools', 'kind'), tool, { recursive: true });
      mkdirSync(join(tool, '..', 'bin'));
      symlinkSync(join('..', 'kind', 'kind'), join(tool, '..', 'bin', 'kind'));
    } else expect((await box.run('tools', 'install', 'kind', '--yes')).code).toBe(0);
    const record = join(tool, 'record.json');
    const present = JSON.parse(readFileSync(record, 'utf8')) as object;
    writeFileSync(record, JSON.stringify({ ...present, version: 'v0.1.0' }));
    const broken = await box.run('doctor', 'versions');
    expect(broken.output).toContain('kind is v0.1.0');
    expect(broken.code).toBe(1);
    const cured = await box.run('doctor', 'versions', '--fix', '--yes');
    expect(cured.code, cured.output).toBe(0);
    expect(JSON.parse(readFileSync(record, 'utf8'))).toEqual(present);
  });
});
