// Why a pod does not run, in one line, and what to do about it. Pure: pod, events and nodes in, cause and cure out.
import { quantityValue } from '../lib/quantity.ts';
import type { ClusterNode, KubeEvent, Pod, Terminated } from './pod.ts';
import { isDriver, shownRole, sparkStatus } from './pod.ts';
import { diagnoseRefusal } from './refusal.ts';

export interface Diagnosis {
  /** One line: what is wrong, with names and amounts. */
  cause: string;
  /** One imperative sentence. */
  cure: string;
  /** Waiting cannot help. */
  final: boolean;
}

const quantity = (text: string): number => quantityValue(text) ?? Number.NaN;

/** What a diagnosis looks at. */
export interface Evidence {
  pod: Pod;
  /** Events of this pod, in any order. */
  events?: KubeEvent[];
  nodes?: ClusterNode[];
  now?: Date;
}

/** A cause and cure as one line. */
export const shownDiagnosis = ({ cause, cure }: Diagnosis): string => `${cause}; ${cure}`;

/**
 * Mounts fail for about a second while the kubelet's view catches up with new ConfigMaps: older than this, in
 * seconds, and it is a fault.
 */
const mountGrace = 5;

/** Seconds after which a pod that nobody scheduled is worth a word. */
const scheduleGrace = 5;

/** Why the pod does not run; undefined while everything takes its usual course. */
export function diagnose(evidence: Evidence): Diagnosis | undefined {
  const { pod } = evidence;
  const state = sparkStatus(pod)?.state;
  if (state?.terminated) return diagnoseExit(pod, state.terminated);
  if (pod.status?.phase === 'Failed') return lost(pod);
  if (state?.running) return undefined;
  if (state?.waiting?.reason) {
    const known = waiting(pod, state.waiting.reason, state.waiting.message ?? '');
    if (known) return known;
  }
  return unschedulable(evidence) ?? stuck(evidence);
}

/** What is known of a container's end other than its code; undefined for 0 and for codes of the program's own. */
export function diagnoseExit(pod: Pod, { exitCode, reason, message }: Terminated): Diagnosis | undefined {
  const role = shownRole(pod);
  const memory = `spark.${isDriver(pod) ? 'driver' : 'executor'}.memory`;
  const limit = sparkContainerOf(pod)?.resources?.limits?.['memory'] ?? 'its limit';
  if (reason === 'OOMKilled')
    return final(`${role}: used more memory than its pod has, ${limit}`, `raise ${memory}Overhead, or ${memory}`);
  if (reason === 'ContainerCannotRun' || reason === 'StartError')
    return final(`${role}: container cannot start: ${firstLine(message)}`, 'check the image and its entrypoint');
  switch (exitCode) {
    case 52:
      return final(`${role}: Java heap is full (exit code 52)`, `raise ${memory}`);
    case 53:
      return final(`${role}: cannot write to its scratch disk (exit code 53)`, "free space on the node's disk");
    case 126:
      return final(
        `${role}: a program cannot be executed (exit code 126)`,
        "build the image for the node's architecture, and check the file's mode",
      );
    case 127:
      return final(`${role}: a program is not in the image (exit code 127)`, 'build the image again: firesteel build');
    case 137:
      return final(`${role}: killed (exit code 137)`, `look for memory pressure on its node, or raise ${memory}`);
    case 143:
      return final(`${role}: told to end (exit code 143)`, 'find out who deleted the pod or drained its node');
    default:
      return undefined;
  }
}

const final = (cause: string, cure: string): Diagnosis => ({ cause, cure, final: true });
const passing = (cause: string, cure: string): Diagnosis => ({ cause, cure, final: false });
const firstLine = (text = ''): string => text.trim().split('\n')[0] ?? '';
const sparkContainerOf = (pod: Pod) =>
  pod.spec.containers.find(({ name }) => name === sparkStatus(pod)?.name) ?? pod.spec.containers[0];

/** A pod that failed without its container telling: evicted, its node gone, refused by the kubelet. */
function lost(pod: Pod): Diagnosis {
  const { reason = 'Failed', message } = pod.status ?? {};
  const cures: Record<string, string> = {
    Evicted: 'free memory or disk on its node, or lower what the job asks for',
    NodeLost: 'bring the node back and submit again',
    UnexpectedAdmissionError: 'submit again',
    OutOfcpu: 'submit again: the node filled up meanwhile',
    OutOfmemory: 'submit again: the node filled up meanwhile',
    Preempting: 'submit again: a pod of higher priority took its place',
    DeadlineExceeded: "raise the pod's activeDeadlineSeconds",
  };
  return final(
    `${shownRole(pod)}: ${reason}: ${firstLine(message)}`,
    cures[reason] ?? `look at its node ${pod.spec.nodeName ?? ''}`.trim(),
  );
}

