// Compares wanted objects with those in the cluster, and lists what an apply would change.
import { createHash } from 'node:crypto';
import { isSameQuantity } from './quantity.ts';
import type { Manifest } from './types.ts';

/** Holds the hash of the manifest that was applied last. */
export const appliedAnnotation = 'firesteel.dev/applied';

/** One value that is not as wanted; `live` is undefined where it is missing. */
export interface Difference {
  /** Such as `spec.containers[name=driver].image`. */
  path: string;
  wanted: unknown;
  live: unknown;
}

/** The manifest as the server will hold it: no nulls, no undefined, a Secret's stringData (which is never read back) as data. */
export const normalized = (manifest: Manifest): Manifest => pruned(withData(manifest)) as Manifest;

function withData(manifest: Manifest): Manifest {
  const { stringData, ...rest } = manifest;
  if (manifest.apiVersion !== 'v1' || manifest.kind !== 'Secret' || !isMap(stringData)) return manifest;
  const encoded = Object.entries(stringData)
    .filter(([, text]) => !isNothing(text))
    .map(([key, text]) => [key, Buffer.from(String(text)).toString('base64')]);
  return { ...rest, data: { ...(rest['data'] as object | undefined), ...Object.fromEntries(encoded) } } as Manifest;
}

/** The hash of a manifest: equal for manifests that the server will hold as the same. */
const stampOf = (manifest: Manifest): string =>
  createHash('sha256')
    .update(orderedJson(withData(manifest)))
    .digest('hex')
    .slice(0, 16);

/** Normalized, with its own hash as an annotation. */
export function stamped(manifest: Manifest): Manifest {
  const plain = normalized(manifest);
  const annotations = { ...plain.metadata.annotations, [appliedAnnotation]: stampOf(plain) };
  return { ...plain, metadata: { ...plain.metadata, annotations } };
}

/** Whether an object was made by us from this very manifest, whatever others have changed since. */
export const isStampedAs = (wanted: Manifest, live: Manifest): boolean =>
  live.metadata.annotations?.[appliedAnnotation] === stampOf(wanted);

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isNothing = (value: unknown): value is null | undefined => value === null || value === undefined;

function pruned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(pruned);
  if (!isMap(value)) return value;
  const entries = Object.entries(value).filter(([, inner]) => !isNothing(inner));
  return Object.fromEntries(entries.map(([key, inner]) => [key, pruned(inner)]));
}

/** JSON without nulls in maps, whose keys are in order. Written in one pass: a class has tens of thousands of objects. */
function orderedJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => orderedJson(item ?? null)).join(',')}]`;
  if (!isMap(value)) return JSON.stringify(value);
  let text = '';
  for (const key of Object.keys(value).sort())
    if (!isNothing(value[key])) text += `${text && ','}${JSON.stringify(key)}:${orderedJson(value[key])}`;
  return `{${text}}`;
}

/**
 * Lists that the server merges by keys, where others may add items of theirs; all other lists are one value.
 * x-kubernetes-list-map-keys of https://github.com/kubernetes/kubernetes/blob/master/api/openapi-spec/swagger.json
 */
const mergedLists: readonly [path: RegExp, keys: readonly [string, ...string[]]][] = [
  [/(^|\.)(containers|initContainers|env|volumes|imagePullSecrets)$/, ['name']],
  [/^secrets$/, ['name']],
  [/\.volumeMounts$/, ['mountPath']],
  [/\.volumeDevices$/, ['devicePath']],
  [/ontainers\[[^\]]*\]\.ports$/, ['containerPort', 'protocol']],
  [/^spec\.ports$/, ['port', 'protocol']],
  [/\.hostAliases$/, ['ip']],
  [/^metadata\.ownerReferences$/, ['uid']],
  [/\.topologySpreadConstraints$/, ['topologyKey', 'whenUnsatisfiable']],
];
const keyDefaults: Record<string, string> = { protocol: 'TCP' };

/** By which keys the server merges the list at this path; undefined of a list that is one value. */
export const keysOfList = (path: string): readonly [string, ...string[]] | undefined =>
  mergedLists.find(([pattern]) => pattern.test(path))?.[1];

/** Whether an apply of this manifest would change nothing: it was applied last, and is still so. */
export const isApplied = (wanted: Manifest, live: Manifest): boolean =>
  isStampedAs(wanted, live) && differences(withData(wanted), live).length === 0;

/** Every leaf of what is wanted that is not so in what is there; what others added is none of our business. */
export function differences(wanted: unknown, live: unknown, path = ''): Difference[] {
  if (isMap(wanted) && isMap(live)) {
    const found: Difference[] = [];
    for (const key of Object.keys(wanted))
      if (!isNothing(wanted[key])) found.push(...differences(wanted[key], live[key], joined(path, key)));
    return found;
  }
  if (Array.isArray(wanted) && Array.isArray(live)) return listDifferences(wanted, live, path);
  return isSame(wanted, live) ? [] : [{ path, wanted, live }];
}

const joined = (path: string, key: string): string =>
  /^[\w-]+$/.test(key) ? `${path}${path ? '.' : ''}${key}` : `${path}["${key}"]`;

function listDifferences(wanted: unknown[], live: unknown[], path: string): Difference[] {
  if (path === 'metadata.finalizers') return wanted.every((one) => live.includes(one)) ? [] : [{ path, wanted, live }];
  const keys = keysOfList(path);
  if (keys && wanted.every(isMap)) {
    const identity = (item: Record<string, unknown>) => keys.map((key) => item[key] ?? keyDefaults[key]).join();
    return wanted.flatMap((item) =>
      differences(
        item,
        live.find((other) => isMap(other) && identity(other) === identity(item)),
        `${path}[${keys[0]}=${item[keys[0]]}]`,
      ),
    );
  }
  if (wanted.length !== live.length) return [{ path, wanted, live }];
  return wanted.flatMap((item, index) => differences(item, live[index], `${path}[${index}]`));
}

function isSame(wanted: unknown, live: unknown): boolean {
  if (wanted === live) return true;
  // The server leaves out what is empty.
  if (live === undefined) return isEmpty(wanted);
  const [one, other] = [wanted, live].map((value) => (typeof value === 'number' ? String(value) : value));
  return typeof one === 'string' && typeof other === 'string' && isSameQuantity(one, other);
}

function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (isMap(value)) return Object.values(value).every(isEmpty);
  return value === '' || value === 0 || value === false || value === null || value === undefined;
}
