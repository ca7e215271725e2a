// Tests with a pod whether executors reach this machine; the pod then owns the executors.
import { Failure } from '../../core/failure.ts';
import { renderTemplate } from '../../kube/render.ts';
import type { Manifest } from '../../kube/types.ts';
import { driverContainer, roleLabel } from '../../spark/pod.ts';
import { containerSecurityContext, podSecurityContext } from '../../spark/pod-security.ts';
import { allSizeKeys, sizeKeys } from '../../spark/sizes/choice.ts';
import { lookAtRoom } from '../../spark/sizes/room.ts';
import { sizesIn, withSizes } from '../../spark/sizes/sizes.ts';
import { pullSecretNames } from '../../spark/values.ts';
import type { Context, Output } from '../../steps/types.ts';
import { type RunRequest, runLabels } from '../../submission/driver.ts';
import { type Lifeline, openLifeline, orEnd, waitForPod } from '../keeper.ts';
import { readProgram } from '../session.ts';
import { ownAddresses } from './addresses.ts';
import { type DriverPorts, openListeners } from './ports.ts';
import { portsTried, triesIn, unreachableFailure, winner } from './probe.ts';

/** What the pod requests. */
const own = { cpu: '10m', memory: '128Mi' };
const tryMs = 60_000;

/** Where executors find a driver on this machine, and the pod that owns them. */
export interface Way {
  address: string;
  ports: DriverPorts;
  pod: Manifest;
  lifeline: Lifeline;
}

/** The request with sizes of executors that fit beside the pod; a driver's own are for no pod here. */
export async function fitted({ kube }: Context, request: RunRequest, out: Output): Promise<RunRequest> {
  const { job, profile } = request;
  const keeper = {
    [sizeKeys.request('driver')]: own.cpu,
    [sizeKeys.memory('driver')]: own.memory.replace('Mi', 'm'),
    'spark.driver.memoryOverhead': '0',
  };
  const asked = withSizes({ ...profile, spark: { ...profile.spark, conf: { ...profile.spark.conf, ...keeper } } }, {});
  const { chosen, lines } = sizesIn(job, asked, await lookAtRoom(kube, profile.namespace));
  for (const line of lines) out.line(line);
  const executors = Object.entries(chosen).filter(([key]) => allSizeKeys.includes(key) && !key.includes('driver'));
  return { ...request, profile: withSizes(profile, Object.fromEntries(executors)) };
}

/** Finds it; Failure with every address and port if no pod gets back here. Undefined in a dry run. */
export async function findWay(
  context: Context,
  request: RunRequest,
  instead: string,
  out: Output,
): Promise<Way | undefined> {
  const { cluster, kube, profile, signal } = context;
  const { names } = request;
  const addresses = await ownAddresses(cluster.kubeconfig(profile));
  if (addresses.length === 0) throw unreachableFailure([], instead);
  const listeners = await openListeners(names.id);
  try {
    const { ports } = listeners;
    const tried = portsTried(ports);
    out.line(`addresses ${addresses.join(', ')}; ports ${tried.join(' and ')}`);
    const [pod] = await renderTemplate('shell-keeper', {
      name: names.driverPod,
      namespace: profile.namespace,
      labels: { ...runLabels(names), [roleLabel]: 'driver' },
      account: profile.serviceAccounts.driver,
      pullSecrets: pullSecrets(profile.spark.conf),
      container: driverContainer,
      image: request.image,
      program: readProgram('keeper.py'),
      tries: JSON.stringify({ addresses, ports: tried, word: names.id }),
      resources: { requests: own, limits: { memory: own.memory } },
      podSecurityContext,
      containerSecurityContext,
    });
    if (!pod) throw new Failure('templates/shell-keeper.yaml has no pod');
    const made = await kube.create(pod);
    // Nothing is made in a dry run.
    if (!made.metadata.uid) return undefined;
    const lifeline = await orEnd(context, { pod }, async () => {
      await waitForPod(context, pod, out);
      return openLifeline(kube, pod);
    });
    return await orEnd(context, { pod, lifeline }, async () => {
      const tries = await triesOf(context, names.driverPod, AbortSignal.any([signal, AbortSignal.timeout(tryMs)]));
      const address = winner(addresses, tries);
      if (address === undefined) throw unreachableFailure(tries, instead);
      out.line(`pods reach this machine at ${address}`);
      return { address, ports, pod, lifeline };
    });
  } finally {
    await listeners.close();
  }
}

/** What the pod's log says of its tries. */
async function triesOf({ kube, profile }: Context, name: string, signal: AbortSignal) {
  const pod = { name, namespace: profile.namespace };
  for await (const line of kube.logs(pod, { container: driverContainer, follow: true, signal })) {
    const tries = triesIn(line);
    if (tries) return tries;
  }
  throw new Failure(`pod ${name} ended before it tried to reach this machine`, { hint: 'run the command again' });
}

const pullSecrets = (conf: Readonly<Record<string, string>>): { name: string }[] =>
  pullSecretNames(conf).map((name) => ({ name }));
