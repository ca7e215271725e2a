// Why a pod does not run, in one line, and what to do about it. Pure: pod, events and nodes in, cause and cure out.
import type { Diagnosis, Evidence } from './finding.ts';
import { final, firstLine, passing } from './finding.ts';
import type { KubeEvent, Pod, Terminated } from './pod.ts';
import { isDriver, shownRole, sparkStatus } from './pod.ts';
import { diagnoseRefusal } from './refusal.ts';
import { unschedulable } from './scheduling.ts';

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
