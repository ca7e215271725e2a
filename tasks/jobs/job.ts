// Combines a described job with the flags of the command line.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { usageFailure } from '../core/failure.ts';
import { pathsThatFit } from '../core/files/pattern.ts';
import { withHome } from '../core/paths.ts';
import type { Layer } from '../images/layer/layer.ts';
import type { KeyPath } from '../profile/keys.ts';
import type { SparkJob } from '../spark/job.ts';
import { localFileProblems, ownPathOf } from './conf-files.ts';
import type { JobData } from './data.ts';
import { isAddress, type ShippedPath, shipFiles } from './files.ts';
import { ownInputs } from './inputs.ts';
import type { Given } from './items.ts';
import type { Options } from './options.ts';
import type { ResultPatterns } from './result.ts';
import type { JobDescription } from './schema.ts';
import { findJob, type JobSource, jobsFolder } from './source.ts';
import type { Volumes } from './volumes.ts';
import { fileInZip } from './zip.ts';

/** One job, ready to be submitted. */
export interface Job extends SparkJob {
  mainClass: string;
  args: string[];
  /** The version of Spark it runs on where the profile names none. */
  spark?: string;
  /** Libraries it is made for and their versions, held against the version table. */
  needs?: Record<string, string>;
  /** Files to bring into the driver in a ConfigMap, by name. */
  files?: Record<string, string | Uint8Array>;
  /** Which of them stand in folders of modules, for driver and executors alike. */
  modules?: ShippedPath[];
  /** What goes on top of the Spark image. */
  layer?: Layer;
  /** What else its job.yaml says: the program's flags, its data, its claims, what came out. */
  options?: Options;
  data?: JobData;
  /** What it reads, in a word of --data, if its job.yaml says no more. */
  dataName?: string;
  volumes?: Volumes;
  result?: ResultPatterns;
  /** Where the driver has files of this machine that arguments name, by their paths here. */
  inputs?: Record<string, string>;
  /** The path of a program that looks at the arguments beforehand. */
  check?: string;
}

/** What the command line adds to a job, in spark-submit's words; lists are separated by commas. */
export interface JobFlags {
  class?: string | undefined;
  pyFiles?: string | undefined;
  jars?: string | undefined;
  packages?: string | undefined;
  /** Path of a requirements file. */
  requirements?: string | undefined;
}

/** What Spark runs for a Python program. */
const pythonRunner = 'org.apache.spark.deploy.PythonRunner';

/**
 * Reads the job that `words` name: a job or a path, then its arguments. Only reads; a usage Failure says what is wrong
 * with it.
 */
export function readJob(words: readonly string[], flags: JobFlags = {}, jobs = jobsFolder): Job {
  const [word = '', ...args] = words;
  const source = findJob(word, jobs);
  const { name, description, label } = source;
  const { conf, env, secrets, executors, needs, spark, options, data, volumes, result, check } = description;
  verifyConf(source);
  const main = givenAt(source, description.main, ['main']);
  const shipped = shipFiles({
    main,
    pyFiles: [...modulesOf(source, main), ...givenBy('--py-files', flags.pyFiles)],
    jars: [...givenIn(source, 'jars'), ...givenBy('--jars', flags.jars)],
    files: givenIn(source, 'files'),
    inputs: ownInputs(options, args),
  });
  const layer = {
    files: shipped.layer.files,
    pip: [...description.packages.pip, ...requirementFiles(source, flags), ...shipped.layer.pip],
    maven: [...description.packages.maven, ...listed(flags.packages)],
  };
  const isJar = main.path.endsWith('.jar');
  return {
    name,
    type: isJar ? 'java' : 'python',
    resource: shipped.main,
    mainClass: isJar ? jarClass(source, main, flags.class) : pythonClass(description, label, flags.class),
    args: args.length > 0 ? args : description.args,
    conf: {
      ...conf,
      ...(executors === undefined ? {} : { 'spark.executor.instances': `${executors}` }),
      ...variables(env, secrets),
    },
    needs,
    ...(spark ? { spark } : {}),
    ...(Object.keys(shipped.files).length > 0 ? { files: shipped.files } : {}),
    ...(shipped.paths.length > 0 ? { modules: shipped.paths } : {}),
    ...(Object.keys(shipped.lists).length > 0 ? { lists: shipped.lists } : {}),
    ...(Object.values(layer).some((list) => list.length > 0) ? { layer: { ...layer, pipFolder: source.folder } } : {}),
    ...(options ? { options } : {}),
    ...(typeof data === 'string' ? { dataName: data } : data ? { data } : {}),
    ...(volumes ? { volumes } : {}),
    ...(result ? { result } : {}),
    ...(Object.keys(shipped.inputs).length > 0 ? { inputs: shipped.inputs } : {}),
    ...(check ? { check: resolve(source.folder, check) } : {}),
  };
}

