// Ends the notebook server of a seat, whatever the student has changed there.
import type { Context } from '../../steps/types.ts';
import { notebookName } from './labels.ts';

/** Scales the live Deployment and touches nothing else: that needs no image, and nothing that students may write. */
export async function stopServer({ kube }: Pick<Context, 'kube'>, namespace: string): Promise<void> {
  const ref = { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: notebookName };
  if (await kube.get(ref)) await kube.patch(ref, [{ op: 'replace', path: '/spec/replicas', value: 0 }]);
}
