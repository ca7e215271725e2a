// The class's share of the API server: templates/class.yaml filled in. Pure but for reading that.
import { renderTemplate } from '../kube/render.ts';
import type { Manifest } from '../kube/types.ts';
import { classLabel } from './seat/labels.ts';

/** Name of the objects of a class that have no namespace. */
export const classObject = (className: string): string => `firesteel-${className}`;
/** Name of those about services, which no other class can have. */
export const classServices = (className: string): string => `${classObject(className)}.services`;
/** Name of those about priorities of pods. */
export const classPriorities = (className: string): string => `${classObject(className)}.priorities`;

/** Name of those about finalizers. */
export const classFinalizers = (className: string): string => `${classObject(className)}.finalizers`;

/** Names of all objects of the class that have no namespace. */
export const classRules = (className: string): string[] =>
  [classObject, classServices, classPriorities, classFinalizers].map((name) => name(className));

/** All accounts of these namespaces, each an own queue. */
export async function flowObjects(className: string, namespaces: readonly string[]): Promise<Manifest[]> {
  const objects = await renderTemplate('class', {
    name: classObject(className),
    labels: { [classLabel]: className },
    subjects: [...namespaces]
      .sort()
      .map((namespace) => ({ kind: 'Group', group: { name: `system:serviceaccounts:${namespace}` } })),
  });
  // The server refuses a schema that is for nobody.
  return objects.filter(({ kind }) => kind !== 'FlowSchema' || namespaces.length > 0);
}
