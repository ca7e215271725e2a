// The pod of a shell: as large as its driver, there as long as its process, and gone after Ctrl-C.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { projectPath } from '../../../tasks/core/paths.ts';
import type { Manifest } from '../../../tasks/kube/types.ts';
import { readProfile } from '../../../tasks/profile/read.ts';
import type { Pod } from '../../../tasks/spark/pod.ts';
import { clusterObjects } from '../../../tasks/standalone/objects.ts';
import { shellCommand, shellPod, startShell } from '../../../tasks/standalone/shell.ts';
import type { Cluster } from '../../../tasks/steps/cluster.ts';
import { memoryKube } from '../../fakes/memory-kube.ts';
import { ownFolderOfTest } from '../../own-folder.ts';
import { plainContext } from '../../plain-context.ts';
import { ownFiles } from '../own-files.ts';

const own = ownFiles();
const podWith = async (...set: string[]): Promise<Pod> =>
  shellPod(await readProfile('local', set), 'spark:1', 'standalone-shell-1', [{ name: 'registry' }]) as Pod;

test.each<[string[], object]>([
  [[], { requests: { cpu: '100m', memory: '1433Mi' }, limits: { memory: '1433Mi' } }],
  [
    ['spark.conf.spark.driver.memory=4g', 'spark.conf.spark.driver.cores=2'],
    { requests: { cpu: '2', memory: '5734Mi' }, limits: { memory: '5734Mi' } },
  ],
])('with %j its resources are those of the driver', async (set, resources) =>
  expect((await podWith(...set)).spec.containers[0]?.resources).toEqual(resources),
);

test('every pod of the cluster pulls its image with the pull secrets', async () => {
  const secrets = [{ name: 'registry' }];
  expect((await podWith()).spec.imagePullSecrets).toEqual(secrets);
  const sets = (await clusterObjects(await readProfile('local', []), 'spark:1', '500m', secrets)).flatMap(
    ({ kind, spec }) => (kind === 'StatefulSet' ? [spec as { template: { spec: Pod['spec'] } }] : []),
  );
  expect(sets.map(({ template }) => template.spec.imagePullSecrets)).toEqual([secrets, secrets]);
});

test('its pod stays while the process of the shell changes programs, and ends with it', async () => {
  const file = join(ownFolderOfTest(), 'pid');
  expect(shellCommand(undefined).at(-1)).toContain('echo $$ >/tmp/shell.pid; ');
  const hold = spawn('bash', [projectPath('docker', 'standalone', 'hold.sh'), file]);
  onTestFinished(() => void hold.kill());
  // A launcher, and nothing of Spark's name after it.
  const shell = spawn('bash', ['-c', `echo $$ >${file}; sleep 1.5; exec sleep 2`]);
  const ended = once(hold, 'exit').then(() => 'ended');
  expect(await Promise.race([ended, sleep(2500)])).toBeUndefined();
  await once(shell, 'exit');
  expect(await Promise.race([ended, sleep(10_000)])).toBe('ended');
}, 20_000);

test('Ctrl-C while its pod waits removes the pod', async () => {
  const removed: string[] = [];
  const server = createServer(({ method, url = '' }, answer) => {
    if (method === 'DELETE') removed.push(url.split('?')[0] ?? '');
    const resources = [{ name: 'pods', kind: 'Pod', namespaced: true, verbs: ['get', 'delete'] }];
    answer.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ resources }));
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const kubeconfig = {
    clusters: [{ name: 'a', cluster: { server: `http://127.0.0.1:${(server.address() as AddressInfo).port}` } }],
    contexts: [{ name: 'a', context: { cluster: 'a', user: 'a' } }],
    users: [{ name: 'a', user: {} }],
  };
  const path = own.put('config', JSON.stringify(kubeconfig));
  const profile = await readProfile('local', []);
  const workers = (await clusterObjects(profile, 'spark:1', '500m')).filter(({ kind }) => kind === 'StatefulSet');
  const { kube } = memoryKube(workers as Manifest[]);
  const cluster = { kubeconfig: () => ({ path, context: 'a' }) } as unknown as Cluster;
  const signal = AbortSignal.timeout(300);
  const context = plainContext({ profile, cluster, kube, signal });
  await expect(startShell('1', () => {}).run(context, { line: () => {} })).rejects.toThrow();
  expect(removed).toEqual(['/api/v1/namespaces/spark/pods/standalone-shell-1']);
});
