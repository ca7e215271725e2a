// The objects of a Connect server: templates/connect.yaml filled in. Pure but for reading it.
import { shortHash } from '../core/files/hash.ts';
import { managedBy, renderTemplate } from '../kube/render.ts';
import type { Manifest } from '../kube/types.ts';
import { defaultsFile, executorTemplateFile, podVariables, settingsFolder } from '../notebooks/server/conf.ts';
import type { Profile } from '../profile/schema.ts';
import { tokenName } from '../servers/names.ts';
import { tokenKey } from '../servers/token.ts';
import { propertiesText } from '../spark/conf.ts';
import { confFolder, resources } from '../spark/driver-container.ts';
import { elasticDriverSpec } from '../spark/elastic.ts';
import { connectLabel, driverContainer, type EnvVar, roleLabel } from '../spark/pod.ts';
import { storageAccess } from '../spark/pod-access.ts';
import { containerSecurityContext, executorTemplate, podSecurityContext } from '../spark/pod-security.ts';
import type { Properties } from '../spark/sizes/load.ts';
import { driverProperties } from '../spark/verbatim.ts';
import { serverClass, serverProperties, tokenVariable } from './conf.ts';
import { connectPort, driverPorts, executorLabels, pagesPort, serverLabels } from './names.ts';
import { ownerAnnotation } from './owner.ts';

const scratchFolder = '/var/data/spark';

/** What one server is made of. */
export interface ServerRequest {
  profile: Profile;
  /** Name of its objects. */
  object: string;
  /** Reference of the image of server and executors. */
  image: string;
  /** Properties for sizes that nobody chose. */
  chosen: Properties;
  /** Who starts it. */
  user: string;
  /** With which its pods pull the image, beside what its nodes may pull. */
  pullSecrets: readonly { name?: string }[];
}

/** Every object of a server but the Secret with its token. */
export async function serverObjects({
  profile,
  object,
  image,
  chosen,
  user,
  pullSecrets,
}: ServerRequest): Promise<Manifest[]> {
  const properties = serverProperties(profile, image, object, chosen);
  const template = executorTemplate(profile, properties, executorLabels(object));
  const files = {
    [defaultsFile]: propertiesText(driverProperties(properties), 'written by firesteel connect up'),
    [executorTemplateFile]: `${JSON.stringify(template, null, 2)}\n`,
  };
  const labels = serverLabels(object);
  const access = storageAccess(profile);
  return renderTemplate('connect', {
    name: object,
    namespace: profile.namespace,
    annotations: { 'firesteel/spark': profile.spark.version, [ownerAnnotation]: user },
    image,
    labels,
    podLabels: { ...labels, ...managedBy, [roleLabel]: 'driver' },
    executorLabels: { [connectLabel]: object, [roleLabel]: 'executor' },
    container: driverContainer,
    ports: { ...driverPorts, connect: connectPort, pages: pagesPort },
    files,
    settings: shortHash([files, image]),
    podSecurityContext,
    containerSecurityContext,
    affinity: elasticDriverSpec(profile).affinity ?? {},
    pullSecrets,
    command: ['driver', '--class', serverClass, 'spark-internal'],
    env: [...environment(object), ...access.env],
    probe: ['bash', '-c', `exec 3<>/dev/tcp/127.0.0.1/${connectPort}`],
    resources: resources(properties),
    mounts: [
      { name: 'conf', mountPath: confFolder, readOnly: true },
      { name: 'template', mountPath: settingsFolder, readOnly: true },
      { name: 'scratch', mountPath: scratchFolder },
      ...access.mounts,
    ],
    volumes: [
      settingsVolume(object, 'conf', defaultsFile),
      settingsVolume(object, 'template', executorTemplateFile),
      { name: 'scratch', emptyDir: {} },
      ...access.volumes,
    ],
  });
}

/** A file of the server's ConfigMap. */
const settingsVolume = (object: string, name: string, file: string) => ({
  name,
  configMap: { name: object, items: [{ key: file, path: file }] },
});

function environment(object: string): EnvVar[] {
  return [
    fromPod(podVariables.name, 'metadata.name'),
    fromPod(podVariables.address, 'status.podIP'),
    // The image's entrypoint binds the driver to this address.
    fromPod('SPARK_DRIVER_BIND_ADDRESS', 'status.podIP'),
    // Spark's pages listen there: a forward reaches them, and other pods do not.
    { name: 'SPARK_LOCAL_IP', value: '127.0.0.1' },
    { name: 'SPARK_LOCAL_DIRS', value: scratchFolder },
    { name: 'SPARK_CONF_DIR', value: confFolder },
    { name: tokenVariable, valueFrom: { secretKeyRef: { name: tokenName(object), key: tokenKey } } },
  ];
}

const fromPod = (name: string, fieldPath: string): EnvVar => ({
  name,
  valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath } },
});
