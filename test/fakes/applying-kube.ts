// A cluster in memory that keeps what is applied and sees whether it is, and gives tokens that last.
import { isStampedAs, stamped } from '../../tasks/kube/compare.ts';
import { refOf } from '../../tasks/kube/ref.ts';
import type { Kube, Manifest, Ref } from '../../tasks/kube/types.ts';
import { memoryKube } from './memory-kube.ts';

/** Begins with these objects. */
export function applyingKube(first: readonly Manifest[]): Kube {
  const { kube, objects } = memoryKube([...first]);
  const find = (ref: Ref) => kube.get(ref);
  return {
    ...kube,
    apply: async (manifest) => {
      const live = await find(refOf(manifest));
      if (live) objects.splice(objects.indexOf(live), 1);
      const plain = stamped(manifest);
      const made = { ...plain, metadata: { ...plain.metadata, uid: `${manifest.kind}-${objects.length}` } };
      objects.push(made);
      return made;
    },
    isApplied: async (manifest) => {
      const live = await find(refOf(manifest));
      return live !== undefined && isStampedAs(manifest, live);
    },
    issueToken: async (account, seconds) => {
      const uid = (await find({ apiVersion: 'v1', kind: 'ServiceAccount', ...account }))?.metadata.uid;
      const issued = Math.floor(Date.now() / 1000);
      const claims = { 'kubernetes.io': { serviceaccount: { uid } }, iat: issued, exp: issued + seconds };
      return `a.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c`;
    },
  };
}
