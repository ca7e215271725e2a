// Checks properties that name labels, annotations, Secrets and volumes, as the API server would.
// https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set
import type { ConfProblem } from './conf-rules.ts';

const labelWord = /^[a-zA-Z0-9]([-._a-zA-Z0-9]{0,61}[a-zA-Z0-9])?$/;
const dnsName = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const dnsLabel = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

const isLabelKey = (key: string): boolean => {
  const [name = '', prefix, ...others] = key.split('/').reverse();
  return (
    labelWord.test(name) &&
    others.length === 0 &&
    (prefix === undefined || (prefix.length <= 253 && dnsName.test(prefix)))
  );
};

/** Spark fills these in, in labels of pods: its id of the application is a word and 32 digits. */
const filledIn = (value: string): string =>
  value.replaceAll('{{APP_ID}}', 'x'.repeat(38)).replaceAll('{{EXECUTOR_ID}}', '1');

const isLabelValue = (value: string): boolean => value === '' || labelWord.test(value);

/** By these labels Spark and firesteel find their pods. */
const reservedLabels =
  /^(spark-(app-selector|app-name|role|version|exec-id|exec-resourceprofile-id)|app\.kubernetes\.io\/managed-by|firesteel\/.*)$/;

const labelForm = 'at most 63 letters, digits, "-", "_" and ".", beginning and ending with a letter or digit';

/** A problem of one property; none if all is well. */
type Rule = (name: string, value: string) => { at: ConfProblem['at']; message: string } | undefined;

const selectors: Rule = (name, value) => {
  if (!isLabelKey(name)) return keyOf('label', name);
  return isLabelValue(value)
    ? undefined
    : { at: 'value', message: `expected the value of a label, ${labelForm}, got ${JSON.stringify(value)}` };
};

const labels: Rule = (name, value) =>
  reservedLabels.test(name)
    ? { at: 'key', message: `label ${name} is reserved: Spark or firesteel finds its pods by it` }
    : selectors(name, isLabelValue(filledIn(value)) ? '' : value);

const annotations: Rule = (name) => (isLabelKey(name) ? undefined : keyOf('annotation', name));

const keyOf = (what: string, name: string) => ({
  at: 'key' as const,
  message: `expected the name of ${what === 'label' ? 'a' : 'an'} ${what}, ${labelForm}, with or without "domain/" before it, got ${JSON.stringify(name)}`,
});

const variableForm = /^[-._a-zA-Z][-._a-zA-Z0-9]*$/;

/** Kubernetes takes more; Spark leaves variables of executors out whose names have another form. */
const variables: Rule = (name) =>
  variableForm.test(name)
    ? undefined
    : {
        at: 'key',
        message: `expected the name of a variable, letters, digits, "-", "_" and ".", not beginning with a digit, got ${JSON.stringify(name)}`,
      };

const isObjectName = (name: string): boolean => name.length <= 253 && dnsName.test(name);

const quantityForm = /^\+?(\d+(\.\d*)?|\.\d+)(m|k|[KMGTPE]i?|[eE]\d+)?$/;

const volumeTypes = ['emptyDir', 'hostPath', 'nfs', 'persistentVolumeClaim'];

const value = (expected: string, got: string) => ({
  at: 'value' as const,
  message: `expected ${expected}, got ${JSON.stringify(got)}`,
});

const volumeSuffix = '-volume';

