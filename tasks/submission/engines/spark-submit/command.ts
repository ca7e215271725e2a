// The command of bin/spark-submit in cluster mode, with its properties and files. Pure.
import { join } from 'node:path';
import type { Command, FileContent } from '../../../core/types.ts';
import type { Job } from '../../../jobs/job.ts';
import { shownProperties, withoutSecrets } from '../../../record/run-folder.ts';
import { propertiesText, sparkProperties } from '../../../spark/conf.ts';
import type { Pod } from '../../../spark/pod.ts';
import { executorTemplate } from '../../../spark/pod-security.ts';
import { driverProperties, verbatim } from '../../../spark/verbatim.ts';
import type { RunRequest } from '../../driver.ts';
import { driverTemplate, executorVolume, runLabels } from '../../driver.ts';
import type { RunObjects } from '../../run-objects.ts';
import { jobObjects } from '../../run-objects.ts';
import type { ClientSettings } from './client.ts';

/** What cluster mode sets itself, refuses as a property, or gets another way. */
const itsOwn = [
  'spark.app.id',
  'spark.app.submitTime',
  'spark.driver.host',
  'spark.driver.port',
  'spark.driver.blockManager.port',
  'spark.kubernetes.executor.podTemplateFile',
  'spark.kubernetes.resource.type',
  'spark.kubernetes.submitInDriver',
  'spark.master',
];

/** What of a run is ours to say: the driver is only a template, and what Spark makes beside it is left to Spark. */
export function sparkSubmitObjects(request: RunRequest): RunObjects {
  const { job, profile, image, names } = request;
  const properties = sparkProperties(job, profile, image, names);
  for (const key of itsOwn) delete properties[key];
  // It adds the program by itself, and takes an empty list for a file without a name.
  for (const key of ['spark.jars', 'spark.submit.pyFiles']) {
    const others = (properties[key] ?? '').split(',').filter((file) => file && file !== job.resource);
    if (others.length > 0) properties[key] = others.join(',');
    else delete properties[key];
  }
  return { properties, pod: driverTemplate(request, properties), beside: jobObjects(request) };
}

const lists = ['spark.jars', 'spark.files', 'spark.archives', 'spark.submit.pyFiles'];

/** What of a job it cannot bring: a file that the driver is to hand to executors it would look for on this machine. */
export function sparkSubmitProblems({ conf, lists: brought = {}, resource, type }: Job): string[] {
  const named = lists.flatMap((key) => [...(conf[key] ?? '').split(','), ...(brought[key] ?? [])]);
  const files = [...named, ...(type === 'java' ? [resource] : [])].filter((address) => address.startsWith('file:'));
  return files.length === 0
    ? []
    : [`--engine spark-submit ships a Python program and folders of modules, but no other files: ${files.join(', ')}`];
}

/** The driver's own file, which cluster mode would take for one of this machine by its other name. */
const inDriver = (resource: string): string => resource.replace(/^file:/, 'local:');

const propertiesIn = (folder: string): string => join(folder, 'spark.properties');

/** Its own client of the API server, in ms: ten seconds end requests of a machine that is busy or far away. */
const patientClient = {
  'spark.kubernetes.submission.requestTimeout': '60000',
  'spark.kubernetes.submission.connectionTimeout': '60000',
};

/** What it reads, in a folder that is there while it runs. */
export function sparkSubmitFiles(
  request: RunRequest,
  { properties, pod }: RunObjects,
  client: ClientSettings,
  folder: string,
): FileContent[] {
  const [driver, executor] = [join(folder, 'driver.json'), join(folder, 'executor.json')];
  const all = {
    ...patientClient,
    ...driverProperties(properties),
    ...client.properties,
    // We wait ourselves, and know better how it ended.
    'spark.kubernetes.submission.waitAppCompletion': 'false',
    'spark.kubernetes.driver.podTemplateFile': driver,
    'spark.kubernetes.executor.podTemplateFile': executor,
  };
  const template = executorTemplate(request.profile, properties, runLabels(request.names), executorVolume(request));
  const podFile = (path: string, content: Pod): FileContent => {
    const text = (manifest: Pod): string => JSON.stringify(manifest, null, 2);
    return { path, content: text(content), mode: 0o600, shown: text(withoutSecrets(content)) };
  };
  return [
    {
      path: propertiesIn(folder),
      content: propertiesText(all, request.names.id),
      mode: 0o600,
      shown: propertiesText(shownProperties(all), request.names.id),
    },
    podFile(driver, pod),
    podFile(executor, template),
    ...client.files,
  ];
}

/** Variables that would change what is submitted, or where to. */
export const disturbing = [
  'HADOOP_CONF_DIR',
  'YARN_CONF_DIR',
  'SPARK_LOCAL_DIRS',
  ...['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'NO_PROXY'].flatMap((name) => [name, name.toLowerCase()]),
];

/** The command, without those variables of `environment` that would disturb it and that it is not to get from `client`. */
export function sparkSubmitCommand(
  home: string,
  { job }: RunRequest,
  folder: string,
  client: ClientSettings,
  environment: NodeJS.ProcessEnv,
): Command {
  const unset = disturbing.filter((name) => environment[name] !== undefined && client.env[name] === undefined);
  return [
    'env',
    ...unset.flatMap((name) => ['-u', name]),
    join(home, 'bin', 'spark-submit'),
    '--properties-file',
    propertiesIn(folder),
    ...(job.type === 'java' ? ['--class', verbatim(job.mainClass)] : []),
    inDriver(job.resource),
    ...job.args.map(verbatim),
  ];
}

/** Its environment beside the client's; the folder of its configuration has none, for Spark would bring it into the driver. */
export const sparkSubmitEnv = (home: string, { user }: RunRequest, folder: string): Record<string, string> => ({
  SPARK_HOME: home,
  SPARK_CONF_DIR: join(folder, 'conf'),
  SPARK_USER: user,
});
