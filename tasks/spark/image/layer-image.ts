// The image of a job: a Dockerfile of what it brings, and the commands that build it on the Spark image without a network.
import { imageArchive } from '../../lib/paths.ts';
import type { Command } from '../../lib/types.ts';
import { sparkUid } from './image.ts';

/** Where the image has what a job brings. A volume at /opt/spark/job itself would hide it. */
export const layerPlaces = {
  /** On PYTHONPATH. */
  python: '/opt/spark/job/python',
  /** On the class path of drivers and executors, behind Spark's own jars. */
  jars: '/opt/spark/job/jars',
  files: '/opt/spark/job/files',
} as const;

/** The folder of these places. */
export const jobFolder = '/opt/spark/job';

/** What the build's folder has: `python`, `jars`, `job`, and `other/N` for what goes to the N-th of these places. */
export interface Parts {
  python: boolean;
  jars: boolean;
  /** Something goes below the job's folder. */
  job: boolean;
  /** Places elsewhere, by the copy that goes there. */
  others: { copy: string; to: string }[];
  /** Modules of the job's own are where packages are. */
  modules: boolean;
  /** Jars of the job's own are where fetched ones are. */
  ownJars: boolean;
}

/**
 * What changes least comes first. Spark takes both variables from the environment: PYTHONPATH in PythonRunner and
 * PythonWorkerFactory, SPARK_DIST_CLASSPATH in the launcher of the driver and in our entrypoint.
 */
export function dockerfile(from: string, parts: Parts): string {
  const copy = (source: string, to: string) => `COPY ${JSON.stringify([source, to])}`;
  const before = (name: string, path: string) => `ENV ${name}=${path}\${${name}:+:$${name}}`;
  // Compiled by the image's own Python: its user could not keep what each start compiles. No job imports a package's tests.
  const compile = `python3 -W ignore -m compileall -q -j 0 -x /tests/ --invalidation-mode unchecked-hash ${layerPlaces.python}`;
  return [
    `FROM ${from}`,
    'USER 0',
    ...(parts.python ? [copy('python', layerPlaces.python), `RUN ${compile} || :`] : []),
    ...(parts.jars ? [copy('jars', layerPlaces.jars)] : []),
    ...parts.others.map((other) => copy(other.copy, other.to)),
    ...(parts.job ? [copy('job', jobFolder)] : []),
    ...(parts.python || parts.modules ? [before('PYTHONPATH', layerPlaces.python)] : []),
    ...(parts.jars || parts.ownJars ? [before('SPARK_DIST_CLASSPATH', `${layerPlaces.jars}/*`)] : []),
    `USER ${sparkUid}`,
    '',
  ].join('\n');
}

/** Brings an image that was built here into the engine, unless it is there. */
export const presentCommand = (image: string): Command => [
  'sh',
  '-c',
  'docker image inspect "$0" >/dev/null 2>&1 || docker load --input "$1"',
  image,
  imageArchive(image),
];

/** Builds `image` on `from` in the folder `work`, and writes the archive. */
export const layerBuildCommands = (from: string, image: string, work: string, archive: string): Command[] => [
  presentCommand(from),
  // An engine of buildx that is not Docker itself does not see the Spark image.
  ['env', 'BUILDX_BUILDER=default', 'docker', 'build', '--network', 'none', '--tag', image, work],
  ['docker', 'save', '--output', archive, image],
  // A private engine runs as root; the cache is its user's.
  ['chown', `${process.getuid?.()}:${process.getgid?.()}`, archive],
];
