// Finds properties that name files of this machine, which a driver cannot read.
import { existsSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { isAbsolute, resolve, sep } from 'node:path';
import { pathsThatFit } from '../core/files/pattern.ts';
import { homeFolder, withHome } from '../core/paths.ts';
import type { Profile } from '../profile/schema.ts';

const inJobYaml = 'list it under files in job.yaml';
const inSecret = 'put it in a Secret and mount the Secret with spark.kubernetes.driver.secrets';

/** Properties that list files, and what brings such of this machine. */
const bringing: Readonly<Record<string, string>> = {
  'spark.files': inJobYaml,
  'spark.jars': 'add it with --jars',
  'spark.submit.pyFiles': 'add it with --py-files',
  'spark.archives': 'add packages with --requirements',
};

/** Properties with a path of the pod, which may as well be one of this machine: what separates several, and what brings such. */
const placing: readonly [keys: RegExp, separator: RegExp | undefined, cure: string][] = [
  // A comma is none for Java, but often meant as one.
  [/^spark\.(?:driver|executor)\.extraClassPath$/, /[:,]/, 'add it with --jars'],
  [/^spark\.(?:driver|executor)\.extraLibraryPath$/, /:/, inJobYaml],
  [/^spark\.pyspark\.(?:driver\.)?python$/, undefined, 'add packages with --requirements'],
  [/^spark\.(?:metrics\.conf|scheduler\.allocation\.file|jars\.ivySettings)$/, undefined, inJobYaml],
  [/^spark\.sql\.hive\.metastore\.jars(?:\.path)?$/, /[:,](?!\/\/)/, inJobYaml],
  [/^spark\.(?:ssl\.(?:.*\.)?(?:keyStore|trustStore)|kerberos\.keytab|.*\.json\.keyfile)$/, undefined, inSecret],
];

/** The same of variables, by their names. */
const placingVariables: typeof placing = [
  [/^PYTHONPATH$/, /:/, 'add it with --py-files'],
  [/^(?:SPARK_(?:DIST_|EXTRA_)?)?CLASSPATH$/, /:/, 'add it with --jars'],
  [/^LD_LIBRARY_PATH$|^(?:HADOOP|YARN|HIVE|SPARK)_CONF_DIR$/, /:/, 'list its files under files in job.yaml'],
  [/^LD_PRELOAD$/, /[:\s]/, inJobYaml],
  [/(?:^|_)(?:CONFIG|CONF|SETTINGS)(?:_?FILE|_?PATH)?$/, undefined, inJobYaml],
  [/^PYSPARK_(?:DRIVER_)?PYTHON$/, undefined, 'add packages with --requirements'],
  [/(?:CREDENTIALS|KEYTAB|KEY|CERT|CA_BUNDLE|TOKEN)(?:_?FILE|_?PATH|_DIR)?$|^KRB5|^KUBECONFIG$/, undefined, inSecret],
];

const variable = /^spark\.(?:executorEnv|kubernetes\.driverEnv)\.(.*)$/;

/** Properties whose values may look like a path here and mean another, or nothing on Kubernetes. */
const elsewhere = /^spark\.(?:app\.name$|yarn\.|mesos\.|kubernetes\.(?:driver|executor)\.volumes\.)/;

/** What of any other property belongs into a Secret. */
const ofKeys = /(?:key|trust)-?store|keytab|key-?file|private-?key|cert|secret|credential/i;

/** Properties by which Spark's own client hands files of this machine over; the native engine takes none of them. */
const ofClient =
  /^spark\.(?:kerberos\.keytab|kubernetes\.(?:kerberos\.krb5\.path|authenticate\.driver\.\w+File|scheduler\.volcano\..*File))$/;

/** Options of a JVM; a word such as -javaagent:FILE=OPTIONS or -Dlog4j2.configurationFile=FILE names a file. */
const javaOptions =
  /^spark\.(?:(driver|executor)\.(?:extra|default)JavaOptions|(?:kubernetes\.(driver)|(executor))Env\.(?:_JAVA|JAVA_TOOL|JDK_JAVA)_OPTIONS)$/;
const namedFile = /^-(?:javaagent:|agentpath:|Xbootclasspath\/[ap]:|XX:(?:Flags|VMOptionsFile)=|D[^=]+=)([^=]+)/;

/** The words of options, without the quotes that a shell or Spark takes away. */
const wordsOf = (options: string): string[] =>
  (options.match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? []).map((word) => word.replaceAll(/["']/g, ''));

/** What a JVM opens at its start, by a relative path as well: files of the job come into its folder later. */
const opensAtStart = /^-(?:javaagent|agentpath|Xbootclasspath|Dlog4j2?\.configuration)/;

/** The files that options of a JVM name, by their path. */
const filesOfOptions = (options: string): string[] =>
  wordsOf(options).flatMap((word) => {
    const file = (namedFile.exec(word)?.[1] ?? '').replace(/^file:(?!\/)/i, '');
    const path = pathOf(file);
    return path !== undefined && (isAbsolute(path) || opensAtStart.test(word)) ? [file] : [];
  });

/** A file that the driver would look for in vain, why, and how to name another; `cure` is what brings it to a job. */
interface UnreadFile {
  file: string;
  why: string;
  cure: string;
  next: string;
}

const inImage = 'name a path in the image';

/** What of such a property the driver would look for in vain; paths are taken from this folder on. */
function unreadFiles(key: string, value: string, folder: string): UnreadFile[] {
  const cure = bringing[key];
  if (cure)
    return value
      .split(',')
      .map((one) => one.trim())
      .flatMap((file) => {
        const why = whyNotRead(file.replace(/#.*$/, ''), folder);
        return why ? [{ file, why, cure, next: 'name an address: https://…, or local:///… in the image' }] : [];
      });
  const role = javaOptions.exec(key)?.slice(1).find(Boolean);
  if (role)
    return filesOfOptions(value)
      .filter((one) => isOwnFile(one, folder))
      .map((file) => ({ file, why: unread, cure: inSecret.replace('driver', role), next: inImage }));
  const name = variable.exec(key)?.[1];
  const [, separator, way] = (name ? placingVariables : placing).find(([keys]) => keys.test(name ?? key)) ?? [];
  if (way !== undefined)
    return (
      (separator ? value.split(separator) : [value])
        .map((one) => one.trim())
        // A variable is read in the pod's folder, which has the job's files by their names.
        .filter((one) => isOwn(one, folder) && (!name || isAbsolute(pathOf(one) ?? '')))
        .map((file) => ({ file, why: unread, cure: way, next: inImage }))
    );
  const file = value.trim();
  if (name || elsewhere.test(key) || !isAbsolute(pathOf(file) ?? '') || !isOwnFile(file, folder)) return [];
  return [{ file, why: unread, cure: ofKeys.test(key) ? inSecret : inJobYaml, next: inImage }];
}

/** What of such a property the driver of a job would look for in vain, a line each, with what brings it. */
export const localFileProblems = (key: string, value: string, folder = process.cwd()): string[] =>
  ofClient.test(key)
    ? []
    : unreadFiles(key, value, folder).map(({ file, why, cure, next }) => `${file}: ${why}; ${cure}, or ${next}`);

/** The same of the profile's properties for a driver that no job brings files to, such as that of a notebook server. */
export const serverFileProblems = ({ spark: { conf } }: Profile): string[] =>
  Object.entries(conf).flatMap(([key, value]) =>
    unreadFiles(key, value, process.cwd()).map(({ file, why, next }) => `spark.conf.${key}: ${file}: ${why}; ${next}`),
  );

const unread = 'the driver cannot read files of this machine';

/** Why the driver finds no file there. Spark takes a path, or an address; `file:/x` is the path `/x`. */
function whyNotRead(address: string, folder: string): string | undefined {
  const path = pathOf(address);
  if (path === undefined) return undefined;
  if (isHere(resolve(folder, path))) return unread;
  return isAbsolute(path) && !address.startsWith('~') ? undefined : 'not found on this machine';
}

/** The path of a file here that an address such as `file:///home/ada/a.jar` means; undefined for any other word. */
export function ownPathOf(address: string): string | undefined {
  const path = /^file:/i.test(address) ? pathOf(address) : undefined;
  return path !== undefined && existsSync(path) ? path : undefined;
}

/** The path that an address of a file means, or of Hadoop's store of keys in one; undefined for none, and for an address elsewhere. */
function pathOf(given: string): string | undefined {
  const address = given.replace(/^(?:local)?(?:bc)?jceks:\/\/file(?=\/)/i, 'file://');
  const [, host = '', rest] = /^file:(?:\/\/([^/]*))?(\/.*)$/i.exec(address) ?? [];
  if (rest !== undefined) return ['', 'localhost'].includes(host) ? unescaped(rest) : undefined;
  if (address === '' || /^[a-z][\w+.-]*:/i.test(address)) return undefined;
  return withHome(address);
}

/** In addresses alone a blank is `%20`. */
function unescaped(path: string): string {
  try {
    return existsSync(path) ? path : decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** Whether there is such a file, or one that fits `*` and its like in the path's last part. */
const isHere = (path: string): boolean => existsSync(path) || pathsThatFit(path).length > 0;

/** Whether a path that may also be one of the image is surely meant here: below the home, the job or where temporary files are. */
function isOwn(path: string, folder: string): boolean {
  const full = path === '' ? undefined : pathOf(path);
  if (full === undefined) return false;
  const here = resolve(folder, full.replace(/\/\*$/, ''));
  const owners = [homeFolder(), folder, tmpdir()].filter((one) => one !== sep);
  return isHere(here) && owners.some((one) => here.startsWith(`${one}${sep}`));
}

/** The same of a file alone. */
const isOwnFile = (path: string, folder: string): boolean =>
  isOwn(path, folder) && (statSync(resolve(folder, pathOf(path) ?? ''), { throwIfNoEntry: false })?.isFile() ?? false);
