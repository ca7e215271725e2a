// References of objects: from a manifest, and as text for people.
import type { Manifest, Ref } from './types.ts';

/** What names this object. */
export const refOf = ({ apiVersion, kind, metadata: { name, namespace } }: Manifest): Ref => ({
  apiVersion,
  kind,
  name,
  ...(namespace ? { namespace } : {}),
});

/** As a person would name it: `ConfigMap spark/settings`. */
export const shownRef = ({ kind, namespace, name }: Ref): string =>
  `${kind} ${namespace ? `${namespace}/` : ''}${name}`;
