// How far pip is, from what it prints and what it has written.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { followPip, nothingSeen, type PipSeen, seenIn, shownPip } from '../../../../tasks/images/layer/pip-progress.ts';

const printed = `Looking in links: /opt/wheels
Collecting absl-py==2.4.0 (from -r requirements.txt (line 1))
  Using cached absl_py-2.4.0-py3-none-any.whl.metadata (3.3 kB)
Collecting tensorflow==2.21.0 (from -r requirements.txt (line 2))
  Downloading https://files.pythonhosted.org/packages/ab/tensorflow-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl.metadata (4.6 kB)
Using cached absl_py-2.4.0-py3-none-any.whl (135 kB)
Downloading tensorflow-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl (620.7 MB)`.split('\n');

const after = (lines: readonly string[]): PipSeen => lines.reduce((seen, line) => seenIn(line, seen), nothingSeen);

test.each<[string, number, string]>([
  ['while packages are looked for', 2, '1 of 132 packages found: absl-py'],
  ['once all are found', 5, '2 of 132 packages found: tensorflow'],
  ['while they are fetched', 7, '2 of 132 packages, 380 MB, now tensorflow-2.21.0 (620.7 MB)'],
])('%s', (_, count, text) => expect(shownPip(after(printed.slice(0, count)), 380_400_000, 0, 132)).toBe(text));

test('during installation the installed packages are counted', () => {
  const seen = after([...printed, 'Installing collected packages: absl-py, tensorflow']);
  expect(shownPip(seen, 1e9, 37, 132)).toBe('installing packages: 37 of 132');
});

test('without a total the packages found so far are counted', () =>
  expect(shownPip(after(printed), 1e6, 0)).toBe('2 of 2 packages, 1 MB, now tensorflow-2.21.0 (620.7 MB)'));

test('the megabytes of a large file are counted while it arrives, and nothing is shown after the end', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fs-pip-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const temporary = join(folder, 'temporary');
  mkdirSync(join(temporary, 'pip-unpack-1'), { recursive: true });
  const seen: string[] = [];
  const { onLine, end } = followPip({ total: 132, temporary, target: folder }, (text) => seen.push(text));
  for (const line of printed) onLine(line);
  writeFileSync(join(temporary, 'pip-unpack-1', 'tensorflow.whl'), Buffer.alloc(3_000_000));
  await expect
    .poll(() => seen.at(-1), { timeout: 5_000 })
    .toBe('2 of 132 packages, 3 MB, now tensorflow-2.21.0 (620.7 MB)');
  onLine('Installing collected packages: absl-py, tensorflow');
  mkdirSync(join(folder, 'lib', 'python3.11', 'site-packages', 'absl_py-2.4.0.dist-info'), { recursive: true });
  await expect.poll(() => seen.at(-1), { timeout: 5_000 }).toBe('installing packages: 1 of 132');
  end();
});
