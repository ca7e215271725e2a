// A class at both ends of its life: its list before the first seat, and what is left after its end.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { planClass } from '../../../tasks/classroom/class.ts';
import { keysFile, recordFile } from '../../../tasks/classroom/folder.ts';
import { clusters } from '../../../tasks/clusters/index.ts';
import { writeFiles } from '../../../tasks/core/files/changes.ts';
import { classSize, endFinding } from '../../../tasks/doctor/checks/class-life.ts';
import type { Manifest } from '../../../tasks/kube/types.ts';
import { readProfile } from '../../../tasks/profile/read.ts';
import { memoryKube } from '../../fakes/memory-kube.ts';
import { ownFolderOfEach } from '../../own-folder.ts';
import { plainContext } from '../../plain-context.ts';

const folder = ownFolderOfEach();

function list(...people: string[]): string {
  const path = join(folder(), 'list.txt');
  writeFileSync(path, people.join('\n'));
  return path;
}

test('the room is counted for the students of the list, before and after the first seats', async () => {
  const profile = await readProfile('local', [`classroom.roster=${list('Ada', 'Bob')}`]);
  expect(await classSize(profile)).toBe(2);
  const { after, keys } = await planClass(profile, { isPruned: false });
  await writeFiles([recordFile('class', after), keysFile('class', keys)]);
  list('Ada', 'Eve', 'Grace');
  // Bob has a seat until he is pruned.
  expect(await classSize(profile)).toBe(4);
  list('no,titles', 'that,anybody', 'knows,here');
  expect(await classSize(profile)).toBe(2);
  expect(await classSize(await readProfile('local', ['classroom.name=other']))).toBe(0);
});

const server: Manifest = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'notebook', labels: { 'firesteel/class': 'class', 'firesteel/student': 'ada' }, generation: 1 },
  spec: { replicas: 1 },
};
const door: Manifest = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'door', namespace: 'class-class' } };

const now = new Date('2026-12-19T10:00Z');
const ended = 'the class ended on 2026-12-18T18:00Z';

test.each([
  ['local', [], { state: 'missing', seen: ended, more: [] }],
  [
    'local',
    [server, door],
    { state: 'missing', more: [`${ended}, and 1 notebook servers still run: firesteel classroom pause`] },
  ],
  [
    'digitalocean',
    [door],
    { state: 'missing', more: [`${ended}, and its load balancer still costs money: firesteel classroom destroy`] },
  ],
] as const)('on %s with %j, what is left of a class that has ended is a finding', async (name, objects, finding) => {
  const profile = await readProfile(name, ['classroom.end=2026-12-18T18:00Z']);
  const context = plainContext({ profile, cluster: clusters[profile.cluster], kube: memoryKube([...objects]).kube });
  expect(await endFinding(context, now)).toMatchObject(finding);
});

test('an end that is ahead is fine, and none is nothing to look at', async () => {
  const of = async (...sets: string[]) => endFinding(plainContext({ profile: await readProfile('local', sets) }), now);
  expect(await of('classroom.end=2027-01-31T18:00')).toEqual({ state: 'ok', seen: 'on 2027-01-31T18:00' });
  expect(await of()).toMatchObject({ state: 'not available' });
});
