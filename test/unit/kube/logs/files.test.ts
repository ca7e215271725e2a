// What a node's log files say of lines before the first one that the API of logs showed.
import { expect, test } from 'vitest';
import { readLogFiles } from '../../../../tasks/kube/logs/files.ts';
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
  const body = Object.keys(files)
    .map((name) => `<a href="${name}">${name}</a>`)
    .join('\n');
  const transport = {
    send: async () => ({ body }),
    async *bytes({ path }: { path: string }) {
      yield Buffer.from(files[path.split('/').at(-1) ?? ''] ?? '');
    },
  } as unknown as Transport;
  const found: unknown[] = [];
  for await (const one of readLogFiles(transport, folder, { before }))
    found.push('bytes' in one ? one.bytes.toString() : one);
  expect(found).toMatchObject(expected);
});
