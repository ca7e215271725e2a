// Checks of what single verbs need: programs and ports of shells, the storage of the profile, a metrics server.
import { freePort } from '../../core/network/free-port.ts';
import { madeTarget } from '../../images/layer/image-python.ts';
import { findJava, findPython } from '../../shells/here/programs.ts';
import { whyNoMetrics } from '../../standalone/autoscale.ts';
import { type Check, findingOf, notAvailable } from '../../steps/check.ts';
import { lookAtStorage } from '../../storage/look.ts';
import { newSecretProblems } from '../../storage/secret.ts';
import { unlessFailed } from './failures.ts';
import { onCluster } from './reach.ts';

/** Where programs of firesteel listen on this machine; the next free port is as good. */
const usualPorts = {
  ui: 4040,
  'shell --here': 7078,
  dev: 8888,
  connect: 15_002,
} as const;

/** For the verbs that listen on this machine. */
const listens = Object.keys(usualPorts).join(', ');

/** What follows from the profile's storage, as `data up` asks it. */
const storageCheck: Check = {
  name: 'object-storage',
  title: 'Storage of the profile',
  category: 'Cluster',
  affects: 'data, and jobs that read storage:PATH',
  run: async (context) => {
    const { profile } = context;
    if (!profile.storage) return notAvailable('the profile names no storage');
    const unset = await newSecretProblems(context);
    if (unset.length > 0)
      return findingOf('missing', unset, { fine: '', remedies: [{ text: 'set the variables in this shell' }] });
    return onCluster(() =>
      unlessFailed({
        state: 'missing',
        ask: async () => {
          let seen = '';
          await lookAtStorage(profile).run(context, {
            line: (text) => {
              seen = text;
            },
          });
          return seen;
        },
      }),
    )(context);
  },
};

export const verbChecks: readonly Check[] = [
  {
    name: 'shell-java',
    title: 'Java for drivers on this machine',
    category: 'Programs',
    affects: 'shell --here',
    run: ({ profile, read }) =>
      unlessFailed({
        state: 'not available',
        ask: async () => {
          const { version, home } = await findJava(profile.spark.version, read);
          return `Java ${version} in ${home}`;
        },
      }),
  },
  {
    name: 'shell-python',
    title: 'Python for drivers on this machine',
    category: 'Programs',
    affects: 'shell --here with PySpark',
    run: ({ profile, read }) => {
      const target = madeTarget(profile);
      if (!target) return notAvailable('the base image decides the version');
      return unlessFailed({ state: 'not available', ask: () => findPython(target.python, read) });
    },
  },
  {
    name: 'ports',
    title: 'Ports of this machine',
    category: 'Network',
    affects: listens,
    run: () =>
      unlessFailed({
        state: 'missing',
        ask: async () => {
          const found = await Promise.all(
            Object.entries(usualPorts).map(async ([verb, port]) => `${verb} ${await freePort(port)}`),
          );
          return found.join(', ');
        },
      }),
  },
  storageCheck,
  {
    name: 'metrics',
    title: 'Metrics server',
    category: 'Cluster',
    affects: 'standalone autoscale',
    run: onCluster((context) =>
      unlessFailed({
        state: 'not available',
        ask: async () => {
          const failure = await whyNoMetrics(context);
          if (failure) throw failure;
          return 'measures pods';
        },
      }),
    ),
  },
];
