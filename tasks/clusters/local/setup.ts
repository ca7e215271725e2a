// A local cluster in the set-up wizard.
import type { Host, Offer, SetupKind } from '../../steps/setup.ts';

/** Below these, in MiB and GB, a Spark job does not fit beside the nodes. */
const least = { mebibytes: 3500, gigabytes: 8 };

function fitOf(host: Host): Pick<Offer, 'fit' | 'reason'> {
  const { system, rights, mebibytes, freeGigabytes } = host;
  if (system !== 'linux') return { fit: 'impossible', reason: `needs Linux, this is ${system}` };
  if (rights === 'none') return { fit: 'lacking', reason: 'needs root, or sudo without a password: run sudo -v first' };
  if (mebibytes < least.mebibytes)
    return { fit: 'lacking', reason: `needs 4 GB of memory, this machine has ${(mebibytes / 1024).toFixed(1)} GB` };
  if (freeGigabytes < least.gigabytes)
    return { fit: 'lacking', reason: `needs ${least.gigabytes} GB of free disk, there are ${freeGigabytes} GB` };
  return { fit: 'ready', reason: 'needs neither Docker nor a cloud, costs nothing' };
}

export const localSetup: SetupKind = {
  offers: (host) => [
    { name: 'local', title: 'Kubernetes on this machine', values: { cluster: 'local' }, ...fitOf(host) },
  ],
  questions: [{ key: 'local.nodes', flag: 'nodes', title: 'Nodes' }],
};
