// The objects of one run, as Spark's cluster mode makes them (KubernetesDriverBuilder and its steps, Spark 3.1 to 4.3). Pure.
import { managedBy } from '../lib/render.ts';
import type { Profile } from '../lib/schema.ts';
import type { Manifest, Metadata } from '../lib/types.ts';
import { driverMemory, podTemplateFile, podTemplateFolder, propertiesText, sparkProperties } from './conf.ts';
import type { Job } from './job.ts';
import type { RunNames } from './names.ts';
import type { EnvVar, Pod } from './pod.ts';
import { appLabel, driverContainer, roleLabel } from './pod.ts';
import { containerSecurityContext, executorTemplate, podSecurityContext } from './restricted.ts';

export interface RunRequest {
  job: Job;
  profile: Profile;
  /** Reference of the Spark image. */
  image: string;
  names: RunNames;
  /** Who submits: SPARK_USER, the name Hadoop file systems see. */
  user: string;
}

/** All objects of a run; `beside` belong to the driver pod and go when it goes. */
export interface RunObjects {
  properties: Record<string, string>;
  pod: Pod;
  beside: Manifest[];
}

/** The label by which all objects of a run are found. */
export const runLabel = 'firesteel/run';

/** Annotation with the job's name as it was given. */
export const jobAnnotation = 'firesteel/job';

const confFolder = '/opt/spark/conf';
const propertiesFile = 'spark.properties';

/** Everything a run consists of, before any of it exists. */
export function runObjects(request: RunRequest): RunObjects {
  const { job, profile, image, names } = request;
  const properties = sparkProperties(job, profile, image, names);
  return {
    properties,
    pod: driverPod(request, properties),
    beside: [
      configMap(request, names.confMap, {
        [propertiesFile]: propertiesText(
          properties,
          `Java properties built from Kubernetes config map with name: ${names.confMap}`,
        ),
      }),
      configMap(request, names.podTemplateMap, {
        // JSON is YAML, and Spark's reader takes either.
        'podspec-configmap-key': JSON.stringify(executorTemplate(profile, ours(names)), null, 2),
      }),
      ...(job.file ? [configMap(request, names.jobMap, { [job.file.name]: job.file.content })] : []),
      service(request, properties),
      ...(hasNetworkPolicy(profile.spark.version) ? [networkPolicy(request)] : []),
    ],
  };
}

/** Owner reference to a driver pod that exists. */
export function ownedBy(pod: Manifest, manifest: Manifest): Manifest {
  const { name, uid = '' } = pod.metadata;
  const owner = { apiVersion: pod.apiVersion, kind: pod.kind, name, uid, controller: true };
  return { ...manifest, metadata: { ...manifest.metadata, ownerReferences: [owner] } };
}

const ours = (names: RunNames): Record<string, string> => ({
  ...managedBy,
  [runLabel]: names.id,
});

/** NetworkPolicyFeatureStep came with Spark 4.2. */
function hasNetworkPolicy(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 4 || (major === 4 && minor >= 2);
}

/** Properties below a prefix, without it: `spark.kubernetes.driver.label.` gives labels. */
export function below(properties: Record<string, string>, prefix: string): Record<string, string> {
  const entries = Object.entries(properties).filter(([key]) => key.startsWith(prefix));
  return Object.fromEntries(entries.map(([key, value]) => [key.slice(prefix.length), value]));
}

/** The labels of the driver, which are what its service selects (KubernetesDriverConf.labels). */
function driverLabels({ job, profile, names }: RunRequest, properties: Record<string, string>): Record<string, string> {
  return {
    ...below(properties, 'spark.kubernetes.driver.label.'),
    'spark-version': profile.spark.version,
    [appLabel]: names.appId,
    'spark-app-name': labelValue(job.name),
    [roleLabel]: 'driver',
  };
}

/** KubernetesConf.getAppNameLabel: what a label's value can hold of a name. */
const labelValue = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]/g, '-')
    .replaceAll(/-+/g, '-')
    .slice(0, 63)
    .replaceAll(/^-|-$/g, '');

function metadata({ job, profile, names }: RunRequest, name: string, labels: Record<string, string>): Metadata {
  return {
    name,
    namespace: profile.namespace,
    labels: { ...ours(names), ...labels },
    annotations: { [jobAnnotation]: job.name },
  };
}

function configMap(request: RunRequest, name: string, data: Record<string, string>): Manifest {
  const labels = { [appLabel]: request.names.appId };
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: metadata(request, name, labels), immutable: true, data };
}

const ports = (properties: Record<string, string>): { name: string; number: number }[] => [
  { name: 'driver-rpc-port', number: 7078 },
  { name: 'blockmanager', number: 7079 },
  { name: 'spark-ui', number: Number(properties['spark.ui.port'] ?? 4040) },
];

function service(request: RunRequest, properties: Record<string, string>): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadata(request, request.names.service, { [appLabel]: request.names.appId }),
    spec: {
      clusterIP: 'None',
      selector: driverLabels(request, properties),
      ports: ports(properties).map(({ name, number }) => ({ name, port: number, targetPort: number, protocol: 'TCP' })),
    },
  };
}

function networkPolicy(request: RunRequest): Manifest {
  const app = { [appLabel]: request.names.appId };
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: metadata(request, request.names.networkPolicy, app),
    spec: {
      podSelector: { matchLabels: { [roleLabel]: 'executor', ...app } },
      policyTypes: ['Ingress'],
      ingress: [{ from: [{ podSelector: { matchLabels: app } }] }],
    },
  };
}

