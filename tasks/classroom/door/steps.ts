// Brings the door of a class into the cluster, and tells where it is.
import { isIP } from 'node:net';
import { applyObjects } from '../../lib/apply.ts';
import { parseMoment } from '../../lib/classroom-schema.ts';
import { Failure, usageFailure } from '../../lib/failure.ts';
import type { Profile } from '../../lib/schema.ts';
import type { Context, Manifest, SingleStep } from '../../lib/types.ts';
import { until } from '../../lib/wait.ts';
import type { ClassRun } from '../apply.ts';
import { classPath } from '../folder.ts';
import { classNamespace } from '../seat/labels.ts';
import { machineAddresses } from './addresses.ts';
import { classCertificate, type DoorCertificate, givenCertificate, namesOf } from './certificate.ts';
import { clusterDns } from './cluster.ts';
import { doorObjects } from './objects.ts';

/** Without an end date a class lasts a semester. */
const usualDays = 180;

/** When the class ends; without a date, half a year from the day on which this is asked. */
export function classEnd({ classroom }: Profile, now = new Date()): Date {
  const given = classroom.end ? parseMoment(classroom.end) : undefined;
  return given ?? new Date(Math.ceil(now.getTime() / 86_400_000 + usualDays) * 86_400_000);
}

/** Where students find the door without a domain: the given address of this machine, else that of the default route. */
export async function doorAddress(given: string | undefined): Promise<string> {
  const addresses = await machineAddresses();
  const [usual] = addresses;
  if (given === undefined && usual) return usual.address;
  if (given === undefined)
    throw usageFailure('this machine has no address that others reach', 'connect it to a network');
  if (isIP(given) === 0) throw usageFailure(`--address ${given}: expected an address such as 192.168.1.20`);
  return given;
}

/** The certificate of the door for these hosts; one of the class's own unless the profile names another. */
export async function doorCertificate(
  context: Pick<Context, 'profile' | 'write'>,
  hosts: readonly string[],
): Promise<DoorCertificate> {
  const { name, door } = context.profile.classroom;
  const end = classEnd(context.profile);
  if (door.certificate && door.key)
    return givenCertificate({ certificate: door.certificate, key: door.key }, { hosts, end });
  return classCertificate(
    { folder: classPath(name, 'ca'), title: name, names: namesOf(hosts, door.domain), end },
    context,
  );
}

const deployment = (profile: Profile) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  name: 'door',
  namespace: classNamespace(profile.classroom.name),
});

/** Every object of the door, for the seats of a plan. */
async function wantedDoor(context: Context, run: ClassRun): Promise<Manifest[]> {
  const { profile, state, kube } = context;
  if (!state.door) throw new Failure('there is no image of the door');
  const seats = await run.seats();
  const certificate = await doorCertificate(
    context,
    seats.map(({ host }) => host),
  );
  return doorObjects({
    namespace: classNamespace(profile.classroom.name),
    class: profile.classroom.name,
    image: state.door,
    settings: { title: profile.classroom.name, end: classEnd(profile), resolver: await clusterDns(kube) },
    seats,
    certificate,
    service: { type: 'NodePort' },
    pullSecrets: [],
  });
}

/** Applies it; where seats changed, another pod takes over from the one that runs. */
export const openDoor = (run: ClassRun): SingleStep => {
  const apply = applyObjects({ title: 'Open the door', manifests: (context) => wantedDoor(context, run) });
  return {
    ...apply,
    skip: async (context) => (context.state.door ? ((await apply.skip?.(context)) ?? false) : false),
    run: async (context, out) => {
      await apply.run(context, out);
      await waitForDoor(context, out.line);
    },
  };
};

interface DoorStatus extends Manifest {
  metadata: Manifest['metadata'] & { generation?: number };
  status?: { observedGeneration?: number; updatedReplicas?: number; readyReplicas?: number };
}

/** Until the newest pod answers and no older one is left: that would still take the codes of before. */
const waitForDoor = ({ kube, profile, signal }: Context, onSeen: (seen: string) => void): Promise<unknown> => {
  const namespace = classNamespace(profile.classroom.name);
  const pods = { apiVersion: 'v1', kind: 'Pod', namespace, labelSelector: 'app.kubernetes.io/name=door' };
  return until({
    for: 'door that answers',
    seconds: 120,
    signal,
    onSeen,
    hint: `inspect its pods: kubectl --namespace ${namespace} describe pods`,
    probe: async () => {
      const live = (await kube.get(deployment(profile))) as DoorStatus | undefined;
      const { observedGeneration = 0, updatedReplicas = 0, readyReplicas = 0 } = live?.status ?? {};
      const isNew = observedGeneration >= (live?.metadata.generation ?? 1);
      const all = (await kube.list(pods)).length;
      return isNew && updatedReplicas > 0 && readyReplicas > 0 && all === updatedReplicas
        ? { done: true }
        : { seen: `${readyReplicas} of ${Math.max(1, updatedReplicas)} pods are ready, ${all} are there` };
    },
  });
};
