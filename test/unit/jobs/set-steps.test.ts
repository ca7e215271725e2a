// Data sets of the user: named with a checksum, refused where that differs, listed, forgotten.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { namedSetFile, pathOf, readNamedSet, sumOf } from '../../../tasks/jobs/named-sets.ts';
import { addSet, checkSet, listedSets, plainSum, removeSet, setProblems } from '../../../tasks/jobs/set-steps.ts';
import { fetchCommand, fetchSet } from '../../../tasks/jobs/ways.ts';
import { type Profile, profileSchema } from '../../../tasks/profile/schema.ts';
import type { SingleStep, Step } from '../../../tasks/steps/types.ts';
import { ownFolder } from '../../own-folder.ts';
import { plainContext } from '../../plain-context.ts';

const box = ownFolder({ XDG_DATA_HOME: 'data', XDG_CACHE_HOME: 'cache' });
const rides = join(box, 'rides');
mkdirSync(rides, { recursive: true });
writeFileSync(join(rides, 'a.csv'), '1,2\n');
writeFileSync(join(rides, 'b.csv'), '3\n');

async function perform(...steps: Step[]): Promise<string[]> {
  const lines: string[] = [];
  for (const step of steps) await (step as SingleStep).run(plainContext(), { line: (text) => lines.push(text) });
  return lines;
}

