// Files pushed to a student who works on them, with pushes that are killed: nothing of the student is ever overwritten.
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { givenTo } from '../../../../tasks/classroom/files/given.ts';
import { pushFile } from '../../../../tasks/classroom/files/push.ts';
import { classPath } from '../../../../tasks/classroom/folder.ts';
import type { FileVerbs } from '../../../../tasks/core/types.ts';
import { ownFolder } from '../../../own-folder.ts';

ownFolder();

const path = 'lesson.ipynb';
const beside = 'lesson.TEACHER.ipynb';

/** A student's work folder; after `steps` writes, on either side, the push is killed. */
function student() {
  const files = new Map<string, string>();
  let steps = Number.POSITIVE_INFINITY;
  const alive = () => {
    if (steps-- <= 0) throw new Error('killed');
  };
  const hash = (text: string | undefined) => text && createHash('sha256').update(text).digest('hex');
  const link = {
    hashOf: async (name: string) => hash(files.get(name)),
    put: async (name: string, content: Uint8Array) => {
      alive();
      files.set(name, Buffer.from(content).toString());
    },
  };
  const write: FileVerbs['write'] = async (all) => {
    alive();
    for (const { path: to, content } of all) {
      mkdirSync(dirname(to), { recursive: true });
      writeFileSync(to, content);
    }
  };
  /** Reads what was kept from the disk, as each run of the command does. */
  const push = async (content: string, mostSteps = Number.POSITIVE_INFINITY) => {
    steps = mostSteps;
    return pushFile(link, path, Buffer.from(content), await givenTo('lab', 'ada', { write }));
  };
  return { files, push };
}

const fresh = async () => {
  await rm(classPath('lab', 'given'), { recursive: true, force: true });
  return student();
};

test('a student keeps the work in the file beside, and gets the next correction under a further name', async () => {
  const { files, push } = await fresh();
  await push('one');
  files.set(path, 'mine');
  expect(await push('two')).toBe('beside');
  files.set(beside, 'mine too');
  expect(await push('three')).toBe('beside');
  expect(await push('three')).toBe('kept');
  expect(Object.fromEntries(files)).toEqual({
    [path]: 'mine',
    [beside]: 'mine too',
    'lesson.TEACHER-2.ipynb': 'three',
  });
});

test('a correction replaces the one beside that the student did not touch', async () => {
  const { files, push } = await fresh();
  files.set(path, 'mine');
  await push('one');
  await push('two');
  expect(Object.fromEntries(files)).toEqual({ [path]: 'mine', [beside]: 'two' });
});

test.each([0, 1, 2, 3])(
  'a push that is killed after %d writes leaves no file beside one that nobody touched',
  async (steps) => {
    const { files, push } = await fresh();
    await push('one');
    await push('two', steps).catch(() => {});
    await push('three');
    expect(Object.fromEntries(files)).toEqual({ [path]: 'three' });
  },
);

test('a correction whose push was killed still reaches a student who has begun to work', async () => {
  const { files, push } = await fresh();
  await push('one');
  await push('two', 1).catch(() => {});
  files.set(path, 'mine');
  await push('two');
  expect(Object.fromEntries(files)).toEqual({ [path]: 'mine', [beside]: 'two' });
});

const work = fc.record({ by: fc.constant('student'), name: fc.constantFrom(path, beside), text: fc.uuid() });
const pushed = fc.record({
  by: fc.constant('teacher'),
  text: fc.constantFrom('one', 'two', 'three'),
  steps: fc.constantFrom(0, 1, 2, 3, 4, 9),
});

test('whatever student and teacher do, and wherever a push is killed, work stays and corrections arrive', () =>
  fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(work, pushed), { maxLength: 12 }), async (acts) => {
      const { files, push } = await fresh();
      const own = new Map<string, string>();
      for (const act of acts)
        if ('name' in act) {
          files.set(act.name, act.text);
          own.set(act.name, act.text);
        } else await push(act.text, act.steps).catch(() => {});
      await push('last');
      for (const [name, text] of own) expect(files.get(name)).toBe(text);
      expect([...files.values()]).toContain('last');
    }),
    { numRuns: 100 },
  ));
