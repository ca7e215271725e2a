// What becomes of files that are handed out again.
import { expect, test } from 'vitest';
import { besideName, type Decision, decide, type Versions } from '../../../tasks/classroom/files/rules.ts';

test.each<[string, Versions, Decision]>([
  ['a new file is put in place', { ours: 'a', given: undefined, theirs: undefined }, 'put'],
  ['a file that the student removed comes back fresh', { ours: 'a', given: 'a', theirs: undefined }, 'put'],
  ['a file that nobody changed is left alone', { ours: 'a', given: 'a', theirs: 'a' }, 'same'],
  ['a correction replaces what the student did not touch', { ours: 'b', given: 'a', theirs: 'a' }, 'put'],
  ["the student's work stays where the teacher has nothing new", { ours: 'a', given: 'a', theirs: 'x' }, 'kept'],
  ["a correction goes beside the student's work", { ours: 'b', given: 'a', theirs: 'x' }, 'beside'],
  ['a file of the same name that the student made stays', { ours: 'a', given: undefined, theirs: 'x' }, 'beside'],
  ['a student who has the correction already gets nothing', { ours: 'b', given: 'a', theirs: 'b' }, 'same'],
])('%s', (_, versions, decision) => expect(decide(versions)).toBe(decision));

test.each([
  ['lesson.ipynb', 'lesson.TEACHER.ipynb'],
  ['data/films.tar.gz', 'data/films.tar.TEACHER.gz'],
  ['README', 'README.TEACHER'],
])('beside %s is %s', (path, beside) => expect(besideName(path)).toBe(beside));
