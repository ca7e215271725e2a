// The driver pod, as Spark's cluster mode makes it (BasicDriverFeatureStep and its neighbours, Spark 3.1 to 4.3). Pure.
import { shippedFolder } from '../jobs/files.ts';
import type { Job } from '../jobs/job.ts';
import { managedBy } from '../kube/render.ts';
import type { Metadata } from '../kube/types.ts';
import type { Profile } from '../profile/schema.ts';
import { podTemplateFile, podTemplateFolder } from '../spark/conf.ts';
import { below, confFolder, environment, resources } from '../spark/driver-container.ts';
import { elasticDriverSpec } from '../spark/elastic.ts';
import { outputsBeside } from '../spark/outputs.ts';
import type { Pod } from '../spark/pod.ts';
import { appLabel, driverContainer, roleLabel, runLabel } from '../spark/pod.ts';
import { containerSecurityContext, podSecurityContext } from '../spark/pod-security.ts';
import type { RunNames } from '../spark/run-names.ts';
import { executorsAnnotation, promiseOf } from '../spark/sizes/holders.ts';
import { pullSecretNames } from '../spark/values.ts';
import { verbatim } from '../spark/verbatim.ts';
import { isAtLeast } from '../spark/versions.ts';
import { driverVolumes, localDirs, ownVolumes, type Volumes } from '../spark/volumes.ts';

export interface RunRequest {
  job: Job;
  profile: Profile;
  /** Reference of the Spark image. */
  image: string;
  names: RunNames;
  /** Who submits: SPARK_USER, the name Hadoop file systems see. */
  user: string;
}

/** Annotation with the job's name as it was given. */
const jobAnnotation = 'firesteel/job';

export const propertiesFile = 'spark.properties';

/** What everything of a run is labelled with. */
export const runLabels = (names: RunNames): Record<string, string> => ({
  ...managedBy,
  [runLabel]: names.id,
});

/** The labels of the driver, which are what its service selects (KubernetesDriverConf.labels). */
export function driverLabels(
  { job, profile, names }: RunRequest,
  properties: Record<string, string>,
): Record<string, string> {
  return {
    ...filledIn(below(properties, 'spark.kubernetes.driver.label.'), names),
    'spark-version': profile.spark.version,
    [appLabel]: names.appId,
    'spark-app-name': labelValue(job.name),
    [roleLabel]: 'driver',
  };
}

/** Values as Spark fills them in for its driver (Utils.substituteAppNExecIds). */
const filledIn = (values: Record<string, string>, { appId }: RunNames): Record<string, string> =>
  Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      key,
      value.replaceAll('{{APP_ID}}', appId).replaceAll('{{EXECUTOR_ID}}', ''),
    ]),
  );

/** KubernetesConf.getAppNameLabel: what a label's value can hold of a name. */
const labelValue = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]/g, '-')
    .replaceAll(/-+/g, '-')
    .slice(0, 63)
    .replaceAll(/^-|-$/g, '');

/** Name and labels of one of a run's objects. */
export function metadata({ job, profile, names }: RunRequest, name: string, labels: Record<string, string>): Metadata {
  return {
    name,
    namespace: profile.namespace,
    labels: { ...runLabels(names), ...labels },
    annotations: { [jobAnnotation]: job.name },
  };
}

interface Port {
  name: string;
  number: number;
  appProtocol?: string;
}

/** The ports of a driver and its service. */
export const driverPorts = ({ profile }: RunRequest, properties: Record<string, string>): Port[] => [
  { name: 'driver-rpc-port', number: 7078 },
  { name: 'blockmanager', number: 7079 },
  { name: 'spark-ui', number: Number(properties['spark.ui.port'] ?? 4040) },
  ...(isAtLeast(profile.spark.version, '4.3')
    ? [
        {
          name: 'spark-connect',
          number: Number(properties['spark.connect.grpc.binding.port'] ?? 15002),
          appProtocol: 'grpc',
        },
      ]
    : []),
];

const nothing: Volumes = { volumes: [], mounts: [] };

/** The volume of a job's files. */
function shippedVolume({ job: { files = {}, modules }, names }: RunRequest): Volumes {
  const inFolders = new Set(modules?.map(({ key }) => key));
  const beside = Object.keys(files).filter((key) => !inFolders.has(key));
  const items = modules && [...beside.map((key) => ({ key, path: key })), ...modules];
  return {
    volumes: [{ name: ownVolumes.job, configMap: { name: names.jobMap, ...(items ? { items } : {}) } }],
    mounts: [{ name: ownVolumes.job, mountPath: shippedFolder, readOnly: true }],
  };
}

