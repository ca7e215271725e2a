// What becomes of files that are handed out again.
import { expect, test } from 'vitest';
import { besideName, type Decision, decide, type Versions } from '../../../../tasks/classroom/files/rules.ts';

type Row = [string, Omit<Versions, 'given'> & { given: string[] }, Decision];

test.each<Row>([
  ['a new file is put in place', { ours: 'a', given: [], theirs: undefined }, 'put'],
  ['a file that the student removed comes back fresh', { ours: 'a', given: ['a'], theirs: undefined }, 'put'],
  ['a file that nobody changed is left alone', { ours: 'a', given: ['a'], theirs: 'a' }, 'same'],
  ['a correction replaces what the student did not touch', { ours: 'b', given: ['a'], theirs: 'a' }, 'put'],
  ["the student's work stays where the teacher has nothing new", { ours: 'a', given: ['a'], theirs: 'x' }, 'kept'],
  ["a correction goes beside the student's work", { ours: 'b', given: ['a'], theirs: 'x' }, 'beside'],
  ['a file of the same name that the student made stays', { ours: 'a', given: [], theirs: 'x' }, 'beside'],
  ['a student who has the correction already gets nothing', { ours: 'b', given: ['a'], theirs: 'b' }, 'same'],
  ['a correction replaces any version of the teacher', { ours: 'c', given: ['a', 'b'], theirs: 'a' }, 'put'],
  ['an older version that comes again goes beside work', { ours: 'a', given: ['a', 'b'], theirs: 'x' }, 'beside'],
])('%s', (_, { given, ...versions }, decision) =>
  expect(decide({ ...versions, given: { all: given, last: given.at(-1) } })).toBe(decision),
);

test('what a killed push was about to write may be replaced, and did not reach the student for certain', () => {
  const given = { all: ['a', 'b'], last: 'a' };
  expect(decide({ ours: 'c', given, theirs: 'b' })).toBe('put');
  expect(decide({ ours: 'b', given, theirs: 'x' })).toBe('beside');
});

test.each([
  ['lesson.ipynb', 1, 'lesson.TEACHER.ipynb'],
  ['lesson.ipynb', 2, 'lesson.TEACHER-2.ipynb'],
  ['data/films.tar.gz', 1, 'data/films.tar.TEACHER.gz'],
  ['README', 1, 'README.TEACHER'],
])('beside %s, at place %d, is %s', (path, number, beside) => expect(besideName(path, number)).toBe(beside));
