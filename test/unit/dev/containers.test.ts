import { expect, test } from 'vitest';
import { engineProblems, verifyContainers } from '../../../tasks/dev/containers.ts';
import type { Exec } from '../../../tasks/lib/types.ts';

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

test('one that has ended is named, with what it said last', async () => {
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
