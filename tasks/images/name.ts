// Parses image references: https://github.com/distribution/reference/blob/main/normalize.go

/** Whether a reference begins with a registry, not with a folder of Docker's own. */
const hasRegistry = (reference: string): boolean => {
  const [first = '', ...rest] = reference.split('/');
  return rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
};

/** The registry of a reference, with its port: `quay.io`, `localhost:5000`; Docker's own if it names none. */
export const registryOf = (reference: string): string =>
  hasRegistry(reference) ? (reference.split('/')[0] ?? '') : 'docker.io';

/** As containerd knows it: `spark:1` is `docker.io/library/spark:1`. */
export function fullName(reference: string): string {
  if (hasRegistry(reference)) return reference;
  return reference.includes('/') ? `docker.io/${reference}` : `docker.io/library/${reference}`;
}
