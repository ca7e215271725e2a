// Checks Spark properties before Spark sees them.
import { nearest } from '../core/nearest.ts';
import { isSecret } from '../core/secret-names.ts';
import { mountProblems, namedProblems } from './conf-names.ts';
import { unknownName } from './meant-names.ts';

/** A property with a problem. */
export interface ConfProblem {
  key: string;
  at: 'key' | 'value';
  message: string;
}

/** Properties that firesteel sets itself, and what to use instead. */
export const reserved: Readonly<Record<string, string>> = {
  'spark.app.id': 'every run gets its own',
  'spark.driver.bindAddress': "the driver listens on its pod's address",
  'spark.app.submitTime': 'every run gets its own',
  'spark.driver.blockManager.port': "the run's service has its port",
  'spark.driver.host': "executors find the driver through its run's service",
  'spark.driver.port': "the run's service has its port",
  'spark.kubernetes.authenticate.driver.serviceAccountName': 'set serviceAccounts.driver instead',
  'spark.kubernetes.authenticate.executor.serviceAccountName': 'set serviceAccounts.executor instead',
  'spark.kubernetes.authenticate.submission.caCertFile': 'the kubeconfig sets user and cluster',
  'spark.kubernetes.authenticate.submission.clientCertFile': 'the kubeconfig sets user and cluster',
  'spark.kubernetes.authenticate.submission.clientKeyFile': 'the kubeconfig sets user and cluster',
  'spark.kubernetes.authenticate.submission.oauthTokenFile': 'the kubeconfig sets user and cluster',
  'spark.kubernetes.container.image': 'set image and spark.version instead',
  'spark.kubernetes.context': 'set cluster instead',
  'spark.kubernetes.driver.pod.name': 'the driver pod is named after its run',
  'spark.kubernetes.driver.podTemplateContainerName': 'the driver pod has one container',
  'spark.kubernetes.driver.podTemplateFile': 'the template holds what the namespace requires of every pod',
  'spark.kubernetes.driver.resourceNamePrefix': 'objects are named after their run',
  'spark.kubernetes.driver.securityContext.allowPrivilegeEscalation': 'the namespace requires false',
  'spark.kubernetes.executor.podNamePrefix': 'executors are named after their run',
  'spark.kubernetes.executor.podTemplateContainerName': "executors' template has one container",
  'spark.kubernetes.executor.podTemplateFile': 'the template holds what the namespace requires of every pod',
  'spark.kubernetes.executor.securityContext.allowPrivilegeEscalation': 'the namespace requires false',
  'spark.kubernetes.namespace': 'set namespace instead',
  'spark.kubernetes.resource.type': 'the kind of program decides',
  'spark.kubernetes.securityContext.allowPrivilegeEscalation': 'the namespace requires false',
  'spark.kubernetes.submitInDriver': 'drivers always run in the cluster',
  'spark.master': 'set cluster instead',
  'spark.submit.deployMode': 'drivers always run in the cluster',
};

/** Properties that nobody but firesteel sets. */
export const reservedProperties: readonly string[] = Object.keys(reserved);

interface Shape {
  keys: RegExp;
  valid: RegExp;
  expected: string;
}

/** What Spark's JavaUtils.byteStringAs and Kubernetes' quantities take, less what is surely a slip. */
const shapes: readonly Shape[] = [
  {
    keys: /^spark\.(driver|executor)\.memory$/,
    valid: /^0*[1-9]\d*(k|m|g|t|p)b?$/i,
    expected: 'a size such as 512m or 4g',
  },
  {
    keys: /^spark\.((driver|executor)\.memoryOverhead|executor\.pyspark\.memory|memory\.offHeap\.size)$/,
    valid: /^\d+(b|(k|m|g|t|p)b?)?$/i,
    expected: 'a size such as 512m or 1g',
  },
  {
    keys: /^spark\.(executor\.(instances|cores)|driver\.cores)$/,
    valid: /^0*[1-9]\d*$/,
    expected: 'a whole number above 0',
  },
  {
    keys: /^spark\.(driver|executor)\.resource\.[^.]+\.amount$/,
    valid: /^\d+$/,
    expected: 'a whole number',
  },
  {
    keys: /^spark\.((driver|executor)\.memoryOverheadFactor|kubernetes\.memoryOverheadFactor)$/,
    valid: /^\d*\.?\d+$/,
    expected: 'a number such as 0.1',
  },
  {
    keys: /^spark\.kubernetes\.(driver|executor)\.(request|limit)\.cores$/,
    valid: /^(?!0*\.?0*m?$)(\d+(\.\d+)?|\d+m)$/,
    expected: 'a Kubernetes quantity above 0, such as 500m or 1.5',
  },
];

const heap = /^spark\.(driver|executor)\.memory$/;

