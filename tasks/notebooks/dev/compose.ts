// The dev stack as containers: a file for Docker Compose as an object, and its commands.
import { join } from 'node:path';
import type { Command, Exec, FileContent } from '../../core/types.ts';
import { layerPlaces } from '../../images/layer/image.ts';
import { labCommand, notebookPip, type PipSettings, pipProgram } from '../pip-settings.ts';
import { applications, commonVariables, hostsOf, jupyterVariables, masterAddress } from './settings.ts';
import { type Stack, stackPath } from './stack.ts';

/** Which Compose is there: v2 as plugin or program, or the older one in Python. */
export interface Compose {
  words: Command;
  isOld: boolean;
}

/** Finds Docker Compose; undefined if there is none. Only reads. */
export async function findCompose(read: Exec): Promise<Compose | undefined> {
  for (const words of [['docker', 'compose'], ['docker-compose']] as Command[]) {
    const version = (await read([...words, 'version', '--short']).catch(() => '')).trim().replace(/^v/, '');
    if (/^\d+\.\d/.test(version)) return { words, isOld: version.startsWith('1.') };
  }
  return undefined;
}

/** Stacks of several users of one engine are apart. */
const projectName = (uid = process.getuid?.() ?? 0): string => `firesteel-dev-${uid}`;

/** One container each. */
export const serviceNames = ['master', 'worker', 'lab'] as const;

export const composeFile = (): string => stackPath('compose.json');

/** Who the containers run as. */
export interface Owner {
  uid: number;
  gid: number;
}

/** Compose puts variables in place of `$` wherever it stands. */
const escaped = (value: unknown): unknown => JSON.parse(JSON.stringify(value).replaceAll('$', '$$$$'));

/** What pip's own files are in, in the stack's folder. */
const authoritiesFile = (): string => stackPath('authorities.pem');
const programFolder = (): string => stackPath('bin');
const userBase = (): string => stackPath('python');

/** What is installed in a notebook goes where the worker finds it, too. */
const containerVariables = (pip: PipSettings, { uid }: Owner): Record<string, string> => ({
  ...commonVariables(),
  ...notebookPip(userBase(), pip, authoritiesFile(), { isRoot: uid === 0 }),
});

/** Files by which pip works in the containers. */
export const pipFiles = ({ authorities }: PipSettings): FileContent[] => [
  ...['pip', 'pip3'].map((name) => ({ path: join(programFolder(), name), content: pipProgram, mode: 0o755 })),
  ...(authorities ? [{ path: authoritiesFile(), content: authorities, mode: 0o644 }] : []),
];

/**
 * The file for compose. All see the same folders under the same paths as the host does. Version 2.4 is the last that the
 * older Compose knows all of this in. https://docs.docker.com/reference/compose-file/
 */
export function composeObject(
  stack: Stack,
  image: string,
  own: { owner: Owner; cores: number; isOld: boolean; pip: PipSettings },
): Record<string, unknown> {
  const { notebooks, ports } = stack;
  const hosts = hostsOf(stack);
  const { uid, gid } = own.owner;
  const sparkClass = '/opt/spark/bin/spark-class';
  const service = (more: Record<string, unknown>) => ({
    image,
    user: `${uid}:${gid}`,
    // The home of Spark's user is open to this group.
    group_add: ['0'],
    security_opt: ['no-new-privileges:true'],
    ...(uid === 0 ? {} : { cap_drop: ['ALL'] }),
    labels: { 'app.kubernetes.io/managed-by': 'firesteel' },
    environment: containerVariables(own.pip, own.owner),
    volumes: [stackPath(), notebooks].map((path) => ({ type: 'bind', source: path, target: path })),
    ...more,
  });
  const published = (...numbers: number[]) => numbers.map((port) => `127.0.0.1:${port}:${port}`);
  return escaped({
    ...(own.isOld ? { version: '2.4' } : {}),
    services: {
      master: service({
        hostname: hosts.master,
        command: [
          ...[sparkClass, 'org.apache.spark.deploy.master.Master', '--host', hosts.master],
          ...['--port', `${ports.master}`, '--webui-port', `${ports.pages}`],
        ],
        ports: published(ports.pages),
      }),
      worker: service({
        hostname: hosts.worker,
        command: [
          ...[sparkClass, 'org.apache.spark.deploy.worker.Worker', '--host', hosts.worker, '--webui-port', '0'],
          ...['--cores', `${applications * own.cores}`, '--work-dir', stackPath('work'), masterAddress(stack)],
        ],
      }),
      lab: service({
        hostname: hosts.lab,
        working_dir: notebooks,
        command: labCommand(programFolder(), join(userBase(), 'bin')),
        ports: published(ports.lab, ports.driver),
        environment: { ...containerVariables(own.pip, own.owner), ...jupyterVariables(layerPlaces.python) },
      }),
    },
  }) as Record<string, unknown>;
}

/** A file that is good for taking the containers down, where that of the stack is gone: only names count for it. */
export const bareComposeObject = (isOld: boolean): Record<string, unknown> => ({
  ...(isOld ? { version: '2.4' } : {}),
  services: Object.fromEntries(serviceNames.map((name) => [name, { image: name }])),
});

/** A command on the stack's project. */
export const composeCommand = ({ words }: Compose, ...rest: string[]): Command => [
  ...words,
  ...['--project-name', projectName(), '--file', composeFile()],
  ...rest,
];

/** Containers of the project, a line each. */
export const containersCommand = (): Command => [
  ...(['docker', 'ps', '--all', '--filter'] as const),
  `label=com.docker.compose.project=${projectName()}`,
  ...['--format', '{{.Names}}'],
];
