// Checks of what a cluster offers to pods: DNS, policies, storage, and room.
import type { V1PersistentVolumeClaim, V1ResourceQuota, V1StorageClass } from '@kubernetes/client-node';
import { findEnforcement } from '../../classroom/isolation/enforcement.ts';
import { Failure, messageOf } from '../../core/failure.ts';
import { probeImage } from '../../coredns/deploy-steps.ts';
import { outsideName } from '../../coredns/outside.ts';
import { type Answers, proveLookup } from '../../coredns/proof.ts';
import { report } from '../../coredns/report.ts';
import { isBuilt, sparkImage } from '../../images/image.ts';
import { readJob } from '../../jobs/job.ts';
import { sizeProblems } from '../../jobs/least-job.ts';
import type { KubeObject } from '../../kube/object.ts';
import { quantityValue } from '../../kube/quantity.ts';
import type { Pod } from '../../spark/pod.ts';
import { chooseSizes } from '../../spark/sizes/sizes.ts';
import { type Check, type Finding, findingOf, notAvailable, ok } from '../../steps/check.ts';
import { cleanerOf } from '../../steps/cleaner.ts';
import { onCluster } from './reach.ts';

const affectsPods = 'names in pods: executors find their driver by name';

const defaultClass = 'storageclass.kubernetes.io/is-default-class';

/** Names of claims that pods use, as NAMESPACE/NAME; a claim that a pod brings is owned by the pod. */
function usedClaims(claims: readonly KubeObject<V1PersistentVolumeClaim>[], pods: readonly Pod[]): Set<string> {
  const named = pods.flatMap(({ metadata: { namespace }, spec }) =>
    (spec?.volumes ?? []).map(({ persistentVolumeClaim: claim }) => `${namespace}/${claim?.claimName}`),
  );
  const owned = claims
    .filter(({ metadata }) => metadata.ownerReferences?.some(({ kind }) => kind === 'Pod'))
    .map(({ metadata: { namespace, name } }) => `${namespace}/${name}`);
  return new Set([...named, ...owned]);
}

/** Which class claims get that name none, and claims that wait; one whose class waits for a pod may. */
export function storageFinding(
  classes: readonly KubeObject<V1StorageClass>[],
  claims: readonly KubeObject<V1PersistentVolumeClaim>[],
  pods: readonly Pod[] = [],
): Finding {
  const isDefault = ({ metadata }: KubeObject<V1StorageClass>) => metadata.annotations?.[defaultClass] === 'true';
  const defaults = classes.filter(isDefault);
  const used = usedClaims(claims, pods);
  const mayWait = ({ metadata: { namespace, name }, spec }: KubeObject<V1PersistentVolumeClaim>) => {
    const [usual] = defaults;
    const own = classes.find(({ metadata }) => metadata.name === (spec?.storageClassName ?? usual?.metadata.name));
    return own?.volumeBindingMode === 'WaitForFirstConsumer' && !used.has(`${namespace}/${name}`);
  };
  const waiting = claims
    .filter(({ status, metadata }) => status?.phase === 'Pending' && !metadata.deletionTimestamp)
    .filter((claim) => !mayWait(claim))
    .map(
      ({ metadata: { name, namespace } }) =>
        `claim ${namespace}/${name} is Pending: kubectl --namespace ${namespace} describe pvc ${name}`,
    );
  const [first] = classes;
  if (defaults.length > 0)
    return findingOf('partial', waiting, { fine: defaults.map(({ metadata }) => metadata.name).join(', ') });
  return {
    state: 'partial',
    seen: first ? 'no storage class is the default' : 'the cluster has no storage class',
    more: waiting,
    remedies: first
      ? [
          {
            text: `choose one: kubectl annotate --overwrite storageclass ${first.metadata.name} ${defaultClass}=true`,
          },
        ]
      : [{ text: 'install a provisioner of volumes' }],
  };
}

/** What quotas of the namespace are used up; what one forbids altogether is a rule, not a lack. */
export const quotaLines = (quotas: readonly KubeObject<V1ResourceQuota>[]): string[] =>
  quotas.flatMap(({ metadata: { name }, status }) =>
    Object.entries(status?.hard ?? {})
      .filter(([, hard]) => quantityValue(hard) !== 0)
      .filter(([resource, hard]) => (quantityValue(status?.used?.[resource] ?? '0') ?? 0) >= (quantityValue(hard) ?? 0))
      .map(([resource, hard]) => `quota ${name}: ${resource} is used up (${status?.used?.[resource]} of ${hard})`),
  );

/** Whether the smallest job has room beside what runs. */
const roomNow = onCluster(async (context) => {
  try {
    const { lines } = await chooseSizes(context, readJob(['pi']));
    const [fine = '', ...waiting] = lines;
    return findingOf('partial', waiting, { fine, remedies: [{ text: 'end other runs, or wait for their end' }] });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { state: 'missing', seen: messageOf(error), remedies: error.hint ? [{ text: error.hint }] : [] };
  }
});

