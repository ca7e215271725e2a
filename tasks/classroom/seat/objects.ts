// Every object of a seat: namespace, rights, quotas, policies and the notebook server. Pure but for reading templates.
import { shortHash } from '../../core/files/hash.ts';
import { renderTemplate } from '../../kube/render.ts';
import type { Manifest } from '../../kube/types.ts';
import { type LabRequest, labObjects } from '../../notebooks/server/objects.ts';
import type { Profile } from '../../profile/schema.ts';
import { tokenSecret } from '../../servers/token.ts';
import { storageOfReaders } from '../../storage/readers.ts';
import type { Seat } from '../types.ts';
import { seatLimits, seatProperties, seatQuotas } from './amounts.ts';
import { classLabel, notebookName, studentAccount, studentLabel } from './labels.ts';

/** What a seat is made of, beside the student's own. */
export interface SeatRequest extends Pick<LabRequest, 'profile' | 'image' | 'pip' | 'pullSecrets'> {
  seat: Seat;
  /** Its NetworkPolicies. */
  policies: readonly Manifest[];
  /** Whether the notebook server runs. */
  isOpen: boolean;
}

/** An hour of a lecture leaves a kernel idle; `pause` ends them all. */
const neverIdle = '0s';

/**
 * The profile of a seat: jobs and notebooks are in the student's namespace, with the sizes and kernels of the class. The
 * storage is there as far as it takes no keys.
 */
export function profileOfSeat({ storage: own, ...profile }: Profile, { namespace }: Seat): Profile {
  const { seat, kernelIdleTimeout = neverIdle } = profile.classroom;
  const { cores, memory, storage, executors } = seat;
  const open = storageOfReaders({ storage: own, namespace: profile.namespace });
  return {
    ...profile,
    ...(open ? { storage: open } : {}),
    namespace,
    notebook: { ...profile.notebook, cores, memory, size: storage, kernelIdleTimeout },
    dynamicAllocation: { ...profile.dynamicAllocation, maxExecutors: Math.max(1, executors.count) },
  };
}

/** In the order they are made in: what comes first is what the next ones need. */
export async function seatObjects(request: SeatRequest): Promise<Manifest[]> {
  const { seat, image, pip, pullSecrets, policies, isOpen } = request;
  const profile = profileOfSeat(request.profile, seat);
  const { cores: cpu, memory, scratch } = profile.classroom.seat;
  const values = {
    namespace: seat.namespace,
    student: studentAccount,
    notebook: notebookName,
    quota: seatQuotas(profile),
    limits: seatLimits(profile),
  };
  const [seatParts, [namespace], access, lab] = await Promise.all([
    renderTemplate('seat', values),
    renderTemplate('namespace', profile),
    renderTemplate('access', profile),
    labObjects({
      profile,
      object: notebookName,
      image,
      pip,
      pullSecrets,
      tokenHash: shortHash(seat.token),
      pages: `https://${seat.host}/spark/{port}/`,
      sizes: { server: { requests: { cpu, memory }, limits: { memory } }, executors: executorSizes(profile), scratch },
    }),
  ]);
  const token = tokenSecret(notebookName, profile, seat.token);
  const all = [...(namespace ? [namespace] : []), ...seatParts, ...policies, ...access, token, ...lab];
  return all
    .sort((a, b) => placeOf(a) - placeOf(b))
    .map((object) => withLabels(withPullSecrets(object.kind === 'Deployment' ? scaled(object, isOpen) : object)));

  function withPullSecrets(object: Manifest): Manifest {
    if (object.kind !== 'ServiceAccount' || pullSecrets.length === 0) return object;
    return { ...object, imagePullSecrets: [...pullSecrets] };
  }

  function withLabels(object: Manifest): Manifest {
    const { metadata } = object;
    const labels = { ...metadata.labels, [classLabel]: profile.classroom.name, [studentLabel]: seat.student };
    return { ...object, metadata: { ...metadata, labels } };
  }
}

/**
 * Each object that a quota counts makes the API server change the quota too, so quotas come after what they count.
 * Nobody has rights before they are there.
 */
const lastKinds = ['ResourceQuota', 'ServiceAccount', 'Role', 'RoleBinding', 'Deployment'];

/** Where an object stands among those of a seat; equals stay in their order. */
const placeOf = ({ kind }: Manifest): number => lastKinds.indexOf(kind);

const scaled = (deployment: Manifest, isOpen: boolean): Manifest => ({
  ...deployment,
  spec: { ...(deployment['spec'] as object), replicas: isOpen ? 1 : 0 },
});

/** Of sessions in the notebook server; the driver is in the server itself. */
const executorSizes = (profile: Profile): Record<string, string> =>
  Object.fromEntries(Object.entries(seatProperties(profile)).filter(([key]) => key.includes('executor')));
