// doctor and report on a real local cluster: all is well, an enforcer that is stopped is found and cured, no secret leaves.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { enforcer } from '../../tasks/clusters/local/programs/binaries.ts';
import { installTools, sandbox, whyNoNodes } from './firesteel.ts';

const reason = await whyNoNodes();
const suite = reason ? describe.skip : describe;

suite(`doctor of a local cluster${reason ? ` (skipped: ${reason})` : ''}`, () => {
  const canary = 'Kanarievogel79190042';
  const box = sandbox(() => ({ MY_API_TOKEN: canary, AWS_SECRET_ACCESS_KEY: canary }));
  const profile = box.profile('doctor', '{}\n');
  const looked = ['cluster', 'nodes', 'supervised', 'policies', 'coredns', 'storage', 'room', 'clock', 'rights-driver'];

  beforeAll(async () => {
    await installTools();
    const { code, output } = await box.run('deploy', '--profile', profile, '--yes');
    expect(output).toContain('Cluster doctor is ready');
    expect(code).toBe(0);
  });

  afterAll(async () => {
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

  test('a pod finds names', async () => {
    const { states, output } = await doctor('pod-dns', '--probe');
    expect(states, output).toEqual({ 'pod-dns': 'ok' });
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