test('a folder is named with the checksum of all its files, and a second time nothing changes', async () => {
  const sum = await sumOf(rides);
  const flags = { license: 'CC0-1.0', way: 'mount' };
  expect(await perform(...addSet('rides', rides, flags))).toEqual([`${rides}: SHA-256 ${sum}, way: mount`]);
  expect(readNamedSet('rides')).toEqual({
    name: 'rides',
    source: rides,
    way: 'mount',
    license: 'CC0-1.0',
    sha256: sum,
  });
  expect(await perform(...addSet('rides', rides, flags))).toEqual(['unchanged']);
  expect(listedSets()[1]).toMatch(/^rides +mount +CC0-1\.0 +[0-9a-f]{12} +\//);
  expect(await perform(checkSet('rides'))).toEqual([`${rides}: SHA-256 ${sum}`]);
});

test('a set that is named again keeps its way and its license', async () => {
  await perform(...addSet('again', rides, { license: 'CC0-1.0', way: 'claim' }));
  await perform(...addSet('again', join(rides, 'a.csv'), {}));
  expect(readNamedSet('again')).toMatchObject({ source: join(rides, 'a.csv'), way: 'claim', license: 'CC0-1.0' });
  await perform(...addSet('again', rides, { way: 'image', license: 'MIT' }));
  expect(readNamedSet('again')).toMatchObject({ way: 'image', license: 'MIT' });
});

test('a hint quotes a path with blanks', async () => {
  const folder = join(box, 'my rides');
  mkdirSync(folder);
  writeFileSync(join(folder, 'a.csv'), '1\n');
  await perform(...addSet('blanks', folder, {}));
  writeFileSync(join(folder, 'a.csv'), '2\n');
  await expect(perform(checkSet('blanks'))).rejects.toMatchObject({
    hint: `put the former files back, or name the data again: firesteel data add blanks '${folder}'`,
  });
});

test('an address that has another file by now leaves nothing in the cache', async () => {
  const set = {
    name: 'web',
    source: 'https://example.org/a.csv',
    way: 'image',
    license: 'CC0',
    sha256: '0'.repeat(64),
  } as const;
  const run = async (command: readonly string[]) => {
    writeFileSync(command[command.indexOf('--output') + 1] ?? '', 'other\n');
    return '';
  };
  const fetched = Promise.resolve(fetchSet(set).run(plainContext({ run }), { line: () => {} }));
  await expect(fetched).rejects.toThrow(
    /^data web: https:\/\/example\.org\/a\.csv now has the checksum [0-9a-f]{64}, not 0{64}$/,
  );
  expect(existsSync(pathOf(set))).toBe(false);
});

test('a lone file has the checksum that sha256sum prints', async () => {
  const printed = createHash('sha256')
    .update(readFileSync(join(rides, 'a.csv')))
    .digest('hex');
  expect(await sumOf(join(rides, 'a.csv'))).toBe(printed);
});

test('a set with other content is refused by name and checksum', async () => {
  await perform(...addSet('changing', rides, {}));
  writeFileSync(join(rides, 'b.csv'), '4\n');
  await expect(perform(checkSet('changing'))).rejects.toThrow(
    /^data changing: its checksum is [0-9a-f]{64}, not [0-9a-f]{64}$/,
  );
  const wrong = { sha256: '0'.repeat(64) };
  await expect(perform(...addSet('wrong', rides, wrong))).rejects.toThrow(
    /^data wrong: the checksum of .* is [0-9a-f]{64}, not 0{64}$/,
  );
  expect(existsSync(namedSetFile('wrong'))).toBe(false);
});

test('a set that stays where it is has a name and no checksum', async () => {
  await perform(...addSet('big', 'claim:big/2026', {}));
  expect(readNamedSet('big')).toEqual({ name: 'big', source: 'claim:big/2026', way: 'claim', license: 'not stated' });
});

const bare = { namespace: 'spark' };

test.each<[string, Pick<Profile, 'namespace' | 'storage'>, string[]]>([
  ['mount', bare, []],
  ['claim', bare, ['a claim that a run made stays; remove it with: kubectl --namespace spark delete pvc data-left']],
  [
    'remote',
    { ...bare, storage: profileSchema.parse({ storage: { kind: 's3', service: true } }).storage },
    [
      'what a run put into the storage stays; remove it with: aws s3 rm --recursive s3://spark/data/left --endpoint-url http://localhost:7070, with kubectl --namespace spark port-forward service/storage 7070',
    ],
  ],
  [
    'remote',
    { ...bare, storage: profileSchema.parse({ storage: { kind: 'hdfs', endpoint: 'hdfs://nn:8020' } }).storage },
    ['what a run put into the storage stays; remove it with: hdfs dfs -rm -r hdfs://nn:8020/data/left'],
  ],
])('forgetting a set of way %s names what stays in the cluster, and its command', async (way, profile, lines) => {
  await perform(...addSet('left', rides, { way }));
  expect(await perform(removeSet('left', profile))).toEqual([`${rides} stays`, ...lines]);
});

test('forgetting a set keeps its files', async () => {
  await perform(...addSet('gone', rides, {}));
  expect(await perform(removeSet('gone', bare))).toEqual([`${rides} stays`]);
  expect(readNamedSet('gone')).toBeUndefined();
  expect(existsSync(join(rides, 'a.csv'))).toBe(true);
});

test.each([
  ['add', ['Rides', rides], {}, 'data add Rides: expected a name of at most 42 lower-case letters, digits and "-"'],
  ['add', ['digits', rides], {}, 'data add digits: a data set of firesteel has this name: choose another one'],
  [
    'add',
    ['a', rides],
    { way: 'mounts' },
    '--way mounts: expected one of image, mount, claim, remote; did you mean "mount"?',
  ],
  ['add', ['a', rides], { sha256: 'abc' }, '--sha256 abc: expected 64 hexadecimal digits'],
  [
    'add',
    ['a', 'https://example.org/a.csv'],
    { way: 'mount' },
    '--way mount: expected a folder of this machine, got https://example.org/a.csv',
  ],
  [
    'add',
    ['a', 'claim:b'],
    { way: 'image' },
    'data add a claim:b: the data stays where it is: omit --way and --sha256',
  ],
  ['add', ['a', 'mount:rides'], {}, 'data add a mount:rides: name the path without "mount:", and add --way mount'],
  ['add', ['a', 'claim:Big_One'], {}, 'data add a claim:Big_One: expected claim:NAME or claim:NAME/path'],
  ['add', ['a', rides], { license: 'CC0\n' }, '--license: expected one line'],
  ['add', ['a', 'image:opt'], {}, 'data add a image:opt: expected an absolute path, as in image:/opt/data'],
  [
    'add',
    ['a', 's3://rides/a'],
    {},
    'data add a s3://rides/a: expected an address such as s3a://…, gs://…, hdfs://…, webhdfs://… or https://…',
  ],
  ['add', ['a', 'https://'], {}, 'data add a https://: expected an address such as https://example.org/rides.csv'],
  [
    'add',
    ['a', 'https://ada:hush@example.org/a.csv'],
    {},
    'data add a https://…@example.org/a.csv: expected an address without a password: fetch the file, and name its path',
  ],
  ['add', ['a', '/nothing/here'], {}, 'data add a /nothing/here: no such file or folder'],
  ['remove', ['nothing'], {}, 'data nothing: you have no such data set; list the data sets: firesteel data list'],
])('data %s %j with %j is refused', (action, words, flags, problem) => {
  expect(setProblems(action, words, flags)).toEqual([problem]);
});

test.each(['A'.repeat(64), `sha256:${'a'.repeat(64)}`, `SHA256=${'a'.repeat(64)}`, ` ${'a'.repeat(64)}`])(
  'the checksum %s is taken',
  (text) => expect(plainSum(text)).toBe('a'.repeat(64)),
);

test.each([
  ['https://example.org/my%20rides[1].csv?f[]=a', 'my rides-1-.csv'],
  ['https://example.org/a%2F..%2Fb%0A.csv', 'a-..-b-.csv'],
  ['https://example.org/100%.csv', '100%.csv'],
  ['https://example.org/', 'data'],
])('the file of %s is %s', (source, name) =>
  expect(basename(pathOf({ name: 'web', source, sha256: '0'.repeat(64) }))).toBe(name),
);

test('curl gets an address with brackets and blanks as one address', () =>
  expect(fetchCommand('https://example.org/my rides[1-2].csv?f[]={a}', '/tmp/a')).toEqual([
    ...['curl', '--fail', '--silent', '--show-error', '--location', '--proto', '=https', '--globoff'],
    ...['--output', '/tmp/a', '--', 'https://example.org/my%20rides[1-2].csv?f[]={a}'],
  ]));

test('a folder with a link to nothing is refused by its path', async () => {
  const folder = join(box, 'links');
  mkdirSync(folder);
  writeFileSync(join(folder, 'a.csv'), '1\n');
  await perform(...addSet('links', folder, {}));
  symlinkSync('/nothing/here', join(folder, 'b.csv'));
  const problem = expect.stringContaining(join(folder, 'b.csv'));
  expect(setProblems('add', ['links', folder], {})).toEqual([problem]);
  await expect(perform(checkSet('links'))).rejects.toMatchObject({ message: problem, hint: expect.any(String) });
});