/** Spark's UnifiedMemoryManager refuses less, in MiB. */
const leastHeap = 450;

/** MiB of a size as Spark writes it; no number for another text. */
function mebibytes(size: string): number {
  const [, number, unit = ''] = /^(\d+)([kmgtp])b?$/i.exec(size) ?? [];
  return Number(number) * 1024 ** ('kmgtp'.indexOf(unit.toLowerCase()) - 1);
}

/** Properties that are often meant when "spark." is left out. */
const common = [
  'spark.driver.cores',
  'spark.driver.memory',
  'spark.driver.memoryOverhead',
  'spark.executor.cores',
  'spark.executor.instances',
  'spark.executor.memory',
  'spark.executor.memoryOverhead',
];

/** Names that someone said hold no secret, and the key that lists them. */
export interface Declared {
  key: string;
  names: readonly string[];
}

/** Checks Spark properties; answers every problem. Never repeats the value of a secret. */
export function confProblems(conf: Readonly<Record<string, string>>, declared: Declared): ConfProblem[] {
  return [
    ...Object.entries(conf).flatMap(([key, value]) => propertyProblem(key, value, declared)),
    ...['driver', 'executor'].flatMap((role) => [...cpuProblem(conf, role), ...mountProblems(conf, role)]),
  ];
}

function propertyProblem(key: string, value: string, declared: Declared): ConfProblem[] {
  if (/\s/.test(key)) return [{ key, at: 'key', message: 'expected a name without blanks' }];
  if (!/^spark\.\S+$/.test(key)) {
    const meant =
      nearest(key, common) ?? nearest(`spark.${key}`, common) ?? `spark.${key.replace(/^fs\./, 'hadoop.fs.')}`;
    return [{ key, at: 'key', message: `expected a name that begins with "spark."; did you mean "${meant}"?` }];
  }
  const unknown = unknownName(key);
  if (unknown) return [{ key, at: 'key', message: unknown }];
  if (isSecret(key, value, declared.names))
    return [
      {
        key,
        at: 'key',
        message:
          'looks like a secret, and properties are readable in a ConfigMap: ' +
          `put it in a Kubernetes Secret and name the Secret with ${secretReference(key)}; ` +
          `if it is not a secret, add its name to ${declared.key}`,
      },
    ];
  const instead = Object.hasOwn(reserved, key) ? reserved[key] : undefined;
  if (instead) return [{ key, at: 'key', message: `firesteel sets this property: ${instead}` }];
  const shape = shapes.find(({ keys }) => keys.test(key));
  if (heap.test(key) && mebibytes(value) < leastHeap)
    return [
      { key, at: 'value', message: `expected at least ${leastHeap}m, which Spark needs, got ${JSON.stringify(value)}` },
    ];
  if (!shape || shape.valid.test(value)) return namedProblems(key, value);
  return [
    { key, at: 'value', message: `expected ${shape.expected}, got ${JSON.stringify(value)}${meantSize(shape, value)}` },
  ];
}

/** What hands a Secret over in the place of a property: a JVM reads its options from a variable as well. */
function secretReference(key: string): string {
  const role = /^spark\.(driver|executor)\.(?:extra|default)JavaOptions$/.exec(key)?.[1];
  return role ? `spark.kubernetes.${role}.secretKeyRef.JAVA_TOOL_OPTIONS` : 'spark.kubernetes.driver.secretKeyRef';
}

/** Kubernetes writes 2Gi, and people 1.5g, for what Spark writes 2g and 1536m. */
function meantSize(shape: Shape, value: string): string {
  const [, number, unit] = /^(\d+(?:\.\d+)?)\s*([kmgt])i?b?$/i.exec(value) ?? [];
  if (number === undefined || unit === undefined) return '';
  const smaller = { k: '', m: 'k', g: 'm', t: 'g' }[unit.toLowerCase()];
  const meant = Number.isInteger(Number(number))
    ? `${number}${unit.toLowerCase()}`
    : `${Math.round(Number(number) * 1024)}${smaller}`;
  return shape.valid.test(meant) ? `; did you mean "${meant}"?` : '';
}

const cores = (quantity: string): number =>
  quantity.endsWith('m') ? Number(quantity.slice(0, -1)) / 1000 : Number(quantity);

/** Kubernetes refuses a pod that asks for more than its limit. */
function cpuProblem(conf: Readonly<Record<string, string>>, role: string): ConfProblem[] {
  const key = `spark.kubernetes.${role}.limit.cores`;
  const limit = conf[key];
  const request = conf[`spark.kubernetes.${role}.request.cores`];
  if (limit === undefined || request === undefined || !(cores(request) > cores(limit))) return [];
  return [{ key, at: 'value', message: `expected at least the request, ${request}, got ${JSON.stringify(limit)}` }];
}
