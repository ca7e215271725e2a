// Checks variables of drivers and executors: their names, and those that Spark or firesteel sets itself.
import type { Rule } from './name-forms.ts';

const variableForm = /^[-._a-zA-Z][-._a-zA-Z0-9]*$/;

const eachPod = 'every pod gets its own';

/** Where the image has Spark. */
const home = '/opt/spark';

/** Variables that would change a pod behind its size or its run, or that no pod reads, and what to use instead. */
const instead: Readonly<Record<string, string>> = {
  PYSPARK_SUBMIT_ARGS: 'the driver runs already: use packages and conf of the job instead',
  SPARK_APPLICATION_ID: 'every run gets its own',
  SPARK_DRIVER_BIND_ADDRESS: eachPod,
  SPARK_DRIVER_MEMORY: 'set spark.driver.memory instead',
  SPARK_DRIVER_URL: eachPod,
  SPARK_EXECUTOR_CORES: 'set spark.executor.cores instead',
  SPARK_EXECUTOR_ID: eachPod,
  SPARK_EXECUTOR_MEMORY: 'set spark.executor.memory instead',
  SPARK_EXECUTOR_POD_IP: eachPod,
  SPARK_EXECUTOR_POD_NAME: eachPod,
  SPARK_HOME: `the image has Spark in ${home}`,
  SPARK_LOCAL_DIRS: 'set spark.local.dir instead',
  SPARK_RESOURCE_PROFILE_ID: eachPod,
};

/** What is wrong with a variable that Spark or firesteel sets itself; undefined for any other. */
export const reservedVariable = (name: string, value: string): string | undefined =>
  Object.hasOwn(instead, name) && !(name === 'SPARK_HOME' && value === home)
    ? `users do not set this variable: ${instead[name]}`
    : undefined;

/** A variable by its name. Kubernetes takes more; Spark leaves variables of executors out whose names have another form. */
export const variableName: Rule = (name) =>
  variableForm.test(name)
    ? undefined
    : {
        at: 'key',
        message: `expected the name of a variable, letters, digits, "-", "_" and ".", not beginning with a digit, got ${JSON.stringify(name)}`,
      };

/** A variable with its value. */
export const variables: Rule = (name, value) => {
  const message = reservedVariable(name, value);
  return message ? { at: 'key', message } : variableName(name, value);
};
