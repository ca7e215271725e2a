// Rows of cells as lines.
import { describe, expect, test } from 'vitest';
import { table } from '../../../../tasks/core/screen/table.ts';

describe('a table', () => {
  test('has columns as wide as their widest cell and no trailing spaces', () =>
    expect(
      table([
        ['a', 'bbb', ''],
        ['aaaa', 'b', 'c'],
      ]),
    ).toEqual(['a     bbb', 'aaaa  b    c']));

  test('may be empty', () => expect(table([])).toEqual([]));

  test('has a few lines for each row where a line would be too long', () => {
    const rows = [
      ['NAME', 'STATE', 'LAST ERROR'],
      ['spark-pi-1a2b', 'failed', 'the driver was killed for its memory'],
      ['lenet', 'running', ''],
    ];
    expect(table(rows, 30)).toEqual([
      'spark-pi-1a2b',
      '  STATE: failed',
      '  LAST ERROR: the driver was',
      '    killed for its memory',
      'lenet',
      '  STATE: running',
    ]);
  });

  test('without heads is wrapped', () =>
    expect(table([['ada', 'waits for a node with a free CPU']], 24)).toEqual([
      'ada  waits for a node',
      '  with a free CPU',
    ]));
});
