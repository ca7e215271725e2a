// A client that changes nothing, and reports each change field by field, as the server computes it.
import type { Action, FieldChange, Tell } from '../core/plan/types.ts';
import { hidden } from '../core/secret-names.ts';
import { differences, normalized } from './compare.ts';
import { isUnreachable } from './failure.ts';
import { fieldChanges, withoutSecrets } from './plan/changes.ts';
import { refOf, shownRef } from './ref.ts';
import type { ApplyOptions, Kube, Manifest, PatchOperation, Preview, Ref } from './types.ts';

type Values = Record<string, string>;

/** The same for reading: without the values of a Secret, which are not for others, and with binary ones by their size. */
function readable(manifest: Manifest): object {
  const { kind, data, binaryData } = manifest as Manifest & Record<'data' | 'binaryData', Values | undefined>;
  const mapped = (values: Values, show: (value: string) => string) =>
    Object.fromEntries(Object.entries(values).map(([key, value]) => [key, show(value)]));
  return withoutSecrets({
    ...manifest,
    ...(kind === 'Secret' && data ? { data: mapped(data, () => hidden) } : {}),
    ...(binaryData
      ? { binaryData: mapped(binaryData, (value) => `(${Buffer.from(value, 'base64').length} bytes)`) }
      : {}),
  }) as object;
}

/** What the server does not say: the fields of a manifest that the live object has otherwise. */
const wantedChanges = (manifest: Manifest, live: Manifest): FieldChange[] =>
  differences(normalized(manifest), live).map(({ path, wanted, live: old }) =>
    manifest.kind === 'Secret'
      ? { field: path, hidden: true }
      : { field: path, ...(old === undefined ? {} : { old: withoutSecrets(old) }), new: withoutSecrets(wanted) },
  );

/** The fields that a patch names, where the server does not say more. */
const patchedFields = (ref: Ref, operations: readonly PatchOperation[]): FieldChange[] =>
  operations
    .filter(({ op }) => op !== 'test')
    .map((operation) => ({
      field: operation.path,
      ...(ref.kind === 'Secret'
        ? { hidden: true }
        : 'value' in operation
          ? { new: withoutSecrets(operation.value) }
          : {}),
    }));

/** Reads pass through, but a cluster that cannot be reached reads as empty; changes are reported instead of made. */
export function dryRunKube(kube: Kube, tell: Tell): Kube {
  /** Asked once and found absent: asking again may take a connection's whole patience each time. */
  let isAbsent = false;
  async function orElse<T>(read: () => Promise<T>, absent: T): Promise<T> {
    if (isAbsent) return absent;
    try {
      return await read();
    } catch (error) {
      isAbsent = isUnreachable(error);
      if (isAbsent) return absent;
      throw error;
    }
  }

  async function* orNothing<T>(read: () => AsyncIterable<T>): AsyncGenerator<T> {
    if (isAbsent) return;
    try {
      yield* read();
    } catch (error) {
      isAbsent = isUnreachable(error);
      if (!isAbsent) throw error;
    }
  }

  const get = (ref: Ref) => orElse(() => kube.get(ref), undefined);

  /** A refusal may be due to what would come first: it is shown as long as there is nothing of that. */
  let isFirst = true;

  function report(
    action: Action,
    ref: Ref,
    more: { fields?: FieldChange[]; manifest?: object; refusal?: string },
  ): void {
    isFirst = false;
    tell({ kind: 'object', action, name: shownRef(ref), ...more });
  }

  const refusalOf = ({ refusal }: Preview, isShown: boolean): { refusal?: string } =>
    refusal && refusal.httpStatus !== 400 && isShown ? { refusal: refusal.message } : {};

  async function tellApply(manifest: Manifest, options?: ApplyOptions): Promise<Manifest> {
    const plain = normalized(manifest);
    const ref = refOf(plain);
    const preview: Preview = await orElse(() => kube.previewApply(manifest, options), {});
    const { live, after } = preview;
    if (live) {
      const fields = after ? await fieldChanges(live, after) : wantedChanges(manifest, live);
      const refusal = refusalOf(preview, true);
      if (fields.length > 0 || refusal.refusal) report('change', ref, { ...refusal, fields });
      return plain;
    }
    const isOfOthers = preview.refusal?.httpStatus === 404;
    report('create', ref, { ...refusalOf(preview, isFirst && !isOfOthers), manifest: readable(plain) });
    return plain;
  }

  return {
    get,
    list: (collection) => orElse(() => kube.list(collection), []),
    pages: (collection) => orNothing(() => kube.pages(collection)),
    create: async (manifest) => {
      const plain = normalized(manifest);
      report('create', refOf(plain), { manifest: readable(plain) });
      return plain;
    },
    previewApply: (manifest, options) => orElse(() => kube.previewApply(manifest, options), {}),
    previewPatch: (ref, operations) => orElse(() => kube.previewPatch(ref, operations), {}),
    refusal: (manifest) => orElse(() => kube.refusal(manifest), undefined),
    removalRefusal: (ref, seconds) => orElse(() => kube.removalRefusal(ref, seconds), undefined),
    apply: tellApply,
    async patch(ref, operations) {
      const preview: Preview = await orElse(() => kube.previewPatch(ref, operations), {});
      const { live, after } = preview;
      const fields = live && after ? await fieldChanges(live, after) : patchedFields(ref, operations);
      if (fields.length > 0) report('change', ref, { ...refusalOf(preview, isFirst), fields });
      const { apiVersion, kind, name, namespace } = ref;
      return live ?? { apiVersion, kind, metadata: { name, ...(namespace ? { namespace } : {}) } };
    },
    isApplied: (manifest) => orElse(() => kube.isApplied(manifest), false),
    async remove(ref) {
      if (await get(ref)) report('delete', ref, {});
    },
    async endPods(namespace) {
      const pods = await orElse(() => kube.list({ apiVersion: 'v1', kind: 'Pod', namespace }), []);
      for (const pod of pods) report('delete', refOf(pod), {});
    },
    async removeNamespaces(names) {
      for (const name of names) report('delete', { apiVersion: 'v1', kind: 'Namespace', name }, {});
      return new Map();
    },
    logs: (pod, options) => orNothing(() => kube.logs(pod, options)),
    logPieces: (pod, options) => orNothing(() => kube.logPieces(pod, options)),
    watch: (collection, signal) => orNothing(() => kube.watch(collection, signal)),
    can: (question) => orElse(() => kube.can(question), false),
    flowSchema: () => orElse(() => kube.flowSchema(), undefined),
    serverTime: () => orElse(() => kube.serverTime(), undefined),
    async issueToken({ name, namespace }) {
      tell({ kind: 'other', name: `issue a token of ServiceAccount ${namespace}/${name}` });
      return '';
    },
    forward: (targets, options) => kube.forward(targets, options),
    openProcess: (pod, options) => kube.openProcess(pod, options),
    raw: (path) => orElse(() => kube.raw(path), ''),
  };
}
