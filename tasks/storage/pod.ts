// Runs docker/storage/visit.py in a short pod, which visits a storage or a claim.
import { readFileSync } from 'node:fs';
import { pullSecretsOf } from '../access/pull-secrets.ts';
import { diagnose } from '../causes/diagnosis.ts';
import { shownDiagnosis } from '../causes/finding.ts';
import { Failure } from '../core/failure.ts';
import { projectPath } from '../core/paths.ts';
import { until } from '../core/wait.ts';
import { managedBy } from '../kube/render.ts';
import type { Kube, Manifest } from '../kube/types.ts';
import type { Profile } from '../profile/schema.ts';
import { below } from '../spark/driver-container.ts';
import type { Container, KubeEvent, Pod } from '../spark/pod.ts';
import { podAccess } from '../spark/pod-access.ts';
import { containerSecurityContext, podSecurityContext } from '../spark/pod-security.ts';
import { storageProperties } from '../spark/storage.ts';
import { verbatim } from '../spark/verbatim.ts';
import type { Context, Output } from '../steps/types.ts';

/** A first pull in a cloud takes minutes; seconds. */
const startSeconds = 600;
const endSeconds = 1800;

/** What a visit is for. */
interface Visit {
  name: string;
  /** Arguments of visit.py, properties aside. */
  action: 'check' | 'put';
  args: readonly string[];
  /** A claim to write to, and where the pod has it. */
  claim?: { name: string; path: string };
  /** How much goes through the pod: more takes longer. */
  bytes?: number;
}

/** Bytes a second that a slow connection carries. */
const slowRate = 250_000;

/** How long a visit may take once its pod runs, in seconds. */
const longestVisit = ({ bytes = 0 }: Visit): number => endSeconds + Math.ceil(bytes / slowRate);

/** The pod: credentials as a run's driver gets them, by reference alone. */
export function visitPod(
  profile: Profile,
  image: string,
  asked: Visit,
  pullSecrets: readonly { name: string }[] = [],
): Manifest {
  const { name, action, args, claim } = asked;
  const { namespace, serviceAccounts, spark } = profile;
  const properties = { ...storageProperties(profile), ...spark.conf };
  const access = podAccess(properties);
  const container: Container = {
    name: 'visit',
    image,
    imagePullPolicy: 'IfNotPresent',
    command: ['python3', '-c', readFileSync(projectPath('docker', 'storage', 'visit.py'), 'utf8')],
    args: [action, JSON.stringify(below(properties, 'spark.hadoop.')), ...args].map(verbatim),
    env: [{ name: 'SPARK_HOME', value: '/opt/spark' }, ...access.env],
    resources: { requests: { cpu: '100m', memory: '768Mi' }, limits: { memory: '1Gi' } },
    securityContext: containerSecurityContext,
    volumeMounts: [
      { name: 'work', mountPath: '/work' },
      ...access.mounts,
      ...(claim ? [{ name: 'claim', mountPath: claim.path }] : []),
    ],
  };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels: { ...managedBy, 'app.kubernetes.io/name': 'firesteel-data' } },
    spec: {
      restartPolicy: 'Never',
      // Nobody may be left to remove the pod.
      activeDeadlineSeconds: startSeconds + longestVisit(asked),
      // The driver's account: with workload identity, that one opens the storage.
      serviceAccountName: serviceAccounts.driver,
      ...(pullSecrets.length > 0 ? { imagePullSecrets: [...pullSecrets] } : {}),
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      terminationGracePeriodSeconds: 0,
      securityContext: podSecurityContext,
      containers: [container],
      volumes: [
        { name: 'work', emptyDir: {} },
        ...access.volumes,
        ...(claim ? [{ name: 'claim', persistentVolumeClaim: { claimName: claim.name } }] : []),
      ],
    },
  };
}

const stateOf = (pod: Pod) => pod.status?.containerStatuses?.[0]?.state;

const isLiving = (pod: Pod): boolean => ['Pending', 'Running'].includes(pod.status?.phase ?? 'Pending');

