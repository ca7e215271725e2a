// What this machine must have to convert notebooks.
import { expect, test } from 'vitest';
import type { Command } from '../../../../tasks/core/types.ts';
import { converterTools } from '../../../../tasks/notebooks/job/converter.ts';
import { ownCache } from '../../toolbox/fixtures.ts';

ownCache();

test.each([
  ['has pip', '', ['python3']],
  ['has none, whatever pip3 is on PATH', 'pip', ['python3', "python3's pip"]],
])('where python3 %s', async (_name, lacks, names) => {
  const read = async ([, , module = '']: Command) => {
    if (module === lacks) throw new Error('No module named pip');
    return '3.11\n';
  };
  expect((await converterTools(read)).map(({ name }) => name)).toEqual(names);
});
