// Checks of doctor for local clusters: the kernel, and the state of supervised programs.
import { join } from 'node:path';
import { inotifyCheck } from '../../host/kernel.ts';
import { type Check, findingOf, notAvailable, ok, type Remedy } from '../../steps/check.ts';
import { abilityChecks } from './abilities.ts';
import { snapshotterFor } from './images/snapshotter.ts';
import { layoutOf } from './layout.ts';
import { whyNotEnforced } from './network/policies.ts';
import { findNode } from './node/nodes.ts';
import { localStatus, manyDeaths } from './status.ts';

export const localChecks: readonly Check[] = [
  ...abilityChecks,
  inotifyCheck,
  {
    name: 'queue',
    title: 'Kernel queue for NetworkPolicies',
    category: 'This machine',
    affects: 'NetworkPolicies and classes on a local cluster',
    run: async ({ profile, read }) => {
      const why = await whyNotEnforced(profile, await layoutOf(profile, read), read);
      if (why === undefined) return ok('NFQUEUE works');
      return profile.local.networkPolicies
        ? { state: 'partial', seen: why, remedies: [{ text: 'use a kernel with nfnetlink_queue and xt_NFQUEUE' }] }
        : notAvailable(why);
    },
  },
  {
    name: 'overlay',
    title: 'Overlay file system',
    category: 'This machine',
    affects: 'speed and disk space of images on nodes',
    run: async ({ profile, read }) => {
      const [node] = (await layoutOf(profile, read)).nodes;
      if (!node || !findNode(node)) return notAvailable('known once the cluster runs');
      return (await snapshotterFor(node, read)) === 'overlayfs'
        ? ok('images share their layers')
        : {
            state: 'partial',
            seen: "the file system of the cluster's folder does not support overlays: nodes copy each layer",
            remedies: [{ text: 'set XDG_DATA_HOME to a folder on ext4 or xfs' }],
          };
    },
  },
  {
    name: 'supervised',
    title: 'Supervised programs',
    category: 'Cluster',
    affects: 'everything on the cluster',
    run: async ({ profile, read }) => {
      const { components } = await localStatus(profile, { read });
      if (components.length === 0) return notAvailable('the cluster does not run');
      const lines = components
        .filter(({ state, restarts }) => state !== 'running' || restarts >= manyDeaths)
        .map(
          ({ name, node, state, restarts, lastError }) =>
            `${name} on ${node} is ${state}, restarted ${restarts} times${lastError ? `: ${lastError}` : ''}`,
        );
      const isDown = components.some(({ state }) => state !== 'running');
      const { nodes } = await layoutOf(profile, read);
      const starts = components
        .filter(({ state }) => state === 'stopped')
        .map(({ name, node }): Remedy => {
          const folder = nodes.find((one) => one.name === node)?.folder ?? '';
          return { command: ['s6-svc', '-u', join(folder, 'services', name)], asRoot: true };
        });
      return findingOf(isDown ? 'missing' : 'partial', lines, {
        fine: `${components.length} run`,
        remedies: isDown
          ? starts.length > 0
            ? starts
            : [{ command: ['firesteel', 'deploy'] }]
          : [{ text: 'read its last error: firesteel status' }],
      });
    },
  },
];