/** Waits for a visit of this name that another process has begun; whether there was one. */
export async function waitForOther(
  { kube, profile: { namespace }, signal }: Context,
  asked: Visit,
  out: Output,
): Promise<boolean> {
  const find = async () =>
    (await kube.get({ apiVersion: 'v1', kind: 'Pod', name: asked.name, namespace })) as Pod | undefined;
  let wasThere = false;
  await until({
    for: `end of pod ${asked.name}, which another process has started`,
    seconds: startSeconds + longestVisit(asked),
    everyMs: 1000,
    signal,
    onSeen: out.line,
    hint: `remove the pod if nobody uses it: kubectl --namespace ${namespace} delete pod ${asked.name}`,
    probe: async () => {
      const pod = await find();
      if (!pod || !isLiving(pod)) return { done: true };
      wasThere = true;
      return { seen: `another process works with pod ${asked.name}` };
    },
  });
  return wasThere;
}

/** Runs a visit to its end, and returns what it printed last; `while` works with the pod once it is ready. */
export async function visit(
  context: Context,
  asked: Visit,
  out: Output,
  beside?: (pod: { namespace: string; pod: string }) => Promise<void>,
): Promise<string> {
  const { kube, profile, state, signal } = context;
  if (!state.image) throw new Failure('there is no Spark image', { hint: 'build it: firesteel build' });
  const pullSecrets = await pullSecretsOf(context, profile.serviceAccounts.driver);
  const manifest = visitPod(profile, state.image, asked, pullSecrets);
  const ref = { apiVersion: 'v1', kind: 'Pod', name: asked.name, namespace: profile.namespace };
  const former = (await kube.get(ref)) as Pod | undefined;
  if (former && !isLiving(former)) await kube.remove(ref);
  await kube.create(manifest);
  const isReady = async (): Promise<boolean> => (await printed(kube, ref)).includes('ready');
  const follow = (seconds: number, isDone: (pod: Pod) => Promise<boolean>) =>
    until<Pod>({
      for: `end of pod ${asked.name}`,
      seconds,
      everyMs: 300,
      signal,
      onSeen: out.line,
      hint: `inspect the pod: kubectl --namespace ${profile.namespace} describe pod ${asked.name}`,
      probe: async () => {
        const pod = (await kube.get(ref)) as Pod | undefined;
        if (!pod) throw new Failure(`pod ${asked.name} is gone`);
        if (stateOf(pod)?.terminated || pod.status?.phase === 'Failed' || (await isDone(pod))) return { done: pod };
        return { seen: stateOf(pod)?.running ? 'the pod runs' : await whatKeeps(kube, pod) };
      },
    });
  try {
    if (beside) {
      const pod = await follow(startSeconds, async (one) => stateOf(one)?.running !== undefined && (await isReady()));
      if (stateOf(pod)?.running) await beside({ namespace: profile.namespace, pod: asked.name });
    }
    const pod = await follow(longestVisit(asked), async () => false);
    if (pod.status?.reason === 'DeadlineExceeded')
      throw new Failure(`pod ${asked.name} did not end within ${startSeconds + longestVisit(asked)} s`, {
        hint: 'check the connection to the cluster and to the storage, and run the command again',
      });
    const lines = await printed(kube, ref);
    const result = lines.findLast((line) => /^(done|failed): /.test(line));
    if (stateOf(pod)?.terminated?.exitCode !== 0 || !result?.startsWith('done: '))
      throw new Failure(result?.replace('failed: ', '') ?? `pod ${asked.name} failed`, {
        output: lines.slice(-20).join('\n'),
      });
    return result.slice('done: '.length);
  } finally {
    if (!signal.aborted) await kube.remove(ref);
  }
}

async function printed(kube: Kube, { name, namespace }: { name: string; namespace: string }): Promise<string[]> {
  const lines: string[] = [];
  try {
    for await (const line of kube.logs({ name, namespace })) lines.push(line);
  } catch {
    // No log yet.
  }
  return lines;
}

/** Why a pod does not run; Failure for what never will. */
export async function whatKeeps(kube: Kube, pod: Pod): Promise<string> {
  const { namespace = '', name } = pod.metadata;
  const fieldSelector = `involvedObject.name=${name}`;
  const events = (await kube
    .list({ apiVersion: 'v1', kind: 'Event', namespace, fieldSelector })
    .catch(() => [])) as KubeEvent[];
  const found = diagnose({ pod, events, nodes: [] });
  if (found?.final) throw new Failure(found.cause, { hint: found.cure });
  return found ? shownDiagnosis(found) : 'the pod is starting';
}
