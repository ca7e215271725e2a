// Finds the present pod of a server, what the pod waits for, and its executors.
import { shownDiagnosis } from '../causes/finding.ts';
import type { Deployment } from '../kube/deployment.ts';
import type { Kube, Metadata } from '../kube/types.ts';
import { explain } from '../runs/start.ts';
import { isDriver, type Pod } from '../spark/pod.ts';

/** Executors of its sessions that have not ended. */
export const liveExecutors = (pods: readonly Pod[]): number =>
  pods.filter((pod) => !isDriver(pod) && ['Pending', 'Running'].includes(pod.status?.phase ?? '')).length;

/** On a server's pod: its settings, so that other settings make another pod. */
export const settingsAnnotation = 'firesteel/settings';

const settingsOf = (pod: { metadata?: Partial<Metadata> } | undefined): string | undefined =>
  pod?.metadata?.annotations?.[settingsAnnotation];

/** The server's pod with its present settings. The one before may not know yet that it is to go. */
export function presentPod(deployment: Deployment, pods: readonly Pod[]): Pod | undefined {
  const settings = settingsOf(deployment.spec?.template);
  return pods.find((one) => isDriver(one) && settingsOf(one) === settings && !one.metadata.deletionTimestamp);
}

/** What that pod waits for. */
export async function whatKeeps(kube: Kube, pod: Pod | undefined): Promise<string> {
  if (!pod) return 'no pod yet';
  const diagnosis = await explain(kube, pod);
  return diagnosis ? shownDiagnosis(diagnosis) : `its pod is ${pod.status?.phase ?? 'new'}`;
}
