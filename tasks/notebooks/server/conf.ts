// Spark's configuration of sessions in a notebook server. Pure.
import type { Profile } from '../../profile/schema.ts';
import { patientDriver } from '../../spark/conf.ts';
import { elasticProperties } from '../../spark/elastic.ts';
import { storageProperties } from '../../spark/storage.ts';
import { mostSessions, sessionPorts } from './names.ts';

/** Where the server's pod has its settings, and the executors' pod template among them. */
export const settingsFolder = '/etc/firesteel';
export const executorTemplateFile = 'executor.json';

/** Variables with the name and address of the server's pod. */
export const podVariables = { name: 'POD_NAME', address: 'POD_IP' } as const;

/** How a property names a variable. */
const variable = (name: string): string => `\${env:${name}}`;

/** The profile with executors that come and go, and all of them: an idle notebook is to hold nothing. */
function elastic(profile: Profile): Profile {
  const { dynamicAllocation, decommission, notebook, spot } = profile;
  if (dynamicAllocation.enabled) return profile;
  const { executorIdleTimeout } = notebook;
  return {
    ...profile,
    dynamicAllocation: { ...dynamicAllocation, enabled: true, minExecutors: 0, executorIdleTimeout },
    // The last one would have nobody to hand its shuffle files over to.
    decommission: { enabled: decommission.enabled ?? spot.enabled },
  };
}

/** Where sessions' properties are. */
export const defaultsFile = 'spark-defaults.conf';

/** What the profile asks of sessions. */
export const askedOfSessions = (profile: Profile): Record<string, string> => ({
  ...patientDriver,
  // Python runs beside the JVM of an executor.
  'spark.kubernetes.memoryOverheadFactor': '0.4',
  ...storageProperties(profile),
  ...elasticProperties(elastic(profile), profile.spark.conf),
  ...profile.spark.conf,
});

/** Every property of sessions, as spark-defaults.conf has them; the profile's hold, but for those of `fixedProperties`. */
export function sessionProperties(
  profile: Profile,
  image: string,
  object: string,
  executors: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const allocation = elasticProperties(elastic(profile), profile.spark.conf);
  return {
    'spark.app.name': object,
    // Blank lines between two outputs are all that a notebook would see of it.
    'spark.ui.showConsoleProgress': 'false',
    ...executors,
    // Shuffle files last until a garbage collection that an idle driver may never have. What is needed again is made again.
    'spark.dynamicAllocation.shuffleTracking.timeout':
      allocation['spark.dynamicAllocation.executorIdleTimeout'] ?? '60s',
    ...askedOfSessions(profile),
    ...fixedProperties(profile, image, object),
  };
}

/** What makes client mode work in the server's pod, and that neither profile nor notebook may change. */
export const fixedProperties = (profile: Profile, image: string, object: string): Record<string, string> => ({
  'spark.master': 'k8s://https://kubernetes.default.svc',
  'spark.submit.deployMode': 'client',
  'spark.driver.host': `${object}.${profile.namespace}.svc`,
  // Executors of Spark 4.3 and newer go there.
  'spark.driver.bindAddress': variable(podVariables.address),
  'spark.driver.port': `${sessionPorts.driver}`,
  'spark.driver.blockManager.port': `${sessionPorts.blockManager}`,
  'spark.port.maxRetries': `${mostSessions - 1}`,
  'spark.kubernetes.namespace': profile.namespace,
  'spark.kubernetes.container.image': image,
  'spark.kubernetes.authenticate.executor.serviceAccountName': profile.serviceAccounts.executor,
  // Executors belong to the pod and go when it goes.
  'spark.kubernetes.driver.pod.name': variable(podVariables.name),
  'spark.kubernetes.executor.podTemplateFile': `${settingsFolder}/${executorTemplateFile}`,
  // Without these a session would need rights to objects that it has no use for.
  'spark.kubernetes.executor.disableConfigMap': 'true',
  'spark.kubernetes.driver.service.deleteOnTermination': 'false',
  'spark.kubernetes.driver.ownPersistentVolumeClaim': 'false',
});
