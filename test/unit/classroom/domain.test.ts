// The flag --domain beside the key classroom.door.domain of the profile.
import { expect, test } from 'vitest';
import { classroomWith } from '../../../tasks/classroom.ts';
import { clusters } from '../../../tasks/clusters/index.ts';
import { readProfile } from '../../../tasks/profile/read.ts';

const profile = await readProfile('local', ['classroom.door.domain=profile.example.org']);
const read = async () => '';

test.each([
  ['flag.example.org', 'flag.example.org'],
  [undefined, 'profile.example.org'],
])('with --domain %s the door has the domain %s', (domain, taken) =>
  expect(classroomWith({ domain }).profileFor?.(profile, ['apply']).classroom.door).toEqual({
    ...profile.classroom.door,
    domain: taken,
  }),
);

test.each(['localhost', 'Class.example.org', 'class..org', ''])(
  'the domain %j is refused as in a profile',
  async (domain) =>
    expect(await classroomWith({ domain }).problems?.(profile, ['apply'], clusters.local, read)).toEqual([
      `--domain ${domain}: expected a domain name in lower case, such as class.example.org`,
    ]),
);
