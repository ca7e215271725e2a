import { expect, test } from 'vitest';
import { classEnd, endFiles } from '../../../tasks/classroom/class-end.ts';
import { writeFiles } from '../../../tasks/core/files/changes.ts';
import { readProfile } from '../../../tasks/profile/read.ts';
import { ownFolderOfEach } from '../../own-folder.ts';

ownFolderOfEach();

const first = new Date('2026-09-01T10:00:00Z');
const after = (days: number) => new Date(first.getTime() + days * 86_400_000);
const profile = await readProfile('local', []);

test('an end that nobody gave stays the same for all later commands', async () => {
  const end = classEnd(profile, first);
  expect(end).toEqual(new Date('2027-03-01T00:00:00Z'));
  await writeFiles(endFiles(profile, first));
  for (const days of [1, 100]) {
    expect(classEnd(profile, after(days))).toEqual(end);
    expect(endFiles(profile, after(days))).toEqual([]);
  }
});

test('it moves on in its last month, and a kept one that has passed counts no more', async () => {
  await writeFiles(endFiles(profile, first));
  const [later] = endFiles(profile, after(160));
  expect(later?.content).toBe('2027-08-08T00:00:00Z\n');
  expect(classEnd(profile, after(200)).getTime()).toBeGreaterThan(after(379).getTime());
});

test('the end of the profile counts alone, and is not kept', async () => {
  await writeFiles(endFiles(profile, first));
  const given = await readProfile('local', ['classroom.end=2026-12-18T18:00Z']);
  expect(classEnd(given, after(1))).toEqual(new Date('2026-12-18T18:00:00Z'));
  expect(endFiles(given, first)).toEqual([]);
});
