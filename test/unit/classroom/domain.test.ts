// The flag --domain beside the key classroom.door.domain of the profile.
import { expect, test } from 'vitest';
import { classroomWith } from '../../../tasks/classroom.ts';
import { readProfile } from '../../../tasks/profile/read.ts';
import { planFor } from '../../plan-of.ts';

const profile = await readProfile('local', ['classroom.door.domain=profile.example.org']);

test.each([
  ['flag.example.org', 'flag.example.org'],
  [undefined, 'profile.example.org'],
])('with --domain %s the door has the domain %s', async (domain, taken) =>
  expect((await planFor(classroomWith({ domain }), profile, ['destroy'])).profile?.classroom.door).toEqual({
    ...profile.classroom.door,
    domain: taken,
  }),
);

test.each(['localhost', 'Class.example.org', 'class..org', ''])(
  'the domain %j is refused as in a profile',
  async (domain) =>
    expect((await planFor(classroomWith({ domain }), profile, ['apply'])).problems).toEqual([
      `--domain ${domain}: expected a domain name in lower case, such as class.example.org`,
    ]),
);
