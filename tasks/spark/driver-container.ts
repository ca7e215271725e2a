// Environment and resources of the driver's container, from the run's properties. Pure.
import type { EnvVar } from './pod.ts';
import type { RunNames } from './run-names.ts';
import { podCores, podMemory } from './size.ts';
import { typedVariable } from './verbatim.ts';

/** Where Spark's configuration stands in the driver. */
export const confFolder = '/opt/spark/conf';

/** Properties below a prefix, without it: `spark.kubernetes.driver.label.` gives labels. */
export function below(properties: Record<string, string>, prefix: string): Record<string, string> {
  const entries = Object.entries(properties).filter(([key]) => key.startsWith(prefix));
  return Object.fromEntries(entries.map(([key, value]) => [key.slice(prefix.length), value]));
}

/** Variables that properties give to a driver's container: values, and keys of Secrets. */
export const accessVariables = (properties: Record<string, string>): EnvVar[] => [
  ...Object.entries(below(properties, 'spark.kubernetes.driverEnv.')).map(([name, value]) =>
    typedVariable(name, value),
  ),
  ...Object.entries(below(properties, 'spark.kubernetes.driver.secretKeyRef.')).map(([name, reference]) => {
    const [secret = '', key = ''] = reference.split(':');
    return { name, valueFrom: { secretKeyRef: { name: secret, key } } };
  }),
];

/** The driver's variables, as Spark's BasicDriverFeatureStep, LocalDirsFeatureStep, EnvSecretsFeatureStep and Python bindings make them. */
export function environment(
  properties: Record<string, string>,
  names: RunNames,
  user: string,
  localDirs: readonly string[],
): EnvVar[] {
  const python = properties['spark.pyspark.python'];
  const driverPython = properties['spark.pyspark.driver.python'] ?? python;
  return [
    typedVariable('SPARK_USER', user),
    { name: 'SPARK_APPLICATION_ID', value: names.appId },
    ...accessVariables(properties),
    // The image's entrypoint binds the driver to this address.
    { name: 'SPARK_DRIVER_BIND_ADDRESS', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'status.podIP' } } },
    ...(python ? [typedVariable('PYSPARK_PYTHON', python)] : []),
    ...(driverPython ? [typedVariable('PYSPARK_DRIVER_PYTHON', driverPython)] : []),
    typedVariable('SPARK_LOCAL_DIRS', localDirs.join(',')),
    { name: 'SPARK_CONF_DIR', value: confFolder },
  ];
}

/** BasicDriverFeatureStep: memory as request and limit, cores as request, and as limit only where asked. */
export function resources(properties: Record<string, string>): {
  requests: Record<string, string>;
  limits: Record<string, string>;
} {
  const memory = `${podMemory('driver', properties)}Mi`;
  const limit = properties['spark.kubernetes.driver.limit.cores'];
  return {
    requests: {
      cpu: podCores('driver', properties),
      memory,
    },
    limits: { ...(limit ? { cpu: limit } : {}), memory },
  };
}
