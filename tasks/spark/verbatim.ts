// Escapes `$(NAME)` and `$$`, which Kubernetes replaces in arguments and variables. Pure.
// https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
import type { EnvVar } from './pod.ts';

/** The text that Kubernetes turns into this one. */
export const verbatim = (text: string): string => text.replaceAll(/\$+(?=\()|\${2,}/g, (dollars) => dollars + dollars);

/** A variable of a container with the value as it was typed. */
export const typedVariable = (name: string, value: string): EnvVar => ({ name, value: verbatim(value) });

/** What Spark copies into variables of containers. */
const copied = /^spark\.(executor\.(defaultJavaOptions|extraJavaOptions|extraClassPath)$|kubernetes\.driverEnv\.)/;

const executorVariable = 'spark.executorEnv.';

const isReplaced = ([key, value]: [key: string, value: string]): boolean =>
  key.startsWith(executorVariable) && verbatim(value) !== value;

/**
 * The properties as Spark must read them. Spark hands an executor's variables to its pod and to Python workers, and only the
 * pod's are replaced: no spelling suits both. `executorVariables` has those, and Python workers inherit them.
 */
export const driverProperties = (properties: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(properties)
      .filter((entry) => !isReplaced(entry))
      .map(([key, value]) => [key, copied.test(key) ? verbatim(value) : value]),
  );

/** The variables that executors' pods must have from their template. */
export const executorVariables = (properties: Readonly<Record<string, string>>): EnvVar[] =>
  Object.entries(properties)
    .filter(isReplaced)
    .map(([key, value]) => typedVariable(key.slice(executorVariable.length), value));
