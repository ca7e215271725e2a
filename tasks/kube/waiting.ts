// What keeps an object that is being removed. Pure.
import type { V1Namespace } from '@kubernetes/client-node';
import type { KubeObject } from './object.ts';
import type { Manifest } from './types.ts';

/** One line: what the server, a namespace's conditions or a finalizer still waits for. */
export function whatHolds(live: Manifest): string {
  const { metadata, spec, status } = live as Partial<KubeObject<V1Namespace>> & Manifest;
  // https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/: each says what a namespace still holds.
  const held = (status?.conditions ?? [])
    .filter(({ type, status: is }) => type.startsWith('Namespace') && is === 'True')
    .map(({ message }) => message)
    .filter((message) => message !== undefined);
  if (held.length > 0) return held.join('; ');
  const finalizers = [...(metadata.finalizers ?? []), ...(spec?.finalizers ?? [])];
  if (metadata.deletionTimestamp && finalizers.length > 0) return `held by finalizer ${finalizers.join(', ')}`;
  return status?.phase ? `still ${status.phase}` : 'still there';
}
