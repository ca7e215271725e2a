// Every object of one run, as Spark's cluster mode makes them (KubernetesDriverBuilder, Spark 3.1 to 4.3). Pure.
import type { Manifest } from '../kube/types.ts';
import { propertiesText, sparkProperties } from '../spark/conf.ts';
import { below } from '../spark/driver-container.ts';
import type { Pod } from '../spark/pod.ts';
import { appLabel, roleLabel } from '../spark/pod.ts';
import { executorTemplate } from '../spark/pod-security.ts';
import { driverProperties } from '../spark/verbatim.ts';
import { hasNetworkPolicy } from '../spark/versions.ts';
import type { RunRequest } from './driver.ts';
import { driverLabels, driverPod, driverPorts, executorVolume, metadata, propertiesFile, runLabels } from './driver.ts';

/** All objects of a run; `beside` belong to the driver pod and go when it goes. */
export interface RunObjects {
  properties: Record<string, string>;
  pod: Pod;
  beside: Manifest[];
}

/** Everything a run consists of, before any of it exists; `read` are the properties that Spark reads in the driver. */
export function runObjects(
  request: RunRequest,
  properties = sparkProperties(request.job, request.profile, request.image, request.names),
  read = driverProperties(properties),
): RunObjects {
  const { profile, names } = request;
  return {
    properties,
    pod: driverPod(request, properties),
    beside: [
      configMap(request, names.confMap, {
        [propertiesFile]: propertiesText(
          read,
          `Java properties built from Kubernetes config map with name: ${names.confMap}`,
        ),
        'spark.kubernetes.namespace': profile.namespace,
      }),
      configMap(request, names.podTemplateMap, {
        // JSON is YAML, and Spark's reader takes either.
        'podspec-configmap-key': JSON.stringify(
          executorTemplate(profile, properties, runLabels(names), executorVolume(request)),
          null,
          2,
        ),
      }),
      ...jobObjects(request),
      service(request, properties),
      ...(hasNetworkPolicy(profile.spark.version) ? [networkPolicy(request)] : []),
    ],
  };
}

/** What Spark's cluster mode would not make: the files of the job itself. */
export const jobObjects = (request: RunRequest): Manifest[] => {
  const { job, names } = request;
  return job.files ? [configMap(request, names.jobMap, job.files)] : [];
};

/** The reference by which objects belong to a driver pod that exists. */
export function ownerOf({ apiVersion, kind, metadata }: Manifest) {
  const { name, uid = '' } = metadata;
  return { apiVersion, kind, name, uid, controller: true };
}

function configMap(request: RunRequest, name: string, files: Record<string, string | Uint8Array>): Manifest {
  const data: Record<string, string> = {};
  const binaryData: Record<string, string> = {};
  for (const [key, content] of Object.entries(files))
    if (typeof content === 'string') data[key] = content;
    else binaryData[key] = Buffer.from(content).toString('base64');
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: metadata(request, name, {}),
    immutable: true,
    data,
    ...(Object.keys(binaryData).length > 0 ? { binaryData } : {}),
  };
}

function service(request: RunRequest, properties: Record<string, string>): Manifest {
  const own = metadata(request, request.names.service, { [appLabel]: request.names.appId });
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      ...own,
      labels: { ...below(properties, 'spark.kubernetes.driver.service.label.'), ...own.labels },
      annotations: { ...below(properties, 'spark.kubernetes.driver.service.annotation.'), ...own.annotations },
    },
    spec: {
      clusterIP: 'None',
      selector: driverLabels(request, properties),
      ports: driverPorts(request, properties).map(({ name, number, appProtocol }) => ({
        name,
        port: number,
        targetPort: number,
        protocol: 'TCP',
        ...(appProtocol ? { appProtocol } : {}),
      })),
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
