// Properties that name labels, annotations, Secrets and volumes of pods: what the API server would refuse.
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

/** Spark fills in `{{APP_ID}}` and `{{EXECUTOR_ID}}`. */
const isLabelValue = (value: string): boolean =>
  value === '' || labelWord.test(value.replaceAll(/\{\{[A-Z_]+\}\}/g, 'x'));

const labelForm = 'at most 63 letters, digits, "-", "_" and ".", beginning and ending with a letter or digit';

/** A problem of one property; none if all is well. */
type Rule = (name: string, value: string) => { at: ConfProblem['at']; message: string } | undefined;

const labels: Rule = (name, value) => {
  if (!isLabelKey(name)) return keyOf('label', name);
  return isLabelValue(value)
    ? undefined
    : { at: 'value', message: `expected the value of a label, ${labelForm}, got ${JSON.stringify(value)}` };
};

const annotations: Rule = (name) => (isLabelKey(name) ? undefined : keyOf('annotation', name));

const keyOf = (what: string, name: string) => ({
  at: 'key' as const,
  message: `expected the name of ${what === 'label' ? 'a' : 'an'} ${what}, ${labelForm}, with or without "domain/" before it, got ${JSON.stringify(name)}`,
});

const volumeSuffix = '-volume';

/** Labels that Spark sets, and refuses to have set (KubernetesConf.scala). */
const labelsOfBoth = ['spark-version', 'spark-app-selector', 'spark-app-name', 'spark-role'];
const labelsOfSpark = {
  driver: labelsOfBoth,
  executor: [...labelsOfBoth, 'spark-exec-id', 'spark-exec-resourceprofile-id'],
};

const setBySpark =
  (role: keyof typeof labelsOfSpark): Rule =>
  (name) =>
    labelsOfSpark[role].includes(name)
      ? { at: 'key', message: 'Spark sets this label: choose another name' }
      : undefined;

/** What Kubernetes takes as the name of a variable: any sign of ASCII but "=". */
const variables: Rule = (name) =>
  /^[!-<>-~]+$/.test(name)
    ? undefined
    : { at: 'key', message: `expected the name of a variable, without "=" in it, got ${JSON.stringify(name)}` };

const secretKey = /^([^:]+):([-._a-zA-Z0-9]+)$/;
const secretReference: Rule = (name, value) => {
  const [, secret = ''] = secretKey.exec(value) ?? [];
  if (dnsName.test(secret)) return variables(name, value);
  return { at: 'value', message: `expected SECRET:KEY, got ${JSON.stringify(value)}` };
};

const pullPolicies = ['Always', 'IfNotPresent', 'Never'];

const oneOf =
  (values: readonly string[]): Rule =>
  (_, value) =>
    values.includes(value)
      ? undefined
      : { at: 'value', message: `expected one of ${values.join(', ')}, got ${JSON.stringify(value)}` };

const volumeTypes = ['hostPath', 'emptyDir', 'nfs', 'persistentVolumeClaim'];

/** All rules whose expression matches are asked, with what its group found. */
const rules: readonly [keys: RegExp, rule: Rule][] = [
  [/^spark\.kubernetes\.driver\.label\.(.*)$/, setBySpark('driver')],
  [/^spark\.kubernetes\.executor\.label\.(.*)$/, setBySpark('executor')],
  [/^spark\.kubernetes\.(?:driver\.|executor\.|driver\.service\.)label\.(.*)$/, labels],
  [/^spark\.kubernetes\.(?:driver\.|executor\.)?node\.selector\.(.*)$/, labels],
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
    /^spark\.kubernetes\.(?:driver|executor)\.secrets\.(.*)$/,
    (_, value) =>
      /^\/[^:]*$/.test(value)
        ? undefined
        : { at: 'value', message: `expected the path of a folder, such as /etc/store, got ${JSON.stringify(value)}` },
  ],
  [
    /^spark\.kubernetes\.(?:driver|executor)\.volumes\.([^.]+)\./,
    (type) =>
      volumeTypes.includes(type)
        ? undefined
        : {
            at: 'key',
            message: `expected a volume of type ${volumeTypes.join(', ')}, got ${JSON.stringify(type)}`,
          },
  ],
  [/^spark\.kubernetes\.(?:driver|executor)\.secretKeyRef\.(.*)$/, secretReference],
  [/^spark\.(?:kubernetes\.driverEnv|executorEnv)\.(.*)$/, variables],
  [/^spark\.kubernetes\.container\.image\.(pullPolicy)$/, oneOf(pullPolicies)],
];

/** What is wrong with a property that names something of a pod. */
export function namedProblems(key: string, value: string): ConfProblem[] {
  for (const [keys, rule] of rules) {
    const [, name] = keys.exec(key) ?? [];
    const problem = name === undefined ? undefined : rule(name, value);
    if (problem) return [{ key, ...problem }];
  }
  return [];
}
