// Errors of the file system in words, where a user's own file is to blame.
import { readFileSync, statSync } from 'node:fs';
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
  ['a file that is missing', () => readFileSync('/none/x'), '/none/x: not found'],
  ['a long name', () => statSync(`/${'x'.repeat(300)}`), `/${'x'.repeat(300)}: the name is too long`],
])('%s is named with what is wrong', (_, action, trouble) => {
  expect(fileTrouble(errorOf(action))).toBe(trouble);
  expect(fileFailure(errorOf(action))).toMatchObject({ message: trouble, exitCode: 2 });
});

test.each(['EACCES', 'EPERM'])('%s is a lack of permission', (code) =>
  expect(fileTrouble(Object.assign(new Error(code), { code, path: '/x' }))).toBe('/x: permission denied'),
);

test('no file is to blame for other errors', () => {
  for (const error of [new Error('x'), Object.assign(new Error('x'), { code: 'ENOENT' }), 'x'])
    expect(fileFailure(error)).toBeUndefined();
});
