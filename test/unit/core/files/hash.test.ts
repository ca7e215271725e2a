// Names in the cache stay what they are: the same content is found again by another version.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { shortDigest, shortHash, shortHashOfFiles } from '../../../../tasks/core/files/hash.ts';
import { ownFolderOfTest } from '../../../own-folder.ts';

// printf '["a",1]' | sha256sum | cut -c1-12
const name = '135f17a475a6';

test('the hash of a value follows its JSON, that of files and parts their content in order', () => {
  const folder = ownFolderOfTest({});
  const [one, two] = [join(folder, 'one'), join(folder, 'two')];
  writeFileSync(one, '["a"');
  writeFileSync(two, ',1]');
  expect(shortHash(['a', 1])).toBe(name);
  expect(shortDigest('["a"', Buffer.from(',1]'))).toBe(name);
  expect(shortHashOfFiles(one, two)).toBe(name);
  expect(shortHashOfFiles(two, one)).not.toBe(name);
});