function driverPod(request: RunRequest, properties: Record<string, string>): Pod {
  const { job, profile, image, names, user } = request;
  const secrets = Object.entries(below(properties, 'spark.kubernetes.driver.secrets.'));
  const made = metadata(request, names.driverPod, driverLabels(request, properties));
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...made,
      annotations: { ...below(properties, 'spark.kubernetes.driver.annotation.'), ...made.annotations },
    },
    spec: {
      restartPolicy: 'Never',
      serviceAccountName: profile.serviceAccounts.driver,
      serviceAccount: profile.serviceAccounts.driver,
      // With many services in a namespace their variables would fill the environment, and Spark uses none.
      enableServiceLinks: false,
      securityContext: podSecurityContext,
      ...nonEmpty('nodeSelector', {
        ...below(properties, 'spark.kubernetes.node.selector.'),
        ...below(properties, 'spark.kubernetes.driver.node.selector.'),
      }),
      ...nonEmpty(
        'imagePullSecrets',
        list(properties['spark.kubernetes.container.image.pullSecrets']).map((name) => ({ name })),
      ),
      containers: [
        {
          name: driverContainer,
          image,
          imagePullPolicy: properties['spark.kubernetes.container.image.pullPolicy'] ?? 'IfNotPresent',
          args: [
            'driver',
            '--properties-file',
            `${confFolder}/${propertiesFile}`,
            '--class',
            job.mainClass,
            job.resource,
            ...job.args,
          ],
          ports: ports(properties).map(({ name, number }) => ({ name, containerPort: number, protocol: 'TCP' })),
          env: environment(properties, names, user),
          resources: resources(properties),
          securityContext: containerSecurityContext,
          volumeMounts: [
            { name: 'spark-local-dir-1', mountPath: names.localDir },
            { name: 'spark-conf-volume-driver', mountPath: confFolder },
            { name: 'pod-template-volume', mountPath: podTemplateFolder },
            ...(job.file ? [{ name: 'job', mountPath: jobMount(job), readOnly: true }] : []),
            ...secrets.map(([name, mountPath]) => ({ name: `${name}-volume`, mountPath })),
          ],
        },
      ],
      volumes: [
        { name: 'spark-local-dir-1', emptyDir: {} },
        {
          name: 'spark-conf-volume-driver',
          configMap: { name: names.confMap, items: [{ key: propertiesFile, path: propertiesFile, mode: 0o644 }] },
        },
        {
          name: 'pod-template-volume',
          configMap: { name: names.podTemplateMap, items: [{ key: 'podspec-configmap-key', path: podTemplateFile }] },
        },
        ...(job.file ? [{ name: 'job', configMap: { name: names.jobMap } }] : []),
        ...secrets.map(([name]) => ({ name: `${name}-volume`, secret: { secretName: name } })),
      ],
    },
  };
}

/** The folder of a shipped file, from its `local://` address. */
const jobMount = (job: Job): string => job.resource.slice('local://'.length, job.resource.lastIndexOf('/'));

function environment(properties: Record<string, string>, names: RunNames, user: string): EnvVar[] {
  const python = properties['spark.pyspark.python'];
  const driverPython = properties['spark.pyspark.driver.python'] ?? python;
  return [
    { name: 'SPARK_USER', value: user },
    { name: 'SPARK_APPLICATION_ID', value: names.appId },
    ...Object.entries(below(properties, 'spark.kubernetes.driverEnv.')).map(([name, value]) => ({ name, value })),
    ...Object.entries(below(properties, 'spark.kubernetes.driver.secretKeyRef.')).map(([name, reference]) => {
      const [secret = '', key = ''] = reference.split(':');
      return { name, valueFrom: { secretKeyRef: { name: secret, key } } };
    }),
    // The image's entrypoint binds the driver to this address.
    { name: 'SPARK_DRIVER_BIND_ADDRESS', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'status.podIP' } } },
    ...(python ? [{ name: 'PYSPARK_PYTHON', value: python }] : []),
    ...(driverPython ? [{ name: 'PYSPARK_DRIVER_PYTHON', value: driverPython }] : []),
    { name: 'SPARK_LOCAL_DIRS', value: names.localDir },
    { name: 'SPARK_CONF_DIR', value: confFolder },
  ];
}

/** BasicDriverFeatureStep: memory as request and limit, cores as request, and as limit only where asked. */
function resources(properties: Record<string, string>): {
  requests: Record<string, string>;
  limits: Record<string, string>;
} {
  const memory = `${driverMemory(properties)}Mi`;
  const limit = properties['spark.kubernetes.driver.limit.cores'];
  return {
    requests: {
      cpu: properties['spark.kubernetes.driver.request.cores'] ?? properties['spark.driver.cores'] ?? '1',
      memory,
    },
    limits: { ...(limit ? { cpu: limit } : {}), memory },
  };
}

const list = (text: string | undefined): string[] =>
  (text ?? '')
    .split(',')
    .map((word) => word.trim())
    .filter(Boolean);

/** `{[key]: value}`, or nothing for an empty list or map: the API server would keep it apart from one left out. */
const nonEmpty = <T extends object>(key: string, value: T): Record<string, T> =>
  Object.keys(value).length > 0 ? { [key]: value } : {};