/** A container that cannot start: image, configuration. */
function waiting(pod: Pod, reason: string, message: string): Diagnosis | undefined {
  const role = shownRole(pod);
  const image = sparkContainerOf(pod)?.image ?? '';
  switch (reason) {
    case 'ErrImageNeverPull':
      return final(`${role}: image ${image} is not on node ${pod.spec.nodeName}`, 'bring it there: firesteel build');
    case 'InvalidImageName':
      return final(`${role}: "${image}" is no image name`, 'correct image.repository in the profile');
    case 'ErrImagePull':
    case 'ImagePullBackOff':
      return imagePull(role, image, message);
    case 'CreateContainerConfigError':
      return containerConfig(role, message);
    case 'CreateContainerError':
    case 'RunContainerError':
      return final(`${role}: container cannot start: ${firstLine(message)}`, 'check the image and its entrypoint');
    default:
      return undefined;
  }
}

function imagePull(role: string, image: string, message: string): Diagnosis {
  const what = `${role}: cannot pull image ${image}`;
  if (/unauthorized|denied|authentication required|403|401/i.test(message))
    return final(
      `${what}: the registry refuses`,
      'name a pull secret in spark.kubernetes.container.image.pullSecrets, or push the image: firesteel build',
    );
  if (/no match for platform|no matching manifest/i.test(message))
    return final(`${what}: not built for this node's architecture`, "build the image for the node's architecture");
  if (/not found|manifest unknown|does not exist/i.test(message))
    return final(`${what}: no such image`, 'bring it to the cluster: firesteel build');
  if (/no such host|dial tcp|timeout|connection refused|x509|network is unreachable/i.test(message))
    return passing(
      `${what}: the registry cannot be reached from the node`,
      "load the image into the cluster: firesteel build, or repair the node's network",
    );
  return passing(
    `${what}: ${firstLine(message) || 'waiting before the next try'}`,
    'bring it to the cluster: firesteel build',
  );
}

function containerConfig(role: string, message: string): Diagnosis {
  const [, kind, name] = /(secret|configmap) "([^"]+)" not found/.exec(message) ?? [];
  if (kind) return passing(`${role}: ${kind} ${name} does not exist`, `create ${kind} ${name} in its namespace`);
  const [, key, where] = /couldn't find key (\S+) in (?:Secret|ConfigMap) (\S+)/.exec(message) ?? [];
  if (key) return passing(`${role}: ${where} has no key ${key}`, `add the key ${key}`);
  if (/run ?as ?(non-?)?root/i.test(message))
    return final(`${role}: the image wants to run as root`, 'use an image whose user is 185');
  return final(
    `${role}: container cannot be configured: ${firstLine(message)}`,
    'check the secrets and ConfigMaps it names',
  );
}

const resourceNames = ['cpu', 'memory', 'ephemeral-storage'];

function unschedulable({ pod, nodes = [] }: Evidence): Diagnosis | undefined {
  const condition = pod.status?.conditions?.find(({ type }) => type === 'PodScheduled');
  if (condition?.status !== 'False') return undefined;
  const role = shownRole(pod);
  const message = condition.message ?? '';
  if (condition.reason === 'SchedulingGated')
    return passing(`${role}: held back by a scheduling gate`, 'wait for the queue that holds it');
  const lacking = /Insufficient ([\w./-]+)/.exec(message)?.[1];
  if (lacking)
    return (
      tooLarge(pod, nodes, message) ??
      passing(
        `${role}: not enough ${lacking} free: ${needs(pod, lacking)}, and other pods hold the rest of ${offers(nodes, lacking)}`,
        'wait for other jobs to end, or add nodes',
      )
    );
  const claim = /persistentvolumeclaim "([^"]+)" not found/.exec(message)?.[1];
  if (claim) return passing(`${role}: volume claim ${claim} does not exist`, `create the claim ${claim}`);
  if (/unbound immediate PersistentVolumeClaims/.test(message))
    return passing(`${role}: its volume claim has no volume`, 'check the storage class of the claim');
  if (/volume node affinity conflict/.test(message))
    return final(
      `${role}: its volume is on another node or in another zone`,
      'let the job run there, or use another volume',
    );
  if (/Too many pods/.test(message))
    return passing(`${role}: the nodes hold as many pods as they can`, 'wait for other pods to end, or add nodes');
  if (/no nodes available|0\/0 nodes/.test(message))
    return passing(`${role}: the cluster has no nodes`, 'look at them: firesteel status');
  if (/node\.kubernetes\.io\/(not-ready|unreachable|network-unavailable)/.test(message))
    return passing(`${role}: no node is ready`, 'look at them: firesteel status');
  const pressure = /node\.kubernetes\.io\/(disk|memory|pid)-pressure/.exec(message)?.[1];
  if (pressure) return passing(`${role}: the nodes are short of ${pressure}`, `free ${pressure} on them`);
  const taint = /untolerated taint\(?s?\)? \{([^}]+)\}/.exec(message)?.[1];
  if (taint)
    return passing(
      `${role}: the nodes keep pods away with the taint ${taint.replace(/: $/, '')}`,
      'remove the taint, or tolerate it in a pod template',
    );
  if (/didn't match Pod's node affinity\/selector/.test(message))
    return passing(
      `${role}: no node has the labels ${shownSelector(pod)}`,
      'correct spark.kubernetes.node.selector.*, or label a node',
    );
  return passing(`${role}: cannot be scheduled: ${firstLine(message)}`, 'look at the nodes: firesteel status');
}

