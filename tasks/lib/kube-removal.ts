// Why an object that is being removed is still there.
import type { Manifest } from './types.ts';

interface Condition {
  type: string;
  status: string;
  message?: string;
}

/** One line: what the server, a namespace's conditions or a finalizer still waits for. */
export function whatHolds(live: Manifest): string {
  const status = live['status'] as { conditions?: Condition[]; phase?: string } | undefined;
  const spec = live['spec'] as { finalizers?: string[] } | undefined;
  // https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/: each says what a namespace still holds.
  const held = (status?.conditions ?? [])
    .filter(({ type, status: is }) => type.startsWith('Namespace') && is === 'True')
    .map(({ message }) => message)
    .filter((message) => message !== undefined);
  if (held.length > 0) return held.join('; ');
  const finalizers = [...((live.metadata as { finalizers?: string[] }).finalizers ?? []), ...(spec?.finalizers ?? [])];
  if (live.metadata.deletionTimestamp && finalizers.length > 0) return `held by finalizer ${finalizers.join(', ')}`;
  return status?.phase ? `still ${status.phase}` : 'still there';
}
