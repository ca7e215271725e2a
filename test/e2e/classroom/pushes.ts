// A student who works in each file that the teacher pushes, and keeps all of that work.
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { readWork, saveWork } from './browser.ts';

/** `push` brings lesson.txt with a content to every student; the last one that others get is `three`. */
export async function workBesidePushes(
  page: Page,
  student: string,
  push: (content: string) => Promise<string>,
): Promise<void> {
  const contents = (...names: string[]) => Promise.all(names.map((name) => readWork(page, name)));
  await push('one\n');
  expect(await saveWork(page, 'lesson.txt', 'work\n')).toBe(true);
  expect(await push('two\n')).toContain(`${student}: 1 next to the student's own file`);
  expect(await contents('lesson.TEACHER.txt')).toEqual(['two\n']);
  expect(await saveWork(page, 'lesson.TEACHER.txt', 'more work\n')).toBe(true);
  await push('three\n');
  expect(await contents('lesson.txt', 'lesson.TEACHER.txt', 'lesson.TEACHER-2.txt')).toEqual([
    'work\n',
    'more work\n',
    'three\n',
  ]);
}
