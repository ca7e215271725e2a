// Paths in a profile: programs that start elsewhere get them, too.
import { writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { readProfile } from '../../../tasks/profile/read.ts';
import type { Profile } from '../../../tasks/profile/schema.ts';
import { ownFolder } from '../../own-folder.ts';

const box = ownFolder();

test.each<[string, string, string, (profile: Profile) => string | undefined, string]>([
  ['a relative folder', 'local', 'local.binaries=./bin', ({ local }) => local.binaries, resolve('bin')],
  ['a folder of the home', 'local', 'spark.home=~/spark', ({ spark }) => spark.home, join(homedir(), 'spark')],
  ['the home itself', 'local', 'spark.home=~', ({ spark }) => spark.home, homedir()],
  [
    "another user's folder, which no program finds",
    'local',
    'spark.home=~me',
    ({ spark }) => spark.home,
    resolve('~me'),
  ],
  ['a relative archive', 'local', 'spark.archive=s.tgz', ({ spark }) => spark.archive, resolve('s.tgz')],
  [
    'the address of an archive, which stays',
    'local',
    'spark.archive=https://a.io/s.tgz',
    ({ spark }) => spark.archive,
    'https://a.io/s.tgz',
  ],
  [
    'a kubeconfig of the home',
    'context',
    'context.kubeconfig=~/.kube/two',
    ({ context }) => context.kubeconfig,
    join(homedir(), '.kube/two'),
  ],
])('%s', async (_, name, set, value, path) => expect(value(await readProfile(name, [set]))).toBe(path));

test('files of a registry, in the file of a profile', async () => {
  const credentials = { username: 'me', passwordFile: '~/secret' };
  const registries = { 'a.io': { endpoint: 'https://b.io', ca: 'ca.crt', credentials } };
  const file = join(box, 'two.yaml');
  writeFileSync(file, JSON.stringify({ local: { registries } }));
  const read = (await readProfile(file, [])).local.registries['a.io'];
  expect(read).toMatchObject({ ca: resolve('ca.crt'), credentials: { passwordFile: join(homedir(), 'secret') } });
});
