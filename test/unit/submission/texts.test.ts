// Arguments and variables that no pod can be given are refused before anything is made.
import { expect, test } from 'vitest';
import { textProblems } from '../../../tasks/submission/texts.ts';

const intoFile = 'put the text into a file, and list the file under files in job.yaml';

test.each([
  [
    'an argument with a NUL',
    ['a', 'b\0'],
    {},
    'argument 2: has a NUL character, which no program can receive; remove the character',
  ],
  ['bytes of another encoding', ['caf\ufffd'], {}, 'argument 1 "caf\ufffd": is not UTF-8; write the argument in UTF-8'],
  ['a long argument', ['x'.repeat(131_072)], {}, `argument 1: 131072 bytes, at most 131071; ${intoFile}`],
  [
    'a long argument of two-byte letters',
    ['ü'.repeat(70_000)],
    {},
    `argument 1: 140000 bytes, at most 131071; ${intoFile}`,
  ],
  [
    'a long variable of both',
    [],
    Object.fromEntries(
      ['spark.executorEnv.A', 'spark.kubernetes.driverEnv.A'].map((key) => [key, 'x'.repeat(131_070)]),
    ),
    `variable A: 131072 bytes, at most 131071; ${intoFile}`,
  ],
  [
    'many arguments',
    Array.from({ length: 11 }, () => 'x'.repeat(100_000)),
    {},
    `arguments and variables: 1100000 bytes together, at most 1048576; ${intoFile}`,
  ],
])('%s is refused', (_, args, properties, problem) => expect(textProblems(args, properties)).toEqual([problem]));

test('empty words, quotes, newlines and emoji pass', () =>
  expect(textProblems(['', '"', 'a\nb', '😀', '-x', '%d', 'x'.repeat(131_071)], { 'spark.executorEnv.A': '' })).toEqual(
    [],
  ));
