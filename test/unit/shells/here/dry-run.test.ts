// A dry run of a driver on this machine, before there is a cluster.
import { expect, test } from 'vitest';
import { clusters } from '../../../../tasks/clusters/index.ts';
import { connectKube } from '../../../../tasks/kube/client.ts';
import { readProfile } from '../../../../tasks/profile/read.ts';
import { ownDriver } from '../../../../tasks/shells/here/own-driver.ts';
import { findWayHere } from '../../../../tasks/shells/here/session.ts';
import { dryRunLines } from '../../../dry-run.ts';
import { ownFolder } from '../../../own-folder.ts';
import { plainContext } from '../../../plain-context.ts';

const folder = ownFolder();

test.each([
  ['shell --here', findWayHere('clojure', {}, {})],
  ['conf', ownDriver('python', {}, folder, () => {})],
])('%s plans on without a cluster, and shows the pod that it would make', async (_, step) => {
  const profile = await readProfile('local', []);
  const cluster = clusters.local;
  const context = plainContext({ profile, cluster, state: { image: 'spark:1' } });
  const kube = connectKube(() => cluster.kubeconfig(profile), context.signal);
  const lines = await dryRunLines([step], { ...context, kube });
  expect(lines.join('\n')).toContain('FIRESTEEL_TRIES');
});
