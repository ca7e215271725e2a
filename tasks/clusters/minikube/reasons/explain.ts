// Explains a failure of minikube by the name of its reason, its words, or its exit code.
import { dockerCause } from '../../docker-causes.ts';
import { clipped, type MinikubeError } from '../events.ts';
import { clusterReasons } from './cluster-reasons.ts';
import { driverReasons } from './driver-reasons.ts';
import { machineReasons } from './machine-reasons.ts';
import { again, network } from './reason.ts';

const reasons = [...driverReasons, ...machineReasons, ...clusterReasons];

/** pkg/minikube/reason/exitcodes.go. */
const bands: [from: number, what: string, hint: string][] = [
  [110, 'a service of the cluster failed', 'read minikube logs'],
  [100, 'the control plane failed', `read minikube logs, then recreate the cluster: ${again}`],
  [90, 'the container runtime failed', 'read the log of the runtime, or choose another minikube.containerRuntime'],
  [86, 'the node lacks something', 'read minikube logs'],
  [85, 'there is no such cluster', 'create the cluster: firesteel deploy'],
  [84, 'the node failed', `recreate the cluster: ${again}`],
  [83, 'the cluster is not running', 'start it: firesteel deploy'],
  [80, 'the node failed', `read minikube logs, then recreate the cluster: ${again}`],
  [70, "this machine's network blocked minikube", 'check its firewall and its routes'],
  [60, 'the driver does not work', 'repair the driver, or choose another minikube.driver'],
  [50, 'the driver refuses', 'choose another minikube.driver'],
  [40, 'minikube could not download a file that it needs', network],
  [30, 'something on this machine blocked minikube', 'read the lines above'],
  [20, 'this machine lacks a resource', 'request less memory, CPUs or disk'],
  [14, 'minikube rejects these settings', 'correct the profile, beginning with minikube.flags'],
  [11, 'minikube was interrupted, or two calls ran at the same time', 'run the same command again'],
];

/** Advice that removes clusters of this user, or leaves the one at hand to minikube without our settings. */
const isRisky = /minikube (?:delete|start|stop|config)|minikube profile|--purge|\berase\b/i;

/** Whether a message quotes the Docker of this machine: a node may have another one. */
const isOfDocker = (id: string, message: string): boolean =>
  id.startsWith('PROVIDER_DOCKER_') ||
  (/^GUEST_|^PR_DOCKER_/.test(id) &&
    /\bdocker (?:run|start|volume|network|container|pull) [\s\S]*(?:Error response from daemon|Docker daemon|docker API)/i.test(
      message,
    ));

/**
 * What happened and what to do: by what Docker said; else by the reason's name; else in minikube's own words; else by the exit code alone, whose
 * tens say where it failed.
 */
export function explain(error: Partial<MinikubeError> & { id: string }, code: number): { what: string; hint: string } {
  const { id, message = '', url = '' } = error;
  const advice = isRisky.test(error.advice ?? '') ? '' : (error.advice ?? '');
  const docker = isOfDocker(id, message) ? dockerCause(message) : undefined;
  if (docker) return docker;
  const known = reasons.find(
    (reason) =>
      (typeof reason.id === 'string' ? reason.id === id : reason.id.test(id)) &&
      (reason.message?.test(message) ?? true),
  );
  if (known)
    return { what: known.isQuoted && message ? `${known.what}: ${clipped(message)}` : known.what, hint: known.hint };
  const [, what, hint] = bands.find(([from]) => code >= from) ?? [0, `exit code ${code}`, 'read the lines above'];
  if (!id) return { what: `${what} (exit code ${code})`, hint };
  return {
    what: message || advice ? `${clipped(message || advice)} (${id})` : `${what} (${id})`,
    hint: [advice || hint, url].filter(Boolean).join(' '),
  };
}
