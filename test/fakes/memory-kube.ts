// A cluster that is nothing but the objects it is given: they are read, made and removed, and never change by themselves.
import { Failure } from '../../tasks/core/failure.ts';
import { stamped } from '../../tasks/kube/compare.ts';
import type { Kube, LogPiece, Manifest, Ref } from '../../tasks/kube/types.ts';

/** Its API, the objects it has now, and every change that was made. */
export interface MemoryKube {
  kube: Kube;
  objects: Manifest[];
  /** As `create Pod pi-1-driver`. */
  changes: string[];
}

/** `logs` are whole lines by a pod's name. Every pod's log ends; a watch shows what is there and is quiet then. */
export function memoryKube(objects: Manifest[], logs: Record<string, string[]> = {}): MemoryKube {
  const changes: string[] = [];
  const indexOf = ({ kind, name, namespace }: Ref): number =>
    objects.findIndex(
      ({ kind: own, metadata }) => own === kind && metadata.name === name && metadata.namespace === namespace,
    );
  const never = (): never => {
    throw new Error('nobody asks for this here');
  };
  const list: Kube['list'] = async ({ kind, namespace, labelSelector = '' }) =>
    objects.filter(
      (one) =>
        one.kind === kind &&
        (!namespace || one.metadata.namespace === namespace) &&
        labelSelector.split(',').every((wanted) => {
          const [key = '', value] = wanted.split('=');
          const live = one.metadata.labels?.[key];
          return !key || (value === undefined ? live !== undefined : live === value);
        }),
    );
  const remove = async (ref: Ref): Promise<void> => {
    const index = indexOf(ref);
    if (index < 0) return;
    changes.push(`remove ${ref.kind} ${ref.name}`);
    objects.splice(index, 1);
  };
  const kube: Kube = {
    get: async (ref) => objects[indexOf(ref)],
    list,
    async *pages(collection) {
      yield await list(collection);
    },
    async create(manifest) {
      const { kind, metadata } = manifest;
      const ref = { ...manifest, ...metadata };
      if (indexOf(ref) >= 0) throw new Failure(`${kind} ${metadata.name} exists`, { cause: { httpStatus: 409 } });
      changes.push(`create ${kind} ${metadata.name}`);
      const plain = stamped(manifest);
      const made = { ...plain, metadata: { ...plain.metadata, uid: `uid-of-${metadata.name}` } };
      objects.push(made);
      return made;
    },
    patch: async (ref) => objects[indexOf(ref)] ?? never(),
    remove,
    async endPods(namespace, graceSeconds) {
      for (const { metadata } of await list({ apiVersion: 'v1', kind: 'Pod', namespace })) {
        changes.push(`end Pod ${metadata.name} within ${graceSeconds} s`);
        objects.splice(indexOf({ apiVersion: 'v1', kind: 'Pod', namespace, name: metadata.name }), 1);
      }
    },
    async removeNamespaces(names) {
      for (const name of names) await remove({ apiVersion: 'v1', kind: 'Namespace', name });
      return new Map();
    },
    async *logPieces({ name }, { after } = {}): AsyncGenerator<LogPiece> {
      for (const [number, line] of (logs[name] ?? []).entries())
        if (!after || number > Number(after.nanoseconds))
          yield { bytes: Buffer.from(`${line}\n`), place: { nanoseconds: `${number}`, lines: 1 } };
    },
    async *watch(collection, signal) {
      for (const object of await list(collection)) yield { type: 'ADDED', object };
      if (!signal.aborted) await new Promise((resume) => signal.addEventListener('abort', resume));
    },
    apply: never,
    previewApply: never,
    previewPatch: never,
    refusal: never,
    removalRefusal: never,
    flowSchema: never,
    serverTime: never,
    isApplied: never,
    logs: never,
    can: never,
    issueToken: never,
    forward: never,
    openProcess: never,
    raw: async () => 'ok',
  };
  return { kube, objects, changes };
}
