// Reads values of properties as Spark does: booleans and lists of names. Pure.

/** Whether Spark takes a value for true: in any case, with blanks around (ConfigHelpers.toBoolean). */
export const isTrue = (value?: string): boolean => value?.trim().toLowerCase() === 'true';

/** Names of the secrets that Spark's pods pull their image with, each once. */
export const pullSecretNames = (conf: Readonly<Record<string, string>>): string[] => [
  ...new Set(
    (conf['spark.kubernetes.container.image.pullSecrets'] ?? '')
      .split(',')
      .map((name) => name.trim())
      .filter(Boolean),
  ),
];
