// A dry run of plan and apply: it shows the students and the room, which is what one asks for.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { classroomWith } from '../../../tasks/classroom.ts';
import { clusters } from '../../../tasks/clusters/index.ts';
import { readProfile } from '../../../tasks/profile/read.ts';
import type { SingleStep } from '../../../tasks/steps/types.ts';
import { dryRunLines } from '../../dry-run.ts';
import { memoryKube } from '../../fakes/memory-kube.ts';
import { ownFolderOfEach } from '../../own-folder.ts';
import { plainContext } from '../../plain-context.ts';

const folder = ownFolderOfEach();

async function planned(action: string, isDryRun: boolean) {
  const path = join(folder(), 'list.csv');
  writeFileSync(path, 'Name,Login\nAda Lovelace,ada\nGrace Hopper,grace\n');
  const profile = await readProfile('local', []);
  const context = plainContext({
    profile,
    cluster: clusters.local,
    kube: memoryKube([]).kube,
    read: async () => '',
  });
  const task = classroomWith();
  return { context, steps: (await task.plan({ context, words: [action, path], isDryRun })).steps as SingleStep[] };
}

test('a dry run of plan shows columns, students and room, and builds no image', async () => {
  const { context, steps } = await planned('plan', true);
  expect(await dryRunLines(steps, context)).toEqual([
    '▸ Compare the class list with the class',
    '  people by `Login`, names from `Name`',
    '  2 new, 0 gone, 0 renamed, 0 moved to another group, 0 unchanged',
    '  + ada-lovelace  Ada Lovelace',
    '  + grace-hopper  Grace Hopper',
    '▸ Check that the class fits',
    '  unknown: the nodes cannot be read',
  ]);
});

test('plan itself builds the image, with which it compares the seats', async () => {
  const titles = (await planned('plan', false)).steps.map(({ title }) => title);
  expect(titles.length).toBeGreaterThan(5);
  expect(titles.at(-1)).toBe('Compare the seats with the class');
});

test('a dry run of apply shows the students as well', async () => {
  const { context, steps } = await planned('apply', true);
  const compares = steps.filter(({ compares: isComparing }) => isComparing);
  expect(await dryRunLines(compares, context)).toContain('  + ada-lovelace  Ada Lovelace');
});
