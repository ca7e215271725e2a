// Errors of the file system in words, where a user's own file is to blame.
import { mkdtempSync, readFileSync, statSync } from 'node:fs';
import { expect, test } from 'vitest';
import { fileFailure, fileTrouble } from '../../../../tasks/core/files/trouble.ts';

const errorOf = (action: () => unknown): unknown => {
  try {
    return action();
  } catch (error) {
    return error;
  }
};

test.each([
  ['a folder for temporary files', () => mkdtempSync('/none/x-'), '/none/x-XXXXXX: not found'],
  ['a long name', () => statSync(`/${'x'.repeat(300)}`), `/${'x'.repeat(300)}: the name is too long`],
])('%s is named with what is wrong', (_, action, trouble) => {
  expect(fileTrouble(errorOf(action))).toBe(trouble);
  expect(fileFailure(errorOf(action))).toMatchObject({ message: trouble, exitCode: 2 });
});

test.each(['EACCES', 'EPERM'])('%s is a lack of permission', (code) =>
  expect(fileTrouble(Object.assign(new Error(code), { code, path: '/x' }))).toBe('/x: permission denied'),
);

test("a file that is missing has words, and may be one of firesteel's own", () => {
  const error = errorOf(() => readFileSync('/none/x'));
  expect([fileTrouble(error), fileFailure(error)]).toEqual(['/none/x: not found', undefined]);
});

test('no file is to blame for other errors', () => {
  for (const error of [new Error('x'), Object.assign(new Error('x'), { code: 'ENOENT' }), 'x'])
    expect(fileFailure(error)).toBeUndefined();
});