function verifyConf({ description: { conf, env }, folder, label }: JobSource): void {
  const named = [
    ...Object.entries(conf).map(([key, value]) => ({ at: ['conf', key], key, value })),
    ...Object.entries(env).map(([name, value]) => ({ at: ['env', name], key: `spark.executorEnv.${name}`, value })),
  ];
  for (const { at, key, value } of named)
    for (const problem of localFileProblems(key, value, folder)) throw usageFailure(`${label(at)}: ${problem}`);
}

const listed = (text = ''): string[] =>
  text
    .split(',')
    .map((word) => word.trim())
    .filter(Boolean);

/** An address of a file here is its path: the driver could not read it. */
const placeOf = (path: string, folder = process.cwd()): string =>
  ownPathOf(path) ?? (isAddress(path) ? path : resolve(folder, withHome(path)));

const givenAt = ({ folder, label }: JobSource, path: string, at: KeyPath): Given => ({
  path: placeOf(path, folder),
  label: label(at, path),
});

/** What a pattern of files names, which a shell leaves to the program where it stands behind `=` or in a list. */
function eachOf(given: Given): Given[] {
  const fitting = isAddress(given.path) || existsSync(given.path) ? [] : pathsThatFit(given.path);
  return fitting.length === 0 ? [given] : fitting.map((path) => ({ ...given, path }));
}

const givenIn = (source: JobSource, key: 'pyFiles' | 'jars' | 'files'): Given[] =>
  source.description[key].flatMap((path, i) => eachOf(givenAt(source, path, [key, i])));

/** The job's folder may be among them, with the program in it. */
const modulesOf = (source: JobSource, main: Given): Given[] =>
  givenIn(source, 'pyFiles').map((given) => ({
    ...given,
    isProgram: given.path === source.folder && given.path === dirname(main.path),
  }));

const givenBy = (flag: string, list: string | undefined): Given[] =>
  listed(list).flatMap((path) => eachOf({ path: placeOf(path), label: `${flag} ${path}` }));

/** As lines of a requirements file that name others. */
function requirementFiles(source: JobSource, flags: JobFlags): string[] {
  const { requirements } = source.description.packages;
  const given = [
    ...(requirements ? [givenAt(source, requirements, ['packages', 'requirements'])] : []),
    ...(flags.requirements !== undefined
      ? [{ path: placeOf(flags.requirements), label: `--requirements ${flags.requirements}` }]
      : []),
  ];
  if (flags.requirements === '') throw usageFailure('--requirements: expected the path of a file');
  for (const { path, label } of given) if (!existsSync(path)) throw usageFailure(`${label}: not found`);
  return given.map(({ path }) => `-r ${path}`);
}

/** Variables of driver and executors; those from Secrets by reference. */
const variables = (env: JobDescription['env'], secrets: JobDescription['secrets']): Record<string, string> =>
  Object.fromEntries([
    ...Object.entries(env).flatMap(([name, value]) => [
      [`spark.kubernetes.driverEnv.${name}`, value],
      [`spark.executorEnv.${name}`, value],
    ]),
    ...Object.entries(secrets).flatMap(([name, { secret, key }]) =>
      ['driver', 'executor'].map((role) => [`spark.kubernetes.${role}.secretKeyRef.${name}`, `${secret}:${key}`]),
    ),
  ]);

function pythonClass({ class: named }: JobDescription, label: JobSource['label'], flag: string | undefined): string {
  if (flag) throw usageFailure(`--class ${flag}: a Python program has no main class`);
  if (named) throw usageFailure(`${label(['class'])}: a Python program has no main class`);
  return pythonRunner;
}

function jarClass({ description, label }: JobSource, main: Given, flag: string | undefined): string {
  const found = flag ?? description.class ?? (isAddress(main.path) ? undefined : manifestClass(main));
  if (found) return found;
  throw usageFailure(
    `${label(['class'])}: a jar needs the name of its main class`,
    'name it: --class, or class in job.yaml',
  );
}

/** https://docs.oracle.com/en/java/javase/17/docs/specs/jar/jar.html#main-attributes */
function manifestClass({ path, label }: Given): string | undefined {
  try {
    const manifest = fileInZip(readFileSync(path), 'META-INF/MANIFEST.MF');
    // A line that begins with a blank continues the one before.
    const text = manifest && new TextDecoder().decode(manifest).replaceAll(/(?:\r\n|\r|\n) /g, '');
    return text && /^Main-Class:[ \t]*(\S+)/m.exec(text)?.[1];
  } catch {
    throw usageFailure(`${label}: not a jar`);
  }
}
