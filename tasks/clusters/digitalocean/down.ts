// Deletes the clusters at DigitalOcean that have the profile's name and our tag.
import { dirname } from 'node:path';
import { isEmptyFolder } from '../../core/files/changes.ts';
import type { Profile } from '../../profile/schema.ts';
import type { SingleStep, Step } from '../../steps/types.ts';
import { removeLoadBalancers } from '../load-balancers.ts';
import { ownFiles } from '../namesakes.ts';
import { account, hasToken, tokenVariable } from './account.ts';
import type { DoCluster } from './answers.ts';
import { type Api, openApi } from './api.ts';
import { findClusters } from './find.ts';
import { clusterFile } from './kubeconfig.ts';
import { associatedWith, leftoverLine, leftoversFile } from './leftovers.ts';
import { waitUntilGone } from './wait.ts';

export const downSteps = (profile: Profile): Step[] => [
  checkAccount,
  removeLoadBalancers,
  listLeftovers(profile),
  deleteClusters(profile),
  waitForTheEnd(profile),
  removeFiles(profile),
];

/** All of ours with that name. */
export async function ourClusters(api: Api, profile: Profile): Promise<DoCluster[]> {
  const { cluster, others } = await findClusters(api, profile);
  return [...(cluster ? [cluster] : []), ...others];
}

/** Without a token nobody can say that a cluster is gone. */
const checkAccount: SingleStep = {
  title: 'Reach DigitalOcean',
  observes: true,
  run: async () => void account(),
};

/** Why there is nothing to delete, or false. */
async function noneOfOurs(profile: Profile, signal: AbortSignal): Promise<string | false> {
  // Only a dry run gets here.
  if (!hasToken()) return `unknown: $${tokenVariable} is not set`;
  const api = openApi(signal);
  const { cluster, foreign } = await findClusters(api, profile);
  if (cluster) return false;
  return foreign.length > 0 ? `${foreign[0]?.id} was not made by firesteel, so it stays` : 'no such cluster';
}

const listLeftovers = (profile: Profile): SingleStep => ({
  title: 'List what stays when the cluster is deleted',
  skip: ({ signal }) => noneOfOurs(profile, signal),
  run: async ({ signal, write }, out) => {
    const api = openApi(signal);
    const all = await Promise.all((await ourClusters(api, profile)).map((cluster) => associatedWith(api, cluster)));
    const leftovers = all.flat();
    for (const leftover of leftovers) out.line(leftoverLine(leftover));
    if (leftovers.length > 0) await write([leftoversFile(profile, leftovers)]);
    else out.line('nothing');
  },
});

const deleteClusters = (profile: Profile): SingleStep => ({
  title: 'Delete the cluster at DigitalOcean',
  skip: ({ signal }) => noneOfOurs(profile, signal),
  run: async ({ signal, change }, out) => {
    const api = openApi(signal);
    for (const { id, name } of await ourClusters(api, profile)) {
      const path = `/kubernetes/clusters/${id}`;
      await change({ action: 'delete', name: `DELETE /v2${path}` }, () => api.remove(`delete cluster ${name}`, path));
      out.line(`${name} (${id})`);
    }
  },
});

const waitForTheEnd = (profile: Profile): SingleStep => ({
  title: 'Wait for the deletion',
  observes: true,
  run: async ({ signal }, out) => void (await waitUntilGone(openApi(signal), profile, out)),
});

const removeFiles = (profile: Profile): SingleStep => {
  const files = () => ownFiles(profile, 'kubeconfig', 'kubeconfig.lock');
  const folder = dirname(clusterFile(profile, 'kubeconfig'));
  return {
    title: 'Remove the kubeconfig',
    skip: () => files().length === 0 && 'there is no kubeconfig',
    run: async ({ remove }) => {
      await remove(...files());
      if (isEmptyFolder(folder)) await remove(folder);
    },
  };
};
