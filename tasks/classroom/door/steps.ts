// The steps that create the door of a class in the cluster.
import type { V1Deployment } from '@kubernetes/client-node';
import { pullSecretsOf } from '../../access/pull-secrets.ts';
import { Failure } from '../../core/failure.ts';
import { until } from '../../core/wait.ts';
import type { KubeObject } from '../../kube/object.ts';
import type { Manifest } from '../../kube/types.ts';
import type { Profile } from '../../profile/schema.ts';
import type { Pod } from '../../spark/pod.ts';
import { applyObjects } from '../../steps/apply.ts';
import type { Context, SingleStep } from '../../steps/types.ts';
import { classEnd } from '../class-end.ts';
import { classPath } from '../folder.ts';
import type { ClassRun } from '../run.ts';
import { classNamespace } from '../seat/labels.ts';
import { classCertificate, type DoorCertificate, described, namesOf } from './certificate.ts';
import { clusterDns, domainOf } from './cluster.ts';
import { serviceFor } from './entrance.ts';
import { givenCertificate, givenFiles } from './given-certificate.ts';
import { doorObjects } from './objects.ts';
import { orderedCertificate } from './ordered-certificate.ts';
import { rolloutOf } from './rollout.ts';

/** The certificate of the door for these hosts: a given one, one that was ordered, else one of the class's own. */
export async function doorCertificate(
  context: Pick<Context, 'profile' | 'write'>,
  hosts: readonly string[],
): Promise<DoorCertificate> {
  const { name, door } = context.profile.classroom;
  const end = classEnd(context.profile);
  const given = givenFiles(context.profile);
  if (given) return givenCertificate(given, { hosts });
  const ordered = await orderedCertificate(context.profile);
  if (ordered) return described(ordered);
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
  const seats = await run.seats(context);
  const certificate = await doorCertificate(
    context,
    seats.map(({ host }) => host),
  );
  return doorObjects({
    namespace: classNamespace(profile.classroom.name),
    class: profile.classroom.name,
    image: state.door,
    settings: {
      title: profile.classroom.name,
      end: classEnd(profile),
      resolver: await clusterDns(kube),
      clusterDomain: await domainOf(kube),
    },
    seats,
    certificate,
    service: serviceFor(context, seats),
    pullSecrets: await pullSecretsOf(context),
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
      const live = (await kube.get(deployment(profile))) as KubeObject<V1Deployment> | undefined;
      return rolloutOf(live, (await kube.list(pods)) as Pod[]);
    },
  });
};
