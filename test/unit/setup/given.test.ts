// What files and flags answer before the first question.
import { expect, test } from 'vitest';
import { checkDraft } from '../../../tasks/setup/draft.ts';
import { fileText, placeOf } from '../../../tasks/setup/file.ts';
import { readTree, takeFile } from '../../../tasks/setup/given.ts';
import { ownFiles } from '../own-files.ts';
import { draftOf } from './machine.ts';

const { put } = ownFiles();

test.each([
  'classroom:\n  seat:\n    cores: 1\n',
  'spark:\n  version: 3.5.7\n  conf:\n    spark.executor.instances: 2\n    spark.dynamicAllocation.enabled: false\n',
])('a file may have a text without quotes, which stays: %j', async (text) => {
  const path = put('lab.yaml', text);
  const draft = draftOf('local');
  takeFile(draft, await readTree(path, text));
  expect(checkDraft(draft).problems).toEqual([]);
  expect(fileText(draft, placeOf(path), text)).toBe(text);
});
