// The file that classroom collect downloads from each student.
import { expect, test } from 'vitest';
import { collectFile } from '../../../../tasks/classroom/files/collect.ts';
import type { ClassRun } from '../../../../tasks/classroom/run.ts';

test.each([
  ['./lesson.ipynb', 'lesson.ipynb'],
  ['lessons//a b.ipynb', 'lessons/a b.ipynb'],
  ['./lessons/../b.csv', 'b.csv'],
])('%s, as a shell completes it, is %s of the work folder', (given, path) =>
  expect(collectFile({} as ClassRun, given, '.').title).toBe(`Collect ${path}`),
);