const rules: readonly [keys: RegExp, rule: Rule][] = [
  [/^spark\.kubernetes\.(?:driver\.|executor\.|driver\.service\.)label\.(.*)$/, labels],
  [/^spark\.kubernetes\.(?:driver\.|executor\.)?node\.selector\.(.*)$/, selectors],
  [/^spark\.(?:executorEnv|kubernetes\.driverEnv)\.(.*)$/, variables],
  [/^spark\.kubernetes\.(?:driver|executor)\.secretKeyRef\.(.*)$/, variables],
  [/^spark\.kubernetes\.(?:driver\.|executor\.|driver\.service\.)annotation\.(.*)$/, annotations],
  [
    /^spark\.kubernetes\.(?:driver|executor)\.secrets\.(.*)$/,
    (name) =>
      dnsLabel.test(name + volumeSuffix)
        ? undefined
        : {
            at: 'key',
            message:
              `Spark makes volume ${name}${volumeSuffix} for this Secret, and the name of a volume has at most 63 lower-case letters, ` +
              'digits and "-": copy the Secret to one whose name fits',
          },
  ],
  [
    /^spark\.kubernetes\.(?:driver|executor)\.volumes\.[^.]+\.([^.]+)\./,
    (name) =>
      dnsLabel.test(name)
        ? undefined
        : {
            at: 'key',
            message: `expected a volume's name, at most 63 lower-case letters, digits and "-", got ${JSON.stringify(name)}`,
          },
  ],
  [
    /^spark\.kubernetes\.(?:driver|executor)\.secretKeyRef\.(.*)$/,
    (_, given) => {
      const [secret = '', key = '', ...others] = given.split(':');
      return isObjectName(secret) && /^[-._a-zA-Z0-9]+$/.test(key) && others.length === 0
        ? undefined
        : value('SECRET:KEY', given);
    },
  ],
  [
    /^spark\.kubernetes\.(?:driver|executor)\.volumes\.([^.]+)\./,
    (type) =>
      volumeTypes.includes(type)
        ? undefined
        : {
            at: 'key',
            message: `expected a type of volume, ${volumeTypes.join(', ')}, got ${JSON.stringify(type)}`,
          },
  ],
  [
    /^spark\.kubernetes\.(?:driver|executor)\.volumes\..*\.(sizeLimit)$/,
    (_, size) => (quantityForm.test(size) ? undefined : value('a quantity such as 500Mi or 10Gi', size)),
  ],
  [
    /^spark\.kubernetes\.(?:driver|executor)\.volumes\..*\.(claimName)$/,
    (_, claim) =>
      claim.includes('OnDemand') || isObjectName(claim.replaceAll('SPARK_EXECUTOR_ID', 'x'))
        ? undefined
        : value('the name of a claim', claim),
  ],
  [
    /^spark\.kubernetes\.(?:driver|executor)\.(?:volumes\.[^.]+\.[^.]+\.mount\.(?:path)|secrets\.([^.]+))$/,
    (_, path) => (/^\/[^:]*$/.test(path) ? undefined : value('an absolute path without ":"', path)),
  ],
  [
    /^spark\.kubernetes\.(?:driver|executor)\.volumes\..*\.mount\.(subPath)$/,
    (_, path) =>
      path.startsWith('/') || path.split('/').includes('..') ? value('a path below the volume', path) : undefined,
  ],
  [
    /^spark\.kubernetes\.container\.image\.(pullPolicy)$/,
    (_, policy) => (pullPolicies.includes(policy) ? undefined : value(pullPolicies.join(', '), policy)),
  ],
];

const pullPolicies = ['Always', 'IfNotPresent', 'Never'];

/** Two volumes or Secrets of a pod at one place, which the API server refuses. */
export function mountProblems(conf: Readonly<Record<string, string>>, role: string): ConfProblem[] {
  const mount = new RegExp(`^spark\\.kubernetes\\.${role}\\.(volumes\\..*\\.mount\\.path|secrets\\.[^.]+)$`);
  const seen = new Map<string, string>();
  return Object.entries(conf).flatMap(([key, path]): ConfProblem[] => {
    if (!mount.test(key)) return [];
    const other = seen.get(path);
    seen.set(path, key);
    return other ? [{ key, at: 'value', message: `${other} has the same path, ${JSON.stringify(path)}` }] : [];
  });
}

/** What is wrong with a property that names something of a pod. */
export function namedProblems(key: string, value: string): ConfProblem[] {
  for (const [keys, rule] of rules) {
    const [found, name = ''] = keys.exec(key) ?? [];
    const problem = found === undefined ? undefined : rule(name, value);
    if (problem) return [{ key, ...problem }];
  }
  return [];
}
