// What personal links begin with: flags win over the profile, and a domain over the address of this machine.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { planClass } from '../../../tasks/classroom/class.ts';
import { classPath, keysFile, recordFile } from '../../../tasks/classroom/folder.ts';
import { type ClassroomFlags, classroomWith } from '../../../tasks/classroom.ts';
import { clusters } from '../../../tasks/clusters/index.ts';
import { writeFiles } from '../../../tasks/core/files/changes.ts';
import { readProfile } from '../../../tasks/profile/read.ts';
import type { Context, SingleStep } from '../../../tasks/steps/types.ts';
import { ownFolderOfTest } from '../../own-folder.ts';
import { planFor } from '../../plan-of.ts';

const address = 'classroom.door.address=192.0.2.1';
const domain = 'classroom.door.domain=class.example.org';

test.each<[string, ClassroomFlags, string[], string]>([
  ['address of the profile', {}, [address], '192.0.2.1:8443'],
  ['flag --address', { address: '192.0.2.2' }, [address], '192.0.2.2:8443'],
  ['domain of the profile', { address: '192.0.2.2' }, [address, domain], 'ada-lovelace.class.example.org:8443'],
  ['flag --domain', { domain: 'try.example.org' }, [address, domain], 'ada-lovelace.try.example.org:8443'],
])('the %s is in the link on a hand-out', async (_, flags, sets, host) => {
  const list = join(ownFolderOfTest(), 'list.txt');
  writeFileSync(list, 'Ada Lovelace');
  const task = classroomWith(flags);
  const read = await readProfile('local', sets);
  const { after, keys } = await planClass(read, { path: list, isPruned: false });
  await writeFiles([recordFile('class', after), keysFile('class', keys)]);
  const { profile, steps } = await planFor(task, read, ['handouts']);
  for (const step of steps as SingleStep[])
    await step.run({ profile, cluster: clusters.local, write: writeFiles } as unknown as Context, { line: () => {} });
  const table = readFileSync(classPath('class', 'handouts', 'mail-merge.csv'), 'utf8');
  expect(table).toContain(`https://${host}/j/${keys.get('ada-lovelace')?.code}`);
});
