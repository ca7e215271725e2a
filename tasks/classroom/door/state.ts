// Tells the door that the class is paused, or continues: students who wait read it there.
import { managedBy } from '../../kube/render.ts';
import type { Kube, Manifest } from '../../kube/types.ts';
import { applyObjects } from '../../steps/apply.ts';
import type { SingleStep } from '../../steps/types.ts';
import { classNamespace } from '../seat/labels.ts';

/** The file `paused` in it chooses the page; docker/door/nginx.conf looks for it. */
const doorState = (className: string, isPaused: boolean): Manifest => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'door-state', namespace: classNamespace(className), labels: { ...managedBy } },
  data: isPaused ? { paused: '' } : {},
});

const hasDoor = async (kube: Kube, className: string): Promise<boolean> =>
  (await kube.get({ apiVersion: 'v1', kind: 'Namespace', name: classNamespace(className) })) !== undefined;

/** The door itself continues to run: no connection ends by it. */
export function tellDoor(isPaused: boolean): SingleStep {
  const apply = applyObjects({
    title: isPaused ? 'Show at the door that the class is paused' : 'Show at the door that the class continues',
    manifests: ({ profile }) => [doorState(profile.classroom.name, isPaused)],
  });
  return {
    ...apply,
    skip: async (context) =>
      (await hasDoor(context.kube, context.profile.classroom.name))
        ? ((await apply.skip?.(context)) ?? false)
        : 'the class has no door yet',
  };
}
