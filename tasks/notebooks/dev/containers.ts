// Starts and stops the containers of the dev stack with Docker Compose.
import { existsSync, readFileSync } from 'node:fs';
import { Failure } from '../../core/failure.ts';
import { paced } from '../../core/screen/pace.ts';
import type { Exec, FileContent } from '../../core/types.ts';
import { hasEngine } from '../../images/docker-engine.ts';
import { presentCommand } from '../../images/layer/image.ts';
import type { Context, SingleStep } from '../../steps/types.ts';
import { pipSettings } from '../pip-settings.ts';
import {
  bareComposeObject,
  type Compose,
  composeCommand,
  composeFile,
  composeObject,
  containersCommand,
  findCompose,
  type Owner,
  pipFiles,
  serviceNames,
} from './compose.ts';
import type { StackPlan } from './plan.ts';
import { readStack } from './stack.ts';

/** Why no container can be started here. Only reads. */
export async function engineProblems(read: Exec): Promise<string[]> {
  return (await hasEngine(read))
    ? []
    : ['the Docker engine does not answer: start it, or add --local to use processes'];
}

/** Where there is none, the one that a run installs first. */
const neededCompose = async (read: Exec): Promise<Compose> =>
  (await findCompose(read)) ?? { words: ['docker-compose'], isOld: true };

/** Root of an engine without root's rights is the user. */
async function findOwner(read: Exec): Promise<Owner> {
  const options = await read(['docker', 'info', '--format', '{{.SecurityOptions}}']).catch(() => '');
  if (options.includes('name=rootless')) return { uid: 0, gid: 0 };
  return { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
}

/** Brings the archive of the image into the engine. */
export const loadImage: SingleStep = {
  title: 'Load the image into Docker',
  run: async ({ run, state }) => {
    if (!state.image) throw new Failure('there is no image', { hint: 'build it: firesteel build' });
    await run(presentCommand(state.image));
  },
};

const composeContent = (object: Record<string, unknown>): FileContent => ({
  path: composeFile(),
  content: `${JSON.stringify(object, null, 2)}\n`,
  mode: 0o600,
});

/** Makes the containers, or those of them that do not run. Compose would replace running ones, and their kernels, for another image. */
export const composeUp = (plan: StackPlan): SingleStep => ({
  title: 'Start the containers of the dev stack',
  skip: async ({ read, state }) => {
    if ((await stackContainers(read, 'running')).length < serviceNames.length) return false;
    const isNewest = existsSync(composeFile()) && readFileSync(composeFile(), 'utf8').includes(`"${state.image}"`);
    return isNewest
      ? 'already running'
      : 'the containers run an older image; for the new one: firesteel dev down, then firesteel dev up';
  },
  run: async ({ read, run, write, state }, out) => {
    const { stack, cores } = plan;
    if (!stack || !state.image)
      throw new Failure('the dev stack has no settings yet', { hint: 'run the command again' });
    const compose = await neededCompose(read);
    const pip = await pipSettings(read);
    for (const note of pip.notes) out.line(note);
    const own = { owner: await findOwner(read), cores, isOld: compose.isOld, pip };
    await write([composeContent(composeObject(stack, state.image, own)), ...pipFiles(pip)]);
    await run(composeCommand(compose, 'up', '--detach'), { onLine: paced(out.line, 500) });
  },
});

/** Names of the stack's containers, all or those in this state. Failure if the engine does not answer. */
export async function stackContainers(read: Exec, state?: 'exited' | 'running'): Promise<string[]> {
  const filter = state ? ['--filter', `status=${state}`] : [];
  try {
    return (await read([...containersCommand(), ...filter])).split('\n').filter(Boolean);
  } catch (cause) {
    throw new Failure('the dev stack is in containers, and the Docker engine does not answer', {
      hint: 'start Docker, then run the command again',
      cause,
    });
  }
}

/** Failure if a container of the stack has ended, with what it said last. */
export async function verifyContainers(read: Exec): Promise<void> {
  const [name] = await stackContainers(read, 'exited');
  if (!name) return;
  const said: string[] = [];
  await read(['docker', 'logs', '--tail', '20', name], { onLine: (line) => said.push(line) });
  throw new Failure(`container ${name} has ended`, {
    output: said.join('\n'),
    hint: 'run the command again; to remove what is left: firesteel dev down',
  });
}

/** Ends and removes the containers and their network. */
export async function removeContainers(
  { read, run, write }: Context,
  onLine: (line: string) => void = () => {},
): Promise<void> {
  const compose = await neededCompose(read);
  if (!existsSync(composeFile())) await write([composeContent(bareComposeObject(compose.isOld))]);
  await run(composeCommand(compose, 'down', '--timeout', '20', '--volumes'), { onLine });
}

export const endContainers: SingleStep = {
  title: 'Stop the containers of the dev stack',
  skip: async ({ read }) => {
    const names = await stackContainers(read).catch((error: unknown) => {
      if (readStack()?.kind === 'containers') throw error;
      return [];
    });
    return names.length === 0 && 'not running';
  },
  run: (context, out) => removeContainers(context, out.line),
};
