// Faults of YAML in plain words, each at its place.
import { expect, test } from 'vitest';
import { readYaml } from '../../../../tasks/core/yaml.ts';

test.each([
  ['a: "x\\d"', '1:6: \\d means nothing in double quotes: use single quotes'],
  ['a: {b: 1', '1:9: the bracket is not closed: expected "}"'],
  ['a: b: c', '1:4: a second key in one value: put the value in quotes, or indent the key below'],
  ['a: b\nc', '2:1: expected "key: value", with a blank behind the colon'],
  ['a:b\nc: d', '1:1: expected "key: value", with a blank behind the colon'],
  ["a: 'it's'", '1:8: a value goes on behind its end: put all of it in quotes'],
  ['- a\nb: c', '2:1: a value goes on behind its end: put all of it in quotes'],
  ['a: - b', '1:4: a list begins on the line below its key'],
  ['a: [b,,c]', '1:7: a comma too many'],
  ['a: }', '1:4: "}" closes nothing: put the value in quotes'],
  ['a: "b"#c', '1:7: a comment needs a blank before "#"; otherwise put the value in quotes'],
  ['a: @x', '1:4: a value cannot begin with @: put the value in quotes'],
  ['a: "b\n c: d', '2:6: the quote " is not closed'],
  ['a: !!int x', '1:4: the value does not fit its tag !!int: omit the tag'],
  ['a:\n    b: 1\n  c: 2', '3:1: the indent fits no line above: indent lines of one map or list alike'],
  [
    '<<<<<<< HEAD\na: b\n=======\na: c\n>>>>>>> x\n',
    '1:1: has marks of a merge conflict in Git: keep one of the two sides',
  ],
])('%j', (text, line) =>
  expect(readYaml(text).problems.map(({ line, column, message }) => `${line}:${column}: ${message}`)).toEqual([line]),
);
