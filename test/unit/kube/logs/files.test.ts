// What a node's log files say of lines before the first one that the API of logs showed.
import { expect, test } from 'vitest';
import { readLogFiles } from '../../../../tasks/kube/logs/files.ts';
import type { Junction } from '../../../../tasks/kube/logs/sieve.ts';
import type { Transport } from '../../../../tasks/kube/transport/transport.ts';

const folder = { node: 'node-1', pod: 'spark_pi-1-driver_uid', container: 'main', start: 0 };
const before = { seconds: Date.parse('2026-01-02T03:04:05Z') / 1000, nanoseconds: 0 };
const first = '2026-01-02T03:04:05.000000000Z stdout F begun\n';
const older = '2026-01-02T03:04:04.000000000Z stdout F lines\n';

test.each<[what: string, files: Record<string, string>, found: unknown[]]>([
  ['a log of one file is whole', { '0.log': first }, []],
  [
    'a node that went to another file since, and deleted the one before, lacks lines',
    { '0.log.20260102-030406': first, '0.log': '' },
    [{ before }],
  ],
  [
    'lines of an older file come first, after a word on what may have been before them',
    { '0.log.20260102-030405': older, '0.log': first },
    [{ before: { ...before, seconds: before.seconds - 1 } }, 'lines\n'],
  ],
])('%s', async (_, files, expected) => {
  expect(await foundIn({ before }, files)).toMatchObject(expected);
});

const recordAt = (second: number, text: string, tag = 'F') =>
  `2026-01-02T03:04:0${second}.000000000Z stdout ${tag} ${text}\n`;
const stampAt = (second: number) => ({ ...before, seconds: before.seconds - 5 + second });
const after = { nanoseconds: `${stampAt(1).seconds}000000000`, lines: 1 };

test('a line that the next file continues comes without its end', async () => {
  const files = {
    '0.log.20260102-030403': recordAt(1, 'one') + recordAt(2, 'a long ', 'P'),
    '0.log': recordAt(3, 'line') + recordAt(4, 'four'),
  };
  expect(await foundIn({ after, before: stampAt(3) }, files)).toEqual(['a long ']);
});

test('a file whose first line is late is not taken for the one before', async () => {
  const files = {
    '0.log.20260102-030404': recordAt(1, 'one') + recordAt(3, 'three') + recordAt(3, 'last'),
    '0.log': recordAt(2, 'late'),
  };
  const place = { nanoseconds: `${stampAt(3).seconds}000000000`, lines: 1 };
  expect(await foundIn({ after: place, before: stampAt(2) }, files)).toEqual(['last\n']);
});

test.each([
  ['without', {}, ['one\n', 'two\n', 'three\n', 'four\n']],
  ['before the newest line', { after, before: stampAt(4) }, ['two\n', 'three\n']],
])('a file that the node begins after the list was made hides no other one, %s', async (_, junction, expected) => {
  const first = { '0.log.20260102-030402': recordAt(1, 'one'), '0.log': recordAt(2, 'two') + recordAt(3, 'three') };
  const then = {
    ...first,
    '0.log.20260102-030404.gz': '',
    '0.log.20260102-030404': first['0.log'],
    '0.log': recordAt(4, 'four'),
  };
  const found = await foundIn(junction, first, then);
  expect(found.filter((one) => typeof one === 'string').join('')).toBe(expected.join(''));
});

test('a log of one file has no older lines', async () => expect(await foundIn({}, { '0.log': first })).toEqual([]));

/** What is read of these files; `then` are those that the node has once their list was given. */
async function foundIn(junction: Junction, files: Record<string, string>, then = files): Promise<unknown[]> {
  let now = files;
  const transport = {
    async send() {
      const body = Object.keys(now)
        .map((name) => `<a href="${name}">${name}</a>`)
        .join('\n');
      now = then;
      return { body };
    },
    async *bytes({ path }: { path: string }) {
      yield Buffer.from(now[path.split('/').at(-1) ?? ''] ?? '');
    },
  } as unknown as Transport;
  const found: unknown[] = [];
  for await (const one of readLogFiles(transport, folder, junction))
    found.push('bytes' in one ? one.bytes.toString() : one);
  return found;
}
