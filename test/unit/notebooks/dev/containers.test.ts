import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import type { Command, Exec, FileContent } from '../../../../tasks/core/types.ts';
import { composeFile } from '../../../../tasks/notebooks/dev/compose.ts';
import {
  composeUp,
  endContainers,
  engineProblems,
  removeContainers,
  verifyContainers,
} from '../../../../tasks/notebooks/dev/containers.ts';
import type { StackPlan } from '../../../../tasks/notebooks/dev/plan.ts';
import { recordFile, type Stack } from '../../../../tasks/notebooks/dev/stack.ts';
import { isAlive, prepare } from '../../../../tasks/notebooks/dev/start.ts';
import type { Context, SingleStep } from '../../../../tasks/steps/types.ts';
import { ownFolderOfTest } from '../../../own-folder.ts';

/** An engine with these containers that have ended, each of which said one line. */
const engine =
  (...ended: string[]): Exec =>
  async ([, verb, ...words], options) => {
    if (verb === 'logs') options?.onLine?.(`last words of ${words.at(-1)}`);
    return verb === 'ps' ? ended.map((name) => `${name}\n`).join('') : '';
  };

test('containers that run are fine', async () => {
  await expect(verifyContainers(engine())).resolves.toBeUndefined();
});

test('a container that has ended is named with its last lines', async () => {
  await expect(verifyContainers(engine('dev_lab_1', 'dev_worker_1'))).rejects.toMatchObject({
    message: 'container dev_lab_1 has ended',
    output: 'last words of dev_lab_1',
  });
});

test.each<[name: string, answer: () => string, problems: number]>([
  ['an engine that answers', () => '28.2.2\n', 0],
  ['a client alone', () => '\n', 1],
  [
    'no engine',
    () => {
      throw new Error('Cannot connect');
    },
    1,
  ],
])('%s', async (_, answer, problems) => {
  expect(await engineProblems(async () => answer())).toHaveLength(problems);
});

/** A folder of data of this test's own, with the record of a stack of this kind. */
function recorded(kind: Stack['kind']): Stack {
  ownFolderOfTest();
  const ports = { lab: 8888, master: 7077, pages: 8080, driver: 4040 };
  const stack: Stack = { kind, notebooks: '/notebooks', ports, secret: '', settings: '' };
  mkdirSync(dirname(recordFile()), { recursive: true });
  writeFileSync(recordFile(), JSON.stringify(stack));
  return stack;
}

const silent: Exec = async () => {
  throw new Error('Cannot connect');
};

test('an engine that does not answer may still have the containers of the stack', async () => {
  const stack = recorded('containers');
  await expect(endContainers.skip?.({ read: silent } as unknown as Context)).rejects.toThrow('does not answer');
  await expect(isAlive(stack, silent)).rejects.toThrow('does not answer');
});

test('a stack of processes is ended without an engine', async () => {
  recorded('processes');
  expect(await endContainers.skip?.({ read: silent } as unknown as Context)).toBe('not running');
});

test('containers are taken down where their file is gone', async () => {
  recorded('containers');
  const written: FileContent[] = [];
  const ran: Command[] = [];
  await removeContainers({
    read: async () => '2.29.1\n',
    run: async (command: Command) => void ran.push(command),
    write: async (files: FileContent[]) => void written.push(...files),
  } as unknown as Context);
  expect(written.map(({ path }) => path)).toEqual([composeFile()]);
  expect(Object.keys(JSON.parse(String(written[0]?.content)).services)).toEqual(['master', 'worker', 'lab']);
  expect(ran[0]).toContain('down');
});

/** What a step changes: its commands, and paths of its files. */
async function changesOf(step: SingleStep, read: Exec): Promise<string[]> {
  const made: string[] = [];
  await step.run(
    {
      read,
      run: async (command: Command) => void made.push(command.join(' ')),
      write: async (files: FileContent[]) => void made.push(...files.map(({ path }) => path)),
      state: { image: 'spark:1' },
    } as unknown as Context,
    { line: () => {} },
  );
  return made;
}

const planned = (stack: Stack): StackPlan => ({
  kind: stack.kind,
  notebooks: stack.notebooks,
  profile: {} as StackPlan['profile'],
  cores: 2,
  stack,
});

test('a dry run without Compose shows the one that would be installed', async () => {
  const made = await changesOf(composeUp(planned(recorded('containers'))), async () => '');
  expect(made[0]).toBe(composeFile());
  expect(made.at(-1)).toMatch(/^docker-compose .* up --detach$/);
});

/** An engine with the containers of a stack, all of which are in this state. */
const stackIn =
  (state: 'exited' | 'running'): Exec =>
  async (command) =>
    command.some((word) => word.startsWith('status=')) && !command.includes(`status=${state}`)
      ? ''
      : 'master\nworker\nlab\n';

test.each([
  ['running', /^the stack is running/],
  ['exited', /^false$/],
] as const)('ports of containers that are %s are kept or chosen again', async (state, said) => {
  const stack = recorded('containers');
  const skipped = await prepare(planned(stack)).skip?.({ read: stackIn(state) } as unknown as Context);
  expect(String(skipped)).toMatch(said);
});

test.each([
  ['exited', 'spark:1', /^false$/],
  ['running', 'spark:1', /^already running$/],
  ['running', 'spark:0', /^the containers run an older image;/],
] as const)('containers %s of %s are started or left alone', async (state, image, said) => {
  const stack = recorded('containers');
  writeFileSync(composeFile(), JSON.stringify({ services: { lab: { image } } }));
  const context = { read: stackIn(state), state: { image: 'spark:1' } } as unknown as Context;
  expect(String(await composeUp(planned(stack)).skip?.(context))).toMatch(said);
});
