// A Kube that looks and changes nothing: what would change is printed as YAML, with its differences to what is there.
import { differences, normalized } from './compare.ts';
import { isUnreachable } from './failure.ts';
import { shownRef } from './ref.ts';
import type { Kube, Manifest, PatchOperation, Ref } from './types.ts';

const longestValue = 60;

const shown = (value: unknown): string => {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length > longestValue ? `${text.slice(0, longestValue)}…` : text;
};

/** The same for reading: without the values of a Secret, which are not for others, and with binary ones by their size. */
function readable(manifest: Manifest): Manifest {
  const { kind, data, binaryData } = manifest as Manifest & Record<'data' | 'binaryData', Record<string, string>>;
  const mapped = (values: Record<string, string>, show: (value: string) => string) =>
    Object.fromEntries(Object.entries(values).map(([key, value]) => [key, show(value)]));
  return {
    ...manifest,
    ...(kind === 'Secret' ? { data: mapped(data ?? {}, () => '(hidden)') } : {}),
    ...(binaryData
      ? { binaryData: mapped(binaryData, (value) => `(${Buffer.from(value, 'base64').length} bytes)`) }
      : {}),
  };
}

/** What an apply would change, a line for each value; without the values of a Secret. */
export function changeLines(wanted: Manifest, live: Manifest): string[] {
  const hidden = wanted.kind === 'Secret';
  return differences(normalized(wanted), live).map(({ path, wanted: to, live: from }) =>
    hidden && path.startsWith('data') ? `${path}: changes` : `${path}: ${shown(from)} → ${shown(to)}`,
  );
}

/** The value a JSON Pointer (RFC 6901) leads to. */
const valueAt = (root: unknown, pointer: string): unknown =>
  pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce((value, part) => (value as Record<string, unknown> | undefined)?.[part], root);

/** What one operation changes: of a text of several lines those that differ, of anything else its beginning. */
export function patchLines(operation: PatchOperation, live: Manifest | undefined): string[] {
  const { op, path } = operation;
  if (op === 'remove') return [`${op} ${path}`];
  const { value } = operation;
  const old = valueAt(live, path);
  if (op !== 'replace' || typeof value !== 'string' || typeof old !== 'string' || !value.includes('\n'))
    return [`${op} ${path}: ${shown(value)}`];
  const [before, after] = [old.split('\n'), value.split('\n')];
  return [
    `${op} ${path}:`,
    ...before.filter((line) => !after.includes(line)).map((line) => `- ${line.trim()}`),
    ...after.filter((line) => !before.includes(line)).map((line) => `+ ${line.trim()}`),
  ];
}

/** Reads pass through, but a cluster that cannot be reached reads as empty; changes are printed instead of made. */
export function dryRunKube(kube: Kube, print: (line: string) => void): Kube {
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

  async function printManifest(verb: string, manifest: Manifest): Promise<Manifest> {
    const { toYaml } = await import('../core/yaml.ts');
    const plain = normalized(manifest);
    const { apiVersion, kind, metadata } = plain;
    const ref = { apiVersion, kind, ...metadata };
    const live = await get(ref);
    const changes = live ? changeLines(plain, live) : [];
    print(`${verb} ${shownRef(ref)}${live ? (changes.length > 0 ? ', changing' : ', unchanged') : ', new'}`);
    for (const line of changes) print(`  ${line}`);
    print('---');
    for (const line of toYaml(readable(plain)).trimEnd().split('\n')) print(line);
    return plain;
  }

  return {
    get,
    list: (collection) => orElse(() => kube.list(collection), []),
    pages: (collection) => orNothing(() => kube.pages(collection)),
    create: (manifest) => printManifest('create', manifest),
    refusal: (manifest) => orElse(() => kube.refusal(manifest), undefined),
    removalRefusal: (ref, seconds) => orElse(() => kube.removalRefusal(ref, seconds), undefined),
    apply: (manifest) => printManifest('apply', manifest),
    async patch(ref, operations) {
      print(`change ${shownRef(ref)}`);
      const live = await get(ref);
      for (const operation of operations.filter(({ op }) => op !== 'test'))
        for (const line of patchLines(operation, live)) print(`  ${line}`);
      const { apiVersion, kind, name, namespace } = ref;
      return live ?? { apiVersion, kind, metadata: { name, ...(namespace ? { namespace } : {}) } };
    },
    isApplied: (manifest) => orElse(() => kube.isApplied(manifest), false),
    async remove(ref) {
      if (await get(ref)) print(`remove ${shownRef(ref)}`);
    },
    logs: (pod, options) => orNothing(() => kube.logs(pod, options)),
    logPieces: (pod, options) => orNothing(() => kube.logPieces(pod, options)),
    watch: (collection, signal) => orNothing(() => kube.watch(collection, signal)),
    can: (question) => orElse(() => kube.can(question), false),
    flowSchema: () => orElse(() => kube.flowSchema(), undefined),
    async issueToken({ name, namespace }) {
      print(`issue a token of ServiceAccount ${namespace}/${name}`);
      return '';
    },
    forward: (targets, options) => kube.forward(targets, options),
    openProcess: (pod, options) => kube.openProcess(pod, options),
    raw: (path) => orElse(() => kube.raw(path), ''),
  };
}
