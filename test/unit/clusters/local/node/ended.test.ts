// A node that ended says why, at once and in one line.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { initLog, lastWords, verifyRuns } from '../../../../../tasks/clusters/local/node/ended.ts';
import { ownFolder } from '../../../../own-folder.ts';
import { clusterOf, startLookalike } from '../fixtures.ts';

ownFolder();
const { first, last } = await clusterOf(2);
const log = (text: string) => {
  mkdirSync(dirname(initLog(first)), { recursive: true });
  writeFileSync(initLog(first), text);
};

test('a node that ended is named with the last line of its first process', () => {
  log("sh: something before\nmkdir: cannot create directory '/sys/fs/cgroup/cpu/firesteel': Read-only file system\n");
  const words = "mkdir: cannot create directory '/sys/fs/cgroup/cpu/firesteel': Read-only file system";
  expect(lastWords(first)).toBe(words);
  expect(() => verifyRuns(first)).toThrow(`node local-1 ended: ${words}`);
});

test.each([
  ['said nothing', first],
  ['has no log', last],
])('a node that %s is named alone', (_, node) => {
  log('');
  expect(lastWords(node)).toBeUndefined();
  expect(() => verifyRuns(node)).toThrow(new RegExp(`^node ${node.name} ended$`));
});

test.skipIf(process.platform !== 'linux')('a node that runs is none that ended', async () => {
  const { end } = await startLookalike(first);
  try {
    expect(() => verifyRuns(first)).not.toThrow();
  } finally {
    await end();
  }
});
