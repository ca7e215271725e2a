// What verbs that end something say at their ends: what ended, what stays, and where.
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { history } from '../../../tasks/history.ts';
import { kubeconfig } from '../../../tasks/kubeconfig.ts';
import { memoryKube } from '../../fakes/memory-kube.ts';
import { ownFolderOfEach } from '../../own-folder.ts';
import { contextOf, inCluster, runTask } from './run-context.ts';
import { pod, run, running } from './seen-run.ts';

const data = ownFolderOfEach();

const claim = {
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'spark-history', namespace: 'spark' },
};

test.each([
  [
    'down',
    [claim],
    [
      'No history server is running. Event logs stay in claim spark-history, and later runs add to them.',
      'Delete the event logs: firesteel history remove',
    ],
  ],
  ['down', [], ['No history server is running, and there are no event logs.']],
  ['remove', [claim], ['No history server is running. The event logs are deleted, and later runs keep none.']],
])('history %s says what becomes of event logs (%#)', async (action, objects, lines) => {
  const context = contextOf(memoryKube([...objects]).kube);
  expect((await runTask(history, context, [action])).lines).toEqual(lines);
});

test('history remove names the command that ends the run which still writes', async () => {
  const driver = inCluster(pod('driver', running, { phase: 'Running' }), run);
  driver.spec.volumes = [{ name: 'history', persistentVolumeClaim: { claimName: 'spark-history' } }];
  const context = contextOf(memoryKube([claim, driver]).kube);
  await expect(runTask(history, context, ['remove'])).rejects.toMatchObject({
    message: 'pi-1-driver still writes its event log',
    hint: 'wait for the driver to end, or kill the run: firesteel kill pi-1',
  });
});

test('kubeconfig remove says that all other contexts stay', async () => {
  const path = join(data(), 'config');
  vi.stubEnv('KUBECONFIG', path);
  const context = contextOf(memoryKube([]).kube);
  const { lines } = await runTask(kubeconfig, context, ['remove']);
  const name = context.cluster.kubeconfig(context.profile).context;
  expect(lines).toEqual([`Context ${name} is not in ${path}; all other contexts stay there.`]);
  vi.unstubAllEnvs();
});
