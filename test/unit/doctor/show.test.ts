// The screen of doctor: at 80 and at 40 columns, in words, and whole.
import { expect, test } from 'vitest';
import { lookAtAll } from '../../../tasks/doctor/look.ts';
import { type Look, reportLines, wrapped } from '../../../tasks/doctor/show.ts';
import { readProfile } from '../../../tasks/profile/read.ts';
import { type Check, type Finding, notAvailable, ok } from '../../../tasks/steps/check.ts';
import { plainContext } from '../../plain-context.ts';

const { signal } = new AbortController();
const context = plainContext({ profile: await readProfile('local', []), signal });
const rows: [Check['category'], string, string, Finding][] = [
  ['Programs', 'node', 'Node.js', ok('v20.20.2')],
  [
    'This machine',
    'disk',
    'Disk space',
    {
      state: 'missing',
      seen: '/work has 200 MiB free, a cluster needs 1400 MiB',
      more: ['and few files'],
      remedies: [{ command: ['firesteel', 'gc', '0s'] }],
    },
  ],
  ['This machine', 'kernel', 'Kernel', ok('Linux 6.1')],
  ['This machine', 'files', 'Open files', { state: 'partial', seen: 'few', remedies: [{ text: 'raise the limit' }] }],
  ['Cluster', 'nodes', 'Nodes', notAvailable('no cluster answers')],
  ['Cluster', 'skew', 'Versions', notAvailable('no cluster answers')],
];
const checks = rows.map(
  ([category, name, title, finding]): Check => ({ category, name, title, affects: 'deploy', run: () => finding }),
);
const shownAs = async (look: Partial<Look>) =>
  reportLines(await lookAtAll(checks, context, { probes: false }), {
    width: 80,
    hasColour: false,
    isPlain: false,
    isWhole: false,
    ...look,
  });

test('a fine check is one line, and a finding has its cure', async () => {
  expect(await shownAs({})).toEqual([
    '✔ Programs: node',
    '✖ This machine: kernel',
    '  ✖ Disk space: /work has 200 MiB free, a cluster needs 1400 MiB',
    '    and few files',
    '    affects: deploy',
    '    → firesteel gc 0s',
    '  ! Open files: few',
    '    affects: deploy',
    '    → raise the limit',
    '◦ Cluster: no cluster answers',
    '',
    '→ firesteel doctor --fix (runs the commands of 1 finding)',
    '2 findings in 6 checks: 1 missing, 1 partial; 2 checks have nothing to look at',
    'here.',
  ]);
});

test('at 40 columns no line is longer, but for commands', async () => {
  const long = (await shownAs({ width: 40 })).filter((line) => line.length > 40);
  expect(long).toEqual(['→ firesteel doctor --fix (runs the commands of 1 finding)']);
});

test('words say everything where marks and colours are invisible', async () => {
  const plain = await shownAs({ isPlain: true });
  expect(plain[0]).toBe('ok: Programs: node');
  expect(plain[2]).toBe('  missing: Disk space: /work has 200 MiB free, a cluster needs 1400 MiB');
  expect(plain.join('\n')).not.toMatch(/[✔✖◦!‼]/);
});

test('colours change no word', async () => {
  const coloured = (await shownAs({ hasColour: true })).join('\n');
  expect(coloured).toContain('\u001b[');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those of colours.
  expect(coloured.replaceAll(/\u001b\[\d+m/g, '')).toBe((await shownAs({})).join('\n'));
});

test('--verbose shows every detail of a check', async () => {
  expect(await shownAs({ isWhole: true })).toContain('  ✔ Kernel: Linux 6.1');
});

test('a word that is longer than the line stays whole', () => {
  expect(wrapped('see https://example.org/a/long/address now', 12, 2)).toEqual([
    'see',
    '  https://example.org/a/long/address',
    '  now',
  ]);
});
