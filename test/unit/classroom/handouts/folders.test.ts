// Where hand-outs go: never into a repository that somebody names, and always into the folder of the class.
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { classPath, keysFile, recordFile } from '../../../../tasks/classroom/folder.ts';
import { repositoryProblems } from '../../../../tasks/classroom/handouts/files.ts';
import { withNewKeys } from '../../../../tasks/classroom/keys.ts';
import { classroomWith } from '../../../../tasks/classroom.ts';
import { clusters } from '../../../../tasks/clusters/index.ts';
import { writeFiles } from '../../../../tasks/core/files/changes.ts';
import { readProfile } from '../../../../tasks/profile/read.ts';
import type { SingleStep } from '../../../../tasks/steps/types.ts';
import { ownFolderOfEach } from '../../../own-folder.ts';
import { plainContext } from '../../../plain-context.ts';
import { planIn } from '../../../plan-of.ts';

const folder = ownFolderOfEach();
const students = [{ name: 'ada', key: 'ada', shown: 'Ada' }];
const profile = await readProfile('local', ['classroom.door.address=192.0.2.1']);

beforeEach(() =>
  writeFiles([
    recordFile('class', { by: { field: 'name' }, students, former: [] }),
    keysFile('class', withNewKeys(students, new Map())),
  ]),
);

const planned = (...words: string[]) => {
  const context = plainContext({ profile, cluster: clusters.local, read: async () => '' });
  return planIn(classroomWith(), context, ['handouts', ...words]).then((plan) => ({ ...plan, context }));
};

test('a folder in a git repository, however deep, is refused before anything is done', async () => {
  const repository = join(folder(), 'repository');
  mkdirSync(join(repository, '.git'), { recursive: true });
  expect(repositoryProblems(folder())).toEqual([]);
  const inside = join(repository, 'a', 'b');
  expect((await planned(inside)).problems).toEqual([
    `${inside} is in the git repository ${repository}, and hand-outs hold the codes of students: choose a folder outside of any repository`,
  ]);
});

test('the folder of the class is not refused, also where the home folder is a repository', async () => {
  mkdirSync(join(folder(), '.git'));
  const { problems = [], steps, context } = await planned();
  expect(problems).toEqual([]);
  for (const step of steps as SingleStep[]) await step.run(context, { line: () => {} });
  expect(existsSync(classPath('class', 'handouts', 'all.html'))).toBe(true);
});