/** A request no node could take even if it were empty. */
function tooLarge(pod: Pod, nodes: ClusterNode[], message: string): Diagnosis | undefined {
  const resource = resourceNames.find(
    (name) => message.includes(`Insufficient ${name}`) && nodes.length > 0 && request(pod, name) > largest(nodes, name),
  );
  if (!resource) return undefined;
  const part = isDriver(pod) ? 'driver' : 'executor';
  const key = resource === 'cpu' ? `spark.kubernetes.${part}.request.cores` : `spark.${part}.memory`;
  return final(
    `${shownRole(pod)}: no node is large enough: ${needs(pod, resource)}, there is ${offers(nodes, resource)}`,
    `lower ${key}, or add a larger node`,
  );
}

const request = (pod: Pod, resource: string): number =>
  pod.spec.containers.reduce(
    (sum, { resources }) => sum + quantity(resources?.requests?.[resource] ?? resources?.limits?.[resource] ?? '0'),
    0,
  );

const allocatable = (node: ClusterNode, resource: string): number =>
  quantity(node.status?.allocatable?.[resource] ?? '0');

const largest = (nodes: ClusterNode[], resource: string): number =>
  Math.max(...nodes.map((node) => allocatable(node, resource)));

const needs = (pod: Pod, resource: string): string => `it needs ${shownAmount(request(pod, resource), resource)}`;

const offers = (nodes: ClusterNode[], resource: string): string =>
  nodes.length === 0
    ? 'the nodes'
    : `${nodes
        .slice(0, 3)
        .map((node) => `${shownAmount(allocatable(node, resource), resource)} on ${node.metadata.name}`)
        .join(', ')}${nodes.length > 3 ? ` and ${nodes.length - 3} more` : ''}`;

/** 1.5 cpu, 1.4 GiB memory, 3 nvidia.com/gpu. */
function shownAmount(amount: number, resource: string): string {
  const rounded = (number: number) => String(Math.floor(number * 100) / 100);
  if (resource !== 'memory' && resource !== 'ephemeral-storage') return `${rounded(amount)} ${resource}`;
  return amount >= 2 ** 30
    ? `${rounded(amount / 2 ** 30)} GiB ${resource}`
    : `${rounded(amount / 2 ** 20)} MiB ${resource}`;
}

const shownSelector = (pod: Pod): string =>
  Object.entries(pod.spec.nodeSelector ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .join(', ') || 'it asks for';

/** A pod that has a node but no container, or no node and no word from the scheduler. */
function stuck({ pod, events = [], nodes = [], now = new Date() }: Evidence): Diagnosis | undefined {
  const role = shownRole(pod);
  const age = (time: string | null | undefined) => (time ? (now.getTime() - Date.parse(time)) / 1000 : 0);
  const seen = (reason: string) =>
    events.filter((event) => event.reason === reason).sort((a, b) => age(lastSeen(a)) - age(lastSeen(b)))[0];
  const refused = seen('FailedCreate');
  if (refused) return diagnoseRefusal(refused.message ?? '');
  const node = nodes.find(({ metadata }) => metadata.name === pod.spec.nodeName);
  if (node?.status?.conditions?.some(({ type, status }) => type === 'Ready' && status !== 'True'))
    return passing(`${role}: its node ${pod.spec.nodeName} is not ready`, 'look at it: firesteel status');
  const mount = seen('FailedMount') ?? seen('FailedAttachVolume');
  if (mount && age(firstSeen(mount)) > mountGrace)
    return passing(
      `${role}: volume cannot be mounted: ${mountFault(mount.message ?? '')}`,
      'create what is missing, or correct its name',
    );
  const sandbox = seen('FailedCreatePodSandBox');
  if (sandbox)
    return passing(
      `${role}: the node cannot set up the pod: ${firstLine(sandbox.message).slice(-200)}`,
      'look at the node: firesteel status',
    );
  if (!pod.spec.nodeName && age(pod.metadata.creationTimestamp) > scheduleGrace)
    return passing(`${role}: no scheduler has looked at it`, 'look for kube-scheduler: firesteel status');
  return undefined;
}

const firstSeen = (event: KubeEvent): string | undefined =>
  event.firstTimestamp ?? event.eventTime ?? event.metadata.creationTimestamp;
const lastSeen = (event: KubeEvent): string | undefined =>
  event.lastTimestamp ?? event.eventTime ?? event.metadata.creationTimestamp;

/** `MountVolume.SetUp failed for volume "x" : configmap "y" not found` without its preamble. */
const mountFault = (message: string): string =>
  firstLine(message).replace(/^MountVolume\.\w+ failed for volume "([^"]+)" ?: /, '$1: ');
