// Checks properties that name labels, annotations, Secrets and volumes, as the API server would.
// https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set
import type { ConfProblem } from './conf-rules.ts';
import { isMountPath, isObjectName, isVolumeName, mountPathForm, type Rule, value } from './name-forms.ts';
import { variableName, variables } from './variable-names.ts';
import { volumeRules } from './volume-names.ts';

const labelWord = /^[a-zA-Z0-9]([-._a-zA-Z0-9]{0,61}[a-zA-Z0-9])?$/;

const isLabelKey = (key: string): boolean => {
  const [name = '', prefix, ...others] = key.split('/').reverse();
  return labelWord.test(name) && others.length === 0 && (prefix === undefined || isObjectName(prefix));
};

/** Spark fills these in, in labels of pods: its id of the application is a word and 32 digits. */
const filledIn = (value: string): string =>
  value.replaceAll('{{APP_ID}}', 'x'.repeat(38)).replaceAll('{{EXECUTOR_ID}}', '1');

const isLabelValue = (value: string): boolean => value === '' || labelWord.test(value);

/** By these labels Spark and firesteel find their pods. */
const reservedLabels =
  /^(spark-(app-selector|app-name|role|version|exec-id|exec-resourceprofile-id)|app\.kubernetes\.io\/managed-by|firesteel\/.*)$/;

const labelForm = 'at most 63 letters, digits, "-", "_" and ".", beginning and ending with a letter or digit';

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

/** What Spark itself refuses of options, once a run has its cluster. */
const javaOptions: Rule = (role, options) => {
  const heap = /(?:^|\s)-Xmx\S*/.exec(options)?.[0].trim();
  if (heap) return { at: 'value', message: `${heap}: set spark.${role}.memory instead` };
  const property = role === 'executor' ? /(?:^|\s)-D(spark\.\S*)/.exec(options)?.[1] : undefined;
  return property
    ? { at: 'value', message: `-D${property}: set ${property.split('=')[0]} under conf instead` }
    : undefined;
};

const volumeSuffix = '-volume';

const rules: readonly [keys: RegExp, rule: Rule][] = [
  [/^spark\.kubernetes\.(?:driver\.|executor\.|driver\.service\.)label\.(.*)$/, labels],
  [/^spark\.kubernetes\.(?:driver\.|executor\.)?node\.selector\.(.*)$/, selectors],
  [/^spark\.(?:executorEnv|kubernetes\.driverEnv)\.(.*)$/, variables],
  [/^spark\.kubernetes\.(?:driver|executor)\.secretKeyRef\.(.*)$/, variableName],
  [/^spark\.kubernetes\.(?:driver\.|executor\.|driver\.service\.)annotation\.(.*)$/, annotations],
  [
    /^spark\.kubernetes\.(?:driver|executor)\.secrets\.(.*)$/,
    (name) =>
      isVolumeName(name + volumeSuffix)
        ? undefined
        : {
            at: 'key',
            message:
              `Spark makes volume ${name}${volumeSuffix} for this Secret, and the name of a volume has at most 63 lower-case letters, ` +
              'digits and "-": copy the Secret to one whose name fits',
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
    /^spark\.kubernetes\.(?:driver|executor)\.secrets\.([^.]+)$/,
    (_, path) => (isMountPath(path) ? undefined : value(mountPathForm, path)),
  ],
  ...volumeRules,
  [
    /^spark\.kubernetes\.(?:hadoop|kerberos\.krb5)\.(configMapName)$/,
    (_, name) => (isObjectName(name) ? undefined : value('the name of a ConfigMap', name)),
  ],
  [
    /^spark\.kubernetes\.driver\.service\.(ipFamilyPolicy)$/,
    (_, policy) => (familyPolicies.includes(policy) ? undefined : value(familyPolicies.join(', '), policy)),
  ],
  [
    /^spark\.kubernetes\.container\.image\.(pullPolicy)$/,
    (_, policy) => (pullPolicies.includes(policy) ? undefined : value(pullPolicies.join(', '), policy)),
  ],
  [
    /^spark\.kubernetes\.container\.image\.(pullSecrets)$/,
    (_, names) =>
      names.split(',').every((name) => name.trim() === '' || isObjectName(name.trim()))
        ? undefined
        : value('names of Secrets, separated by commas', names),
  ],
  [
    /^spark\.(ui\.port|connect\.grpc\.binding\.port)$/,
    (_, port) =>
      isPort(port) && !takenPorts.includes(port)
        ? undefined
        : value(`a port from 1024 to 65535, other than ${takenPorts.join(' and ')}`, port),
  ],
  [/^spark\.(driver)\.(?:extra|default)JavaOptions$/, javaOptions],
  [/^spark\.(executor)\.extraJavaOptions$/, javaOptions],
  [
    /^spark\.jars\.(packages)$/,
    (_, packages) =>
      packages.split(',').every((one) => /^\s*([^:/\s]+[:/][^:/\s]+[:/][^:/\s]+)?\s*$/.test(one))
        ? undefined
        : value('group:artifact:version, separated by commas', packages),
  ],
  [
    /^spark\.(local\.dir)$/,
    (_, folders) => {
      const all = folders.split(',');
      return all.every((folder) => isMountPath(folder) && !/\s$/.test(folder)) && new Set(all).size === all.length
        ? undefined
        : value('different absolute paths, separated by commas without blanks', folders);
    },
  ],
];

const isPort = (text: string): boolean => /^[1-9]\d{3,4}$/.test(text) && Number(text) >= 1024 && Number(text) <= 65535;

/** Ports that a driver and its service have already. */
const takenPorts = ['7078', '7079'];

const pullPolicies = ['Always', 'IfNotPresent', 'Never'];
const familyPolicies = ['SingleStack', 'PreferDualStack', 'RequireDualStack'];

/** Two volumes or Secrets of a pod at one place, which the API server refuses. */
export function mountProblems(conf: Readonly<Record<string, string>>, role: string): ConfProblem[] {
  const mount = new RegExp(`^spark\\.kubernetes\\.${role}\\.(volumes\\..*\\.mount\\.path|secrets\\.[^.]+)$`);
  const seen = new Map<string, string>();
  return Object.entries(conf).flatMap(([key, given]): ConfProblem[] => {
    if (!mount.test(key)) return [];
    const path = given.replace(/(?<=.)\/+$/, '');
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
