// Executors that come with the work and go without it, and what one hands over that has to go: on a real cluster.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { projectPath } from '../../tasks/core/paths.ts';
import { connectKube } from '../../tasks/kube/client.ts';
import type { Pod } from '../../tasks/spark/pod.ts';
import { installTools, sandbox, whyNoNodes } from './firesteel.ts';

const reason = await whyNoNodes();
const suite = reason ? describe.skip : describe;

const sums = '[(0, 12), (1, 15), (2, 18), (3, 21)]';

suite(`executors that come and go${reason ? ` (skipped: ${reason})` : ''}`, () => {
  const box = sandbox();
  // Three executors and a driver find room on two cores.
  const profile = box.profile(
    'elastic',
    `spark:
  conf:
    spark.kubernetes.driver.request.cores: 200m
    spark.kubernetes.executor.request.cores: 200m
    spark.executor.memory: 512m
dynamicAllocation:
  enabled: true
  maxExecutors: 3
  executorIdleTimeout: 6s
`,
  );
  const fixed = ['dynamicAllocation.enabled=false', 'decommission.enabled=true'].flatMap((set) => ['--set', set]);
  const runs = join(box.data, 'firesteel', 'runs');
  const stop = new AbortController();
  const folder = join(box.data, 'firesteel', 'clusters', 'elastic');
  const kube = connectKube(() => ({ path: join(folder, 'kubeconfig'), context: 'elastic' }), stop.signal);

  /** The pods that a run's folder reports, the newest run's. */
  function keptPods(job: string): Pod[] {
    const run =
      readdirSync(runs)
        .filter((id) => id.startsWith(job))
        .at(-1) ?? '';
    const pods = join(runs, run, 'pods');
    return readdirSync(pods).map((file) => JSON.parse(readFileSync(join(pods, file), 'utf8')) as Pod);
  }

  beforeAll(async () => {
    await installTools();
    const { code, output } = await box.run('deploy', '--profile', profile, '--yes');
    if (code !== 0) throw new Error(output);
  });
  afterAll(async () => {
    stop.abort();
    await box.run('destroy', '--profile', profile, '--yes');
    box.remove();
  });

  test('are more while there is work, one when there is none, more again, and nothing is done twice', async () => {
    const job = projectPath('test', 'e2e', 'elastic', 'scale.py');
    const { code, output } = await box.run('submit', job, '--profile', profile, '--yes');
    expect(output).toContain(`first: ${sums}`);
    expect(output).toContain('first: 3 executors');
    expect(output).toContain('idle: 1 executors');
    expect(output).toContain(`again: ${sums}, 12 tasks`);
    expect(output).toContain(`second: ${sums}`);
    expect(output).toContain('second: 3 executors');
    expect(code).toBe(0);
    const executors = keptPods('scale').filter(({ metadata }) => metadata.labels?.['spark-role'] === 'executor');
    expect(executors.length).toBeGreaterThanOrEqual(5);
    expect(executors[0]?.spec['terminationGracePeriodSeconds']).toBe(90);
  });

  test('hand over shuffle files and cached data when their pod is deleted', async () => {
    const job = projectPath('test', 'e2e', 'elastic', 'lose.py');
    const running = box.start('submit', job, '--profile', profile, '--yes', ...fixed);
    await running.seen(/take one away/);
    const pods = (await kube.list({
      apiVersion: 'v1',
      kind: 'Pod',
      namespace: 'spark',
      labelSelector: 'spark-role=executor',
    })) as Pod[];
    const lost = pods.find(({ status }) => status?.phase === 'Running');
    expect(lost?.spec.containers[0]?.['lifecycle']).toEqual({ preStop: { exec: { command: ['/opt/decom.sh'] } } });
    await kube.remove({ apiVersion: 'v1', kind: 'Pod', namespace: 'spark', name: lost?.metadata.name ?? '' });
    const { code, output } = await running.ended;
    expect(output).toContain(`before: ${sums} 132, 12 and 12 tasks`);
    expect(output).toContain(`after: ${sums} 132, 12 and 12 tasks`);
    expect(code).toBe(0);
  });
});
