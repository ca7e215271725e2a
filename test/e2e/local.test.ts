// The local cluster with real Spark, from nothing to nothing: two nodes, jobs that end well, badly, or never start.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { forcedDeletionGuard } from '../../tasks/classroom/isolation/deletion.ts';
import { whyNoLinks } from '../../tasks/clusters/local/images/store.ts';
import { cachePath } from '../../tasks/core/paths.ts';
import { connectKube } from '../../tasks/kube/client.ts';
import { changingRequests } from '../audit-log.ts';
import { installTools, sandbox, whyNoNodes } from './firesteel.ts';
import { hostChanges, hostState, pidOn } from './host.ts';
import { holderOn, runTinyPod } from './tiny-pod.ts';
import { closeAsSeat } from './walls.ts';

const reason = await whyNoNodes();
const suite = reason ? describe.skip : describe;

suite(`a local cluster of two nodes${reason ? ` (skipped: ${reason})` : ''}`, () => {
  const box = sandbox();
  const two = box.profile('two', 'local:\n  nodes: 2\n');
  const other = box.profile('other', 'spark:\n  conf:\n    spark.executor.instances: 1\n');
  const folder = join(box.data, 'firesteel', 'clusters', 'two');
  const source = { path: join(folder, 'kubeconfig'), context: 'two' };
  const kube = connectKube(() => source, new AbortController().signal);
  let before: ReturnType<typeof hostState>;

  beforeAll(async () => {
    await installTools();
    before = hostState();
  });

  afterAll(async () => {
    for (const profile of [two, other]) await box.run('destroy', '--profile', profile, '--yes');
    box.remove();
  });

  const script = (name: string, text: string) => {
    const path = join(box.data, name);
    execFileSync('tee', [path], { input: text, stdio: ['pipe', 'ignore', 'inherit'] });
    return path;
  };

  const ownChanges = (): string[] =>
    changingRequests(
      join(folder, 'nodes', '1', 'logs', 'audit.log'),
      ({ user }) => user.username === 'firesteel-admin',
    );

  test('a dry run before anything exists prints commands and manifests and changes nothing', async () => {
    const { code, output } = await box.run('deploy', '--profile', two, '--dry-run');
    expect(output).toContain('unshare --mount --pid');
    expect(output).toContain('kind: Namespace');
    expect(output).toContain('pod-security.kubernetes.io/enforce: restricted');
    expect(code).toBe(0);
    expect(existsSync(folder)).toBe(false);
    expect(hostChanges(before)).toEqual([]);
  });

  test('deploy creates the cluster from a shell with a private umask', async () => {
    const umask = process.umask(0o077);
    const { code, output } = await box.run('deploy', '--profile', two, '--yes');
    process.umask(umask);
    expect(output).toContain('Cluster two is ready');
    expect(code).toBe(0);
  });

  const runPod = (name: string, script: string) => runTinyPod(source, name, script);

  test('packets to addresses that neither a pod nor a service has do not leave the cluster', async () => {
    const onNode = (...words: string[]) =>
      execFileSync('nsenter', [`--net=/proc/${pidOn('two-1', 'containerd')}/ns/net`, ...words], { encoding: 'utf8' });
    const chain = ['-t', 'mangle', '-o', 'outside', '-d', '198.19.0.0/16', '-j', 'ACCEPT'];
    onNode('iptables', '-I', 'POSTROUTING', ...chain);
    const send = (busybox: string) =>
      `for address in 198.19.99.9 198.19.143.9; do ${busybox} ping -c 1 -W 1 $address; done >/dev/null 2>&1; true`;
    await runPod('send', send('/busybox'));
    onNode('sh', '-c', send('/bin/busybox'));
    const [, packets] = /^ *(\d+) .* outside /m.exec(onNode('iptables', '-t', 'mangle', '-nvxL', 'POSTROUTING')) ?? [];
    onNode('iptables', '-D', 'POSTROUTING', ...chain);
    expect(packets).toBe('0');
  });

  test.skipIf(whyNoLinks({ folder: box.data }))(
    'nothing that a pod does to its files reaches the kept images',
    async () => {
      await runPod(
        'harm',
        'cd / && echo x >new && echo x >>tini-static && /busybox chmod 0 tini-static && /busybox rm busybox',
      );
      const sum = statSync(join(folder, 'nodes', '1', 'containerd', '.store')).ino;
      const store = readdirSync(cachePath('stores')).find(
        (name) => statSync(cachePath('stores', name, 'sum')).ino === sum,
      );
      // It makes a store again that is not as it was made, and says so.
      const keep = ['docker/node/store.sh', 'keep', cachePath('stores', `${store}`), 'no-binaries', 'overlayfs'];
      expect(execFileSync('sh', keep, { encoding: 'utf8' })).toBe('');
    },
  );

  test('only one link of it is seen on the host', () => {
    const links = hostState()['links'] ?? [];
    expect(links.filter((link) => !before['links']?.includes(link))).toEqual([expect.stringMatching(/^fs-two@/)]);
  });

  test('a second deploy sends no changing request', async () => {
    const count = ownChanges().length;
    expect(count).toBeGreaterThan(10);
    expect((await box.run('deploy', '--profile', two)).code).toBe(0);
    expect(ownChanges().slice(count)).toEqual([]);
  });

  test('a dry run with --exit-code answers 0 when nothing would change', async () => {
    const { code, output } = await box.run('deploy', '--profile', two, '--dry-run', '--exit-code');
    expect(output).not.toContain('  $ ');
    expect(code).toBe(0);
  });

  test('status shows every component of both nodes, even after a change of the profile', async () => {
    const { output } = await box.run('status', '--profile', two, '--set', 'local.nodes=1');
    expect(output).toContain('two: running');
    for (const row of ['two-1  etcd', 'two-1  kube-apiserver', 'two-2  kubelet', 'two-2  containerd'])
      expect(output).toMatch(new RegExp(`^${row} +running +\\d+`, 'm'));
    expect(output).not.toMatch(/^two-2 +etcd/m);
  });

  test('SparkPi runs on both nodes under all rules of a seat and ends with pi', async () => {
    await closeAsSeat(kube, 'spark');
    for (const rule of forcedDeletionGuard('seat', { 'kubernetes.io/metadata.name': 'spark' })) await kube.apply(rule);
    const { code, output } = await box.run('submit', 'pi', '--profile', two, '--yes');
    expect(output).toMatch(/^Pi is roughly 3\.14\d+$/m);
    expect(code).toBe(0);
    const run = join(box.data, 'firesteel', 'runs', readdirSync(join(box.data, 'firesteel', 'runs'))[0] ?? '');
    const pods = readdirSync(join(run, 'pods')).map((file) =>
      JSON.parse(readFileSync(join(run, 'pods', file), 'utf8')),
    );
    const executors = pods.filter((pod) => pod.metadata.labels['spark-role'] === 'executor');
    expect(executors.map((pod) => pod.spec.nodeName).sort()).toEqual(['two-1', 'two-2']);
    expect(readFileSync(join(run, 'executor-1.log'), 'utf8')).toContain('Finished task');
  });

  test('a script that exits with 42 gives 42', async () => {
    const file = script('fails.py', 'import sys\nprint("so long")\nsys.exit(int(sys.argv[1]))\n');
    const { code, output } = await box.run('submit', file, '--profile', two, '--', '42');
    expect(output).toContain('so long');
    expect(code).toBe(42);
  });

  test('a job that waits for others says what it lacks, and is left waiting by Ctrl-C', async () => {
    const kube = connectKube(
      () => ({ path: join(folder, 'kubeconfig'), context: 'two' }),
      new AbortController().signal,
    );
    const holders = [1, 2].map((node) => holderOn(`two-${node}`, '16Gi'));
    for (const holder of holders) await kube.apply(holder);
    const job = box.start('submit', 'pi', '--profile', two, '--set', 'spark.conf.spark.executor.memory=8g');
    await job.seen(/executors 0\/2 running.*memory/);
    job.interrupt();
    const { code, output } = await job.ended;
    expect(output).toMatch(/→ follow again with: firesteel logs pi-/);
    expect(code).toBe(130);
    for (const { apiVersion, kind, metadata } of holders) await kube.remove({ apiVersion, kind, ...metadata });
  });

  test.each(['driver', 'executor'])(
    'a job whose %s no node can ever hold is refused before there is a run',
    async (role) => {
      const set = `spark.conf.spark.${role}.memory=900g`;
      const { code, output } = await box.run('submit', 'pi', '--profile', two, '--set', set);
      expect(output).toMatch(
        /requests 1260 GiB memory; no node has more than [\d.]+ GiB memory for pods\n→ this fits: /,
      );
      expect(code).toBe(2);
    },
  );

  test('a job survives the death of the API server and of containerd', async () => {
    const file = script(
      'long.py',
      'import time\nfrom pyspark.sql import SparkSession\nspark = SparkSession.builder.getOrCreate()\n' +
        'print("counting", flush=True)\n' +
        'print("sum", spark.sparkContext.parallelize(range(40), 40).map(lambda i: (time.sleep(1), i)[1]).sum())\n' +
        'spark.stop()\n',
    );
    const job = box.start('submit', file, '--profile', two);
    await job.seen(/counting/);
    process.kill(pidOn('two-1', 'kube-apiserver'), 'SIGKILL');
    process.kill(pidOn('two-2', 'containerd'), 'SIGKILL');
    const { code, output } = await job.ended;
    expect(output).toMatch(/^sum 780$/m);
    expect(code).toBe(0);
    const { output: status } = await box.run('status', '--profile', two);
    expect(status).toMatch(/two-1 +kube-apiserver +running +\d+ +1 /);
    expect(status).toMatch(/two-2 +containerd +running +\d+ +1 /);
  });

  test('a demo on a second cluster and a job on the first run side by side', async () => {
    const umask = process.umask(0o000);
    const ends = await Promise.all([
      box.run('demo', '--profile', other, '--yes'),
      box.run('submit', 'pi', '--profile', two),
    ]);
    for (const end of ends) {
      expect(end.output).toMatch(/^Pi is roughly 3\.14\d+$/m);
      expect(end.code).toBe(0);
    }
    expect(ends[0].output).toMatch(/Next: firesteel submit .*$/m);
    process.umask(umask);
    const others = join(box.data, 'firesteel', 'clusters', 'other');
    const find = (...words: string[]) => execFileSync('find', [others, ...words], { encoding: 'utf8' });
    expect(find('-type', 'f', '(', '-name', '*.key', '-o', '-name', '*kubeconfig', ')', '-perm', '/go+rwx')).toBe('');
    const ofPods = ['(', '-name', 'containerd', '-o', '-name', 'pods', ')', '-prune', '-o'];
    expect(find(...ofPods, '!', '-type', 'l', '-perm', '/o+w', '-print')).toBe('');
    const { code } = await box.run('destroy', '--profile', other, '--yes');
    expect(code).toBe(0);
  });

  test('deploy recovers a cluster whose supervisor was killed, with changed settings', async () => {
    execFileSync('pkill', ['-KILL', '--full', `unshare.*${folder}/nodes/1$`]);
    const { output: broken } = await box.run('status', '--profile', two);
    expect(broken).toMatch(/two: broken \(1 of 2 nodes run/);
    const { code } = await box.run('deploy', '--profile', two, '--set', 'local.systemReserved.cpu=100m');
    expect(code).toBe(0);
    // The second node ran on, and took the changed setting.
    const node = (await kube.get({ apiVersion: 'v1', kind: 'Node', name: 'two-2' })) as
      | { status?: { capacity: { cpu: string }; allocatable: { cpu: string } } }
      | undefined;
    const { capacity, allocatable } = node?.status ?? {};
    expect(allocatable?.cpu).toBe(`${Number(capacity?.cpu) * 1000 - 100}m`);
    const { output, code: ran } = await box.run('submit', 'pi', '--profile', two);
    expect(output).toMatch(/^Pi is roughly 3\.14\d+$/m);
    expect(ran).toBe(0);
  });

  test('deploy refuses another number of nodes and names the number there is', async () => {
    const { code, output } = await box.run('deploy', '--profile', two, '--set', 'local.nodes=3');
    expect(output).toContain('local.nodes is 3, cluster two was created with 2: set local.nodes=2');
    expect(code).toBe(2);
  });

  test('destroy leaves nothing, even after a change of the profile, and a second destroy has nothing to do', async () => {
    const { code } = await box.run('destroy', '--profile', two, '--set', 'local.nodes=1', '--yes');
    expect(code).toBe(0);
    expect(hostChanges(before)).toEqual([]);
    expect(existsSync(folder)).toBe(false);
    const { code: again, output } = await box.run('destroy', '--profile', two, '--yes');
    expect(again).toBe(0);
    expect(output).toContain('Stop the nodes: not running');
  });
});
