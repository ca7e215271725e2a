// Completes a job with its data, its volumes and the program's own flags.

import { jarStorage } from '../images/layer/hadoop.ts';
import type { Layer } from '../images/layer/layer.ts';
import type { Profile } from '../profile/schema.ts';
import { executorCount } from '../spark/conf.ts';
import { elasticProperties } from '../spark/elastic.ts';
import type { Step, Tool } from '../steps/types.ts';
import type { DataPlan, DataPut, JobData } from './data.ts';
import { planData } from './data.ts';
import { planInputs } from './inputs.ts';
import type { Job } from './job.ts';
import type { Options } from './options.ts';
import { givenFlags, isRemote, longFlag, optionProblems, plainPath, withDefaults } from './options.ts';
import { ensureClaims, volumeFolders, volumesConf } from './volumes.ts';
import { dataVariable, planWay } from './ways.ts';

/** A job ready to run, and what has to be there before. */
export interface JobPlan {
  job: Job;
  /** The same job with the cores that a profile's Spark properties give it. Reads nothing. */
  jobOn(profile: Profile): Job;
  /** Fetch what goes into its layer. */
  fetch: Step[];
  /** Look for what has to be in the cluster, before anything long is begun. */
  look: Step[];
  /** Make the claims it keeps files on. */
  claims: Step[];
  /** What of this machine that takes. */
  tools: Tool[];
  /** Lines for the user. */
  notes: string[];
  /** What cannot work, a line each. */
  problems: string[];
  /** The arguments with their defaults, naming files by their paths on this machine. */
  typed: string[];
  /** A folder of this machine that its pods are to have. */
  hostFolder?: string | undefined;
  /** Data that is to be in the cluster before the run. */
  put?: DataPut | undefined;
}

/** Plans a job on a profile; `asked` is what `--data` says. Only reads. */
export function planJob(job: Job, profile: Profile, asked?: string): JobPlan {
  const { data: found, problems } = dataOf(job, profile, asked);
  const volumes = job.volumes ?? {};
  const inputs = planInputs(job, profile.namespace);
  const conf = {
    ...(found ? dataVariable(found.path) : {}),
    ...job.conf,
    ...volumesConf(volumes),
    ...inputs.conf,
    ...found?.conf,
  };
  const storage = jarStorage(profile);
  const layered = {
    ...job,
    ...((found && found.files.length > 0) || storage ? { layer: { ...withFiles(job, found), storage } } : {}),
    ...(found && job.data && !job.data.option ? { lists: withData(job.lists, job.data, found) } : {}),
  };
  const option = job.data?.option;
  const args = found && option ? [...inputs.args, longFlag(option), found.path] : inputs.args;
  const jobOn = (on: Profile): Job => {
    const { withCores } = coresOn(on, conf);
    return {
      ...layered,
      args: withDefaults(optionsOf(job, withCores), args),
      conf: Object.fromEntries(Object.entries(conf).map(([key, value]) => [key, withCores(value)])),
    };
  };
  const { cores, properties, withCores } = coresOn(profile, conf);
  const options = optionsOf(job, withCores);
  const facts = { cores, volumes: volumeFolders(properties) };
  return {
    job: jobOn(profile),
    jobOn,
    fetch: found?.bring ?? [],
    look: [...inputs.look, ...(found?.look ?? [])],
    claims: Object.values(volumes).some(({ perExecutor }) => !perExecutor)
      ? [ensureClaims(volumes, profile.namespace)]
      : [],
    tools: found?.tools ?? [],
    notes: found ? [found.shown] : [],
    problems: [...problems, ...inputs.problems, ...optionProblems(options, job.args, facts)].map(
      (problem) => `job ${job.name}: ${problem}`,
    ),
    typed: withDefaults(options, job.args),
    hostFolder: found?.hostFolder,
    put: found?.put,
  };
}

/** The Spark properties of a job on a profile, the cores of all its executors, and a text with their number filled in. */
function coresOn(profile: Profile, conf: Readonly<Record<string, string>>) {
  const properties = { ...elasticProperties(profile, conf), ...conf, ...profile.spark.conf };
  const cores = executorCount(properties) * Number(properties['spark.executor.cores'] ?? 1);
  const withCores = (text: string): string => text.replaceAll('${cores}', `${cores}`);
  return { properties, cores, withCores };
}

/** The flags with their defaults; the one for data is one of the program's, and filled in here. */
function optionsOf({ options, data }: Job, withCores: (text: string) => string): Options | undefined {
  if (!options) return undefined;
  const filled = Object.entries(options).map(([key, option]): [string, Options[string]] =>
    typeof option.default === 'string' ? [key, { ...option, default: withCores(option.default) }] : [key, option],
  );
  const own: Options = data?.option ? { [data.option]: { type: 'text', about: 'where its data is' } } : {};
  return { ...Object.fromEntries(filled), ...own };
}

const withFiles = ({ layer }: Job, found: DataPlan | undefined): Layer => ({
  pip: [],
  maven: [],
  ...layer,
  files: [...(layer?.files ?? []), ...(found?.files ?? [])],
});

/** Spark puts its files into the current folder of driver and executors. */
const withData = (lists: Job['lists'], { files }: JobData, { path }: DataPlan): Job['lists'] => ({
  ...lists,
  'spark.files': [...(lists?.['spark.files'] ?? []), ...Object.keys(files).map((name) => `file://${path}/${name}`)],
});

const noData = ({ name }: Job, asked: string): string =>
  `--data ${asked}: the program itself reads this flag; write it behind --: firesteel submit ${name} -- --data ${asked}`;

/** The job's data, or what is wrong with what was requested; neither if the program gets an address to read from. */
function dataOf(job: Job, profile: Profile, asked?: string): { data?: DataPlan; problems: string[] } {
  if (!job.data) {
    const word = asked ?? job.dataName;
    if (word === undefined) return { problems: [] };
    if (Object.hasOwn(job.options ?? {}, '--data')) return { problems: [noData(job, word)] };
    const found = planWay(profile, word);
    return 'plan' in found ? { data: found.plan, problems: [] } : found;
  }
  const { option } = job.data;
  const asOption: Options = option ? { [option]: { type: 'text', about: '' } } : {};
  const own = givenFlags(asOption, job.args).given.find(({ key }) => key !== undefined);
  if (own && asked !== undefined)
    return { problems: [`${own.flag}: --data already sets the path of the data; use only one of them`] };
  if (own && isRemote(own.value ?? '')) return { problems: [] };
  if (own)
    return {
      problems: [
        `${own.flag} ${own.value ?? ''}: expected an address such as hdfs://…; for a folder or a data set: --data ${plainPath(own.value ?? '') || job.data.sets[0]}`,
      ],
    };
  const planned = planData(job.data, profile.namespace, asked);
  return 'plan' in planned ? { data: planned.plan, problems: [] } : planned;
}
