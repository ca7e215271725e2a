// Checks properties of volumes, as Spark and the API server would: spark.kubernetes.ROLE.volumes.TYPE.NAME.SETTING.
import { didYouMean } from '../core/nearest.ts';
import type { Rule } from './name-forms.ts';
import { isMountPath, isObjectName, isVolumeName, mountPathForm, value } from './name-forms.ts';

/** The settings of every volume, and those of each type. */
const mountSettings = ['mount.path', 'mount.readOnly', 'mount.subPath', 'mount.subPathExpr'];
const ownSettings: Readonly<Record<string, readonly string[]>> = {
  emptyDir: ['options.medium', 'options.sizeLimit'],
  hostPath: ['options.path', 'options.type'],
  nfs: ['options.server', 'options.path'],
  persistentVolumeClaim: ['options.claimName', 'options.storageClass', 'options.sizeLimit'],
};

const quantityForm = /^\+?(\d+(\.\d*)?|\.\d+)(m|k|[KMGTPE]i?|[eE]\d+)?$/;
const hostPathTypes = [
  ...['Directory', 'DirectoryOrCreate', 'File', 'FileOrCreate'],
  ...['Socket', 'CharDevice', 'BlockDevice'],
];

const key = (expected: string, got: string) => ({ ...value(expected, got), at: 'key' as const });

const of = (type: string, setting: string): RegExp =>
  new RegExp(`^spark\\.kubernetes\\.(?:driver|executor)\\.volumes\\.${type}\\.[^.]+\\.(${setting})$`);
const any = '[^.]+';

/** Takes values of this form alone. */
const form =
  (expected: string, isValid: (given: string) => boolean): Rule =>
  (_, given) =>
    isValid(given) ? undefined : value(expected, given);

const settings: Rule = (words) => {
  const [, type = '', name, setting = ''] = /^([^.]+)(?:\.([^.]*)(?:\.(.*))?)?$/.exec(words) ?? [];
  const own = ownSettings[type];
  if (!own) return key(`a type of volume, ${Object.keys(ownSettings).join(', ')}`, type);
  if (name === undefined || !isVolumeName(name))
    return key('a volume\'s name, at most 63 lower-case letters, digits and "-"', name ?? '');
  const known = [...mountSettings, ...own];
  if (known.includes(setting) || (type === 'persistentVolumeClaim' && /^(label|annotation)\../.test(setting)))
    return undefined;
  const problem = key(`a setting of the volume, ${known.join(', ')}`, setting);
  return { ...problem, message: `${problem.message}${didYouMean(setting, known)}` };
};

/** What each property of a volume has to be like. */
export const volumeRules: readonly [keys: RegExp, rule: Rule][] = [
  [/^spark\.kubernetes\.(?:driver|executor)\.volumes\.(.*)$/, settings],
  [of(any, 'mount\\.path'), form(mountPathForm, isMountPath)],
  [
    of(any, 'mount\\.subPath'),
    form('a path below the volume', (path) => !path.startsWith('/') && !path.split('/').includes('..')),
  ],
  [of(any, 'mount\\.readOnly'), form('true or false', (given) => /^(true|false)$/i.test(given))],
  [of(any, 'options\\.sizeLimit'), form('a quantity such as 500Mi or 10Gi', (size) => quantityForm.test(size))],
  [of('emptyDir', 'options\\.medium'), form('Memory', (medium) => /^(Memory|HugePages(-.+)?)?$/.test(medium))],
  [
    of('(?:hostPath|nfs)', 'options\\.path'),
    form('an absolute path without ".."', (path) => path.startsWith('/') && !path.split('/').includes('..')),
  ],
  [of('hostPath', 'options\\.type'), form(hostPathTypes.join(', '), (type) => ['', ...hostPathTypes].includes(type))],
  [
    of('persistentVolumeClaim', 'options\\.claimName'),
    form(
      'the name of a claim',
      (claim) => claim.includes('OnDemand') || isObjectName(claim.replaceAll('SPARK_EXECUTOR_ID', 'x')),
    ),
  ],
  [of('persistentVolumeClaim', 'options\\.storageClass'), form('the name of a storage class', isObjectName)],
];