export const serviceChecks: readonly Check[] = [
  {
    name: 'coredns',
    title: 'Cluster DNS',
    category: 'Cluster',
    affects: affectsPods,
    run: onCluster(async (context) => {
      const { lines, exitCode } = await report(context);
      const [seen = '', ...more] = lines;
      if (exitCode === 0) return seen.startsWith('not applicable') ? notAvailable(seen) : ok(lines.at(-1) ?? seen);
      const isLoop = seen.includes('is in a loop');
      // What is healthy is no finding.
      const [first = '', ...rest] = seen === 'CoreDNS is healthy' ? more.slice(-1) : [seen, ...more];
      return {
        state: 'missing',
        seen: first,
        more: rest,
        remedies: isLoop ? [{ command: ['firesteel', 'dns', 'repair'] }] : [{ text: 'read more: firesteel dns check' }],
      };
    }),
  },
  {
    name: 'pod-dns',
    title: 'Names that a pod looks up',
    category: 'Cluster',
    affects: affectsPods,
    probes: true,
    run: onCluster(async (context) => {
      const image = await probeImage(context);
      if (!image) return notAvailable('no image for this test yet', ['firesteel', 'build']);
      const names = { inside: 'kubernetes.default.svc.cluster.local', outside: outsideName };
      const { kube, signal } = context;
      const proof = { kube, cleaner: cleanerOf(context), signal, image, names, onSeen: () => {} };
      const answers = await proveLookup(proof).catch((error: unknown): Answers => {
        if (error instanceof Failure && error.message.includes(names.inside)) return { inside: false };
        throw error;
      });
      if (typeof answers === 'string') return notAvailable(answers);
      if (!answers.inside)
        return {
          state: 'missing',
          seen: `a pod gets no answer for ${names.inside}`,
          remedies: [{ text: 'read more: firesteel dns check' }],
        };
      return ok(`a pod finds ${names.inside}${answers.outside ? ` and ${outsideName}` : `, not ${outsideName}`}`);
    }),
  },
  {
    name: 'policies',
    title: 'NetworkPolicies',
    category: 'Cluster',
    affects: 'classroom: students could reach the seats of others',
    run: onCluster(async (context) => {
      const found = await context.cluster.enforcement?.(context);
      if (!found) return notAvailable('needs a test', ['firesteel', 'doctor', '--probe', 'policies-probe']);
      if (found.verdict === 'enforced') return ok('enforced');
      return {
        state: 'missing',
        seen: `${found.verdict === 'not known' ? 'enforcement is not known' : found.verdict}${found.why ? `: ${found.why}` : ''}`,
        remedies: [{ command: ['firesteel', 'deploy'] }],
      };
    }),
  },
  {
    name: 'policies-probe',
    title: 'NetworkPolicies tested with pods',
    category: 'Cluster',
    affects: 'classroom: students could reach the seats of others',
    probes: true,
    run: onCluster(async (context) => {
      const { kube, signal } = context;
      const reference = (await isBuilt(context.profile, context.read)) && (await sparkImage(context.profile));
      if (!reference) return notAvailable('no image for this test yet', ['firesteel', 'build']);
      const probing = { reference, program: 'python3' as const };
      const { verdict, why = '' } = await findEnforcement({
        kube,
        cleaner: cleanerOf(context),
        image: probing,
        signal,
        onSeen: () => {},
      });
      if (verdict === 'enforced') return ok('enforced');
      if (verdict === 'not known') return notAvailable(why);
      return {
        state: 'missing',
        seen: `not enforced: ${why}`,
        remedies: [{ text: 'use a cluster whose network enforces them, such as one with Calico or Cilium' }],
      };
    }),
  },
  {
    name: 'storage',
    title: 'Storage',
    category: 'Cluster',
    affects: 'history, notebook, classroom, jobs with claims',
    run: onCluster(async ({ kube, profile: { namespace } }) => {
      const [classes, claims, pods] = await Promise.all([
        kube.list({ apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass' }),
        kube.list({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace }),
        kube.list({ apiVersion: 'v1', kind: 'Pod', namespace }),
      ]);
      return storageFinding(
        classes as KubeObject<V1StorageClass>[],
        claims as KubeObject<V1PersistentVolumeClaim>[],
        pods as Pod[],
      );
    }),
  },
  {
    name: 'quota',
    title: 'Quota of the namespace',
    category: 'Cluster',
    affects: 'submit and notebook',
    run: onCluster(async ({ kube, profile: { namespace } }) => {
      const quotas = await kube.list({ apiVersion: 'v1', kind: 'ResourceQuota', namespace });
      if (quotas.length === 0) return ok(`none in ${namespace}`);
      return findingOf('partial', quotaLines(quotas as KubeObject<V1ResourceQuota>[]), {
        fine: `${quotas.length} with room`,
        remedies: [{ text: 'end runs: firesteel runs, firesteel kill RUN; or raise the quota' }],
      });
    }),
  },
  {
    name: 'room',
    title: 'Room for a job',
    category: 'Cluster',
    affects: 'submit: pods stay pending',
    run: async (context) => {
      // As deploy asks, before there is a cluster.
      const problems = await sizeProblems(context.profile, context.cluster);
      return problems.length > 0 ? findingOf('missing', problems, { fine: '' }) : roomNow(context);
    },
  },
];
