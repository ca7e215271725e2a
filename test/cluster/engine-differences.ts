// How a run by spark-submit may differ from a native one, each difference with its reason, and how they are found.
import type { Kube, Manifest } from '../../tasks/kube/types.ts';
import { appLabel } from '../../tasks/spark/pod.ts';

interface Accepted {
  /** Of lines as `PATH: NATIVE → SPARK-SUBMIT`. */
  match: RegExp;
  reason: string;
}

/** Anything else is a fault of one or the other. */
export const accepted: readonly Accepted[] = [
  {
    match:
      /^(Service|NetworkPolicy|ConfigMap of .*)\.metadata\.(labels\.(app\.kubernetes\.io\/managed-by|firesteel\/run)|annotations\.firesteel\/job): /,
    reason: 'Spark has no option that marks what it makes beside the driver; that goes with its owner',
  },
  {
    match: /\.metadata\.annotations\.firesteel\.dev\/applied: /,
    reason: 'what we made says how, so that a second look finds it unchanged',
  },
  {
    match: /\.properties\.spark\.master: k8s:\/\/https:\/\/kubernetes\.default\.svc → k8s:\/\/https:\/\/127\.0\.0\.1:/,
    reason: 'the address its submitter used; drivers go to spark.kubernetes.driver.master',
  },
  {
    match: /\.properties\.spark\.kubernetes\.submission\.waitAppCompletion: \(none\) → false$/,
    reason: 'it is not to wait, we do',
  },
  {
    match: /\.properties\.spark\.kubernetes\.submission\.(?:request|connection)Timeout: \(none\) → 60000$/,
    reason: 'its client is as patient as ours',
  },
  {
    match: /^Pod\.spec\.containers\.spark-kubernetes-driver\.args\.5: file:(\S+) → local:\1$/,
    reason: 'a file: would be one of its submitter, to be uploaded; to the driver both are the same',
  },
  {
    match: /\.properties\.spark\.kubernetes\.driver\.podTemplateFile: \(none\) → /,
    reason: 'how it got our part of the driver pod',
  },
  {
    match:
      /\.properties\.spark\.kubernetes\.authenticate\.submission\.(caCert|clientCert|clientKey)File: \(none\) → \//,
    reason: 'where its credentials were: paths of files that are gone, no driver reads them',
  },
];

const kinds = [
  { apiVersion: 'v1', kind: 'Service' },
  { apiVersion: 'v1', kind: 'ConfigMap' },
  { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy' },
];

/** A driver as the API server has it now, then all that it owns. */
export async function objectsOf(
  kube: Kube,
  { metadata: { name, namespace = '', uid } }: Manifest,
): Promise<Manifest[]> {
  const driver = await kube.get({ apiVersion: 'v1', kind: 'Pod', name, namespace });
  if (!driver) throw new Error(`no pod ${name}`);
  const lists = await Promise.all(kinds.map((kind) => kube.list({ ...kind, namespace })));
  const owned = lists.flat().filter(({ metadata }) => metadata.ownerReferences?.some((owner) => owner.uid === uid));
  return [driver, ...owned];
}

/** Values by their paths. */
export type Leaves = ReadonlyMap<string, string>;

/** What tells objects of one kind apart, whatever their names. */
function role({ kind, data = {} }: Manifest): string {
  const keys = Object.keys(data as object);
  if (kind !== 'ConfigMap') return kind;
  if (keys.includes('spark.properties')) return 'ConfigMap of properties';
  return keys.includes('podspec-configmap-key') ? 'ConfigMap of the template' : 'ConfigMap of the job';
}

/** Every value of a run's objects by its path. What is random is named by what it is. */
export function leaves(objects: readonly Manifest[]): Leaves {
  const [driver] = objects;
  if (!driver) throw new Error('no driver');
  const text = JSON.stringify(objects);
  const names: [string, string][] = [
    [driver.metadata.name.replace(/-driver$/, ''), 'RUN'],
    [driver.metadata.labels?.[appLabel] ?? '', 'APP'],
    [driver.metadata.uid ?? '', 'UID'],
    [/\/var\/data\/(spark-[0-9a-f-]{36})/.exec(text)?.[1] ?? '', 'LOCAL-DIR'],
    [/kube-api-access-\w+/.exec(text)?.[0] ?? '', 'TOKEN'],
    ...objects.slice(1).map((object): [string, string] => [object.metadata.name, `NAME OF ${role(object)}`]),
  ];
  // Longer names first: one can begin with another.
  const drawn = names.filter(([name]) => name).sort(([a], [b]) => b.length - a.length);
  const named = (value: string): string => drawn.reduce((rest, [name, what]) => rest.replaceAll(name, what), value);
  const found = new Map<string, string>();
  const walk = (path: string, value: unknown): void => {
    if (Array.isArray(value))
      for (const [i, one] of value.entries()) walk(`${path}.${named(nameOf(one) ?? `${i}`)}`, one);
    else if (typeof value === 'object' && value !== null)
      for (const [key, one] of Object.entries(value)) walk(`${path}.${named(key)}`, one);
    else found.set(path, path.endsWith('.spark.app.submitTime') ? 'TIME' : named(String(value)));
  };
  for (const object of objects) {
    const { status: _, metadata, ...rest } = object;
    const { name, labels = {}, annotations = {}, ownerReferences = [] } = metadata;
    const { 'spark.properties': properties, ...data } = (rest['data'] ?? {}) as Record<string, string>;
    walk(role(object), {
      ...rest,
      metadata: { name, labels, annotations, ownerReferences },
      ...(rest['data'] ? { data } : {}),
      ...(properties === undefined ? {} : { properties: readProperties(properties) }),
    });
  }
  return found;
}

/** Lists whose order means nothing are compared by name. */
const nameOf = (entry: unknown): string | undefined => {
  const name = (entry as { name?: unknown } | null)?.name;
  return typeof name === 'string' ? name : undefined;
};

/** https://docs.oracle.com/en/java/javase/17/docs/api/java.base/java/util/Properties.html, as far as both write it. */
function readProperties(text: string): Record<string, string> {
  const controls: Record<string, string> = { t: '\t', n: '\n', r: '\r', f: '\f' };
  const unescaped = (part: string): string =>
    part.replaceAll(/\\(?:u([0-9A-Fa-f]{4})|(.))/g, (_, code: string | undefined, letter: string) =>
      code ? String.fromCharCode(Number.parseInt(code, 16)) : (controls[letter] ?? letter),
    );
  const entries = text
    .split('\n')
    .filter((line) => line && !line.startsWith('#'))
    .map((line) => /^((?:\\.|[^\\=:])*)[=:](.*)$/s.exec(line))
    .map((found) => [unescaped(found?.[1] ?? ''), unescaped(found?.[2] ?? '')]);
  return Object.fromEntries(entries);
}

/** A line for each path whose values differ. */
export const differences = (native: Leaves, spark: Leaves): string[] =>
  [...new Set([...native.keys(), ...spark.keys()])]
    .filter((path) => native.get(path) !== spark.get(path))
    .map((path) => `${path}: ${native.get(path) ?? '(none)'} → ${spark.get(path) ?? '(none)'}`);
