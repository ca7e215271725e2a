// A session: its names, its sizes and its properties. Pure but for its programs.
import { readFileSync } from 'node:fs';
import { projectPath } from '../core/paths.ts';
import type { Job } from '../jobs/job.ts';
import { sparkProperties } from '../spark/conf.ts';
import { numExecutorsProblems } from '../spark/num-executors.ts';
import { newRunId, type RunNames, runNames } from '../spark/run-names.ts';
import type { RunRequest } from '../submission/driver.ts';
import { kindOf } from './kinds.ts';

/** What the command line says of a session. */
export interface SessionFlags {
  /** The application's name, which the names of its executors begin with. */
  name?: string | undefined;
  numExecutors?: string | undefined;
}

/** What of these flags makes no sense. */
export const sessionProblems = ({ name, numExecutors }: SessionFlags): string[] => [
  ...numExecutorsProblems(numExecutors),
  ...(name === undefined || /\w/.test(name) ? [] : [`--name ${name}: expected a letter or digit in it`]),
];

/** The files of docker/shell/ that a driver in a pod has. */
const programs = ['keeper.py', 'run.py', 'session.clj'];

export const programsFolder = (): string => projectPath('docker', 'shell');

export const readProgram = (name: string): string => readFileSync(projectPath('docker', 'shell', name), 'utf8');

/** What stands for an application in the words of submission. */
export function sessionJob(kind: string, { name = kind }: SessionFlags): Job {
  const { type, conf } = kindOf(kind);
  return {
    name,
    type,
    conf: { ...conf, 'spark.app.name': name },
    // Spark's word for a program that is a part of Spark.
    resource: 'spark-internal',
    mainClass: '',
    args: [],
    files: Object.fromEntries(programs.map((program) => [program, readProgram(program)])),
  };
}

export const sessionNames = (job: Job): RunNames => runNames(newRunId(job.name));

/** What makes a run's properties those of a driver in client mode. */
const clientMode: Record<string, string | undefined> = {
  'spark.submit.deployMode': 'client',
  'spark.kubernetes.driver.service.deleteOnTermination': 'false',
  'spark.submit.pyFiles': undefined,
  'spark.jars': undefined,
  'spark.kubernetes.resource.type': undefined,
  'spark.kubernetes.submitInDriver': undefined,
};

/** Properties of a driver in client mode that every place of it has; those of `own` that are undefined are left out. */
export function clientProperties(
  { job, profile, image, names }: RunRequest,
  own: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const { 'spark.jars': jars, ...properties } = sparkProperties(job, profile, image, names);
  const others = (jars ?? '').split(',').filter((jar) => jar && jar !== job.resource);
  const all = {
    ...properties,
    ...clientMode,
    ...(others.length > 0 ? { 'spark.jars': others.join(',') } : {}),
    ...own,
  };
  return Object.fromEntries(Object.entries(all).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])));
}