/** What executors need of it: Spark hands out single files, and no folders. */
export const executorVolume = (request: RunRequest): Volumes =>
  request.job.modules ? shippedVolume(request) : nothing;

/**
 * What a driver pod has of ours, and no property of Spark's could give it: the run's labels, what Pod Security asks, the
 * job's own files. Spark's cluster mode takes it as its template.
 */
export function driverTemplate(request: RunRequest, properties: Record<string, string>): Pod {
  const { image, job, names, profile } = request;
  const own = metadata(request, names.driverPod, {});
  const { mounts, volumes } = job.files ? shippedVolume(request) : nothing;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...own, annotations: { ...own.annotations, [executorsAnnotation]: promiseOf(properties) } },
    spec: {
      ...elasticDriverSpec(profile),
      // With many services in a namespace their variables would fill the environment, and Spark uses none.
      enableServiceLinks: false,
      securityContext: podSecurityContext,
      containers: [
        {
          name: driverContainer,
          securityContext: containerSecurityContext,
          volumeMounts: mounts,
        },
        ...(job.keepsOutputs ? [outputsBeside(image)] : []),
      ],
      volumes,
    },
  };
}

/** The pod that runs a job's driver. */
export function driverPod(request: RunRequest, properties: Record<string, string>): Pod {
  const { job, profile, image, names, user } = request;
  const secrets = Object.entries(below(properties, 'spark.kubernetes.driver.secrets.'));
  const claimed = driverVolumes(properties);
  const scratch = localDirs(properties, claimed, names.localDir);
  const scheduler =
    properties['spark.kubernetes.driver.scheduler.name'] ?? properties['spark.kubernetes.scheduler.name'];
  const { spec, ...template } = driverTemplate(request, properties);
  const { volumes = [], ...pod } = spec;
  const [first = { name: driverContainer }, ...beside] = spec.containers;
  const { volumeMounts = [], ...container } = first;
  return {
    ...template,
    metadata: {
      ...template.metadata,
      labels: { ...template.metadata.labels, ...driverLabels(request, properties) },
      annotations: {
        ...filledIn(below(properties, 'spark.kubernetes.driver.annotation.'), names),
        ...template.metadata.annotations,
      },
    },
    spec: {
      ...pod,
      restartPolicy: 'Never',
      serviceAccountName: profile.serviceAccounts.driver,
      serviceAccount: profile.serviceAccounts.driver,
      ...(scheduler ? { schedulerName: scheduler } : {}),
      ...nonEmpty('nodeSelector', {
        ...below(properties, 'spark.kubernetes.node.selector.'),
        ...below(properties, 'spark.kubernetes.driver.node.selector.'),
      }),
      ...nonEmpty(
        'imagePullSecrets',
        pullSecretNames(properties).map((name) => ({ name })),
      ),
      containers: [
        {
          ...container,
          image,
          imagePullPolicy: properties['spark.kubernetes.container.image.pullPolicy'] ?? 'IfNotPresent',
          args: [
            'driver',
            '--properties-file',
            `${confFolder}/${propertiesFile}`,
            '--class',
            ...[job.mainClass, job.resource, ...job.args].map(verbatim),
          ],
          ports: driverPorts(request, properties).map(({ name, number }) => ({
            name,
            containerPort: number,
            protocol: 'TCP',
          })),
          env: environment(properties, names, user, scratch.folders),
          resources: resources(properties),
          volumeMounts: [
            ...scratch.mounts,
            { name: ownVolumes.conf, mountPath: confFolder },
            { name: ownVolumes.podTemplate, mountPath: podTemplateFolder },
            ...volumeMounts,
            ...secrets.map(([name, mountPath]) => ({ name: `${name}-volume`, mountPath })),
            ...claimed.mounts,
          ],
        },
        ...beside,
      ],
      volumes: [
        ...scratch.volumes,
        {
          name: ownVolumes.conf,
          configMap: { name: names.confMap, items: [{ key: propertiesFile, path: propertiesFile, mode: 0o644 }] },
        },
        {
          name: ownVolumes.podTemplate,
          configMap: { name: names.podTemplateMap, items: [{ key: 'podspec-configmap-key', path: podTemplateFile }] },
        },
        ...volumes,
        ...secrets.map(([name]) => ({ name: `${name}-volume`, secret: { secretName: name } })),
        ...claimed.volumes,
      ],
    },
  };
}

/** `{[key]: value}`, or nothing for an empty list or map: the API server would keep it apart from one left out. */
const nonEmpty = <T extends object>(key: string, value: T): Record<string, T> =>
  Object.keys(value).length > 0 ? { [key]: value } : {};
