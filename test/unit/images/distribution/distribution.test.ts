// Where Spark comes from: pinned packages, verified releases, folders that are never written to.
import { chmod, lstat, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createExec } from '../../../../tasks/core/exec.ts';
import { parseSha512 } from '../../../../tasks/images/distribution/archive.ts';
import { fetchSpark, findDistribution } from '../../../../tasks/images/distribution/distribution.ts';
import { fetchCommands, pinnedRequirement, shownProgress } from '../../../../tasks/images/distribution/pypi.ts';
import { type Profile, profileSchema } from '../../../../tasks/profile/schema.ts';
import { plainContext } from '../../../plain-context.ts';

const exec = createExec(new AbortController().signal);
const context = plainContext();
const profile = (spark: object): Profile => ({
  ...profileSchema.parse({ spark }),
  name: 'local',
  clusterName: 'local',
});

let folder: string;
let lines: string[];
const out = { line: (text: string) => void lines.push(text) };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'firesteel-spark-'));
  lines = [];
  vi.stubEnv('XDG_CACHE_HOME', join(folder, 'cache'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

const fetch = async (spark: object): Promise<string> => {
  await fetchSpark(profile(spark)).run(context, out);
  return (await findDistribution(profile(spark))).home;
};

/** What the cache holds of Spark: nothing half-made is ever left there. */
const cached = async () => readdir(join(folder, 'cache', 'firesteel', 'spark'));

/** A distribution as small as can be. */
async function makeSpark(name: string): Promise<string> {
  const home = join(folder, name);
  await mkdir(join(home, 'bin'), { recursive: true });
  await writeFile(join(home, 'bin', 'docker-image-tool.sh'), 'echo tool\n', { mode: 0o755 });
  return home;
}

test('a given folder is copied with a RELEASE file and stays unchanged', async () => {
  const given = await makeSpark('given');
  const home = await fetch({ home: given });
  expect(await readdir(given)).toEqual(['bin']);
  expect((await readdir(home)).sort()).toEqual(['RELEASE', 'bin']);
  expect(await fetchSpark(profile({ home: given })).skip?.(context)).toBe('in the cache');
});

test.each([
  ['an absolute', () => join(folder, 'given')],
  ['a relative', () => 'given'],
])('%s link to a given folder is followed, and that folder stays unchanged', async (_, target) => {
  const given = await makeSpark('given');
  await chmod(given, 0o700);
  await symlink(target(), join(folder, 'link'));
  const home = await fetch({ home: join(folder, 'link') });
  expect((await lstat(home)).isDirectory()).toBe(true);
  expect((await readdir(home)).sort()).toEqual(['RELEASE', 'bin']);
  expect(await readdir(given)).toEqual(['bin']);
  expect((await stat(given)).mode & 0o777).toBe(0o700);
});

test('a change in a given folder is another distribution', async () => {
  const given = await makeSpark('given');
  const { key } = await findDistribution(profile({ home: given }));
  expect((await findDistribution(profile({ home: given }))).key).toBe(key);
  await writeFile(join(given, 'bin', 'docker-image-tool.sh'), 'echo another tool\n');
  expect((await findDistribution(profile({ home: given }))).key).not.toBe(key);
});

async function makeArchive(): Promise<string> {
  const archive = join(folder, 'spark-4.3.0-bin-hadoop3.tgz');
  await makeSpark('spark-4.3.0-bin-hadoop3');
  await exec(['tar', '-czf', archive, '-C', folder, 'spark-4.3.0-bin-hadoop3']);
  await writeFile(`${archive}.sha512`, await exec(['sha512sum', archive]));
  return archive;
}

test('a release with the right checksum is unpacked, and a missing signature is reported', async () => {
  const home = await fetch({ archive: await makeArchive() });
  expect(await readFile(join(home, 'bin', 'docker-image-tool.sh'), 'utf8')).toBe('echo tool\n');
  expect(lines).toEqual(['signature of spark-4.3.0-bin-hadoop3.tgz not checked: no KEYS file']);
});

test('a release cut short is never unpacked', async () => {
  const archive = await makeArchive();
  await writeFile(archive, (await readFile(archive)).subarray(0, 100));
  await expect(fetch({ archive })).rejects.toThrow('SHA-512 checksum mismatch');
  expect(await cached()).toEqual([]);
});

test('a release is unpacked only with a signature by one of the keys beside it', async () => {
  const archive = await makeArchive();
  const signAs = async (name: string) => {
    const home = join(folder, name);
    await mkdir(home, { mode: 0o700 });
    const gpg = ['gpg', '--homedir', home, '--batch', '--yes', '--passphrase', ''] as const;
    await exec([...gpg, '--quick-generate-key', `${name}@example.org`, 'ed25519', 'sign', 'never']);
    await exec([...gpg, '--armor', '--detach-sign', '--output', `${archive}.asc`, archive]);
    const keys = await exec([...gpg, '--armor', '--export']);
    await exec(['gpgconf', '--homedir', home, '--kill', 'all']);
    return keys;
  };
  await writeFile(join(folder, 'KEYS'), await signAs('releaser'));
  await fetch({ archive });
  await rm(join(folder, 'cache'), { recursive: true });

  await signAs('stranger');
  await expect(fetch({ archive })).rejects.toThrow('the signature matches no key in');
  await rm(`${archive}.asc`);
  await expect(fetch({ archive })).rejects.toThrow('the signature matches no key in');
  expect(await cached()).toEqual([]);
});

const hash = '0123456789abcdef'.repeat(8);
const groups = hash.toUpperCase().match(/.{8}/g) ?? [];

test.each([
  ['sha512sum', `${hash}  spark-4.3.0-bin-hadoop3.tgz\n`],
  ['sha512sum in binary mode', `${hash} *spark-4.3.0-bin-hadoop3.tgz\n`],
  ['a bare hash', hash],
  [
    'gpg --print-md',
    `spark-2.4.8-bin-hadoop2.7.tgz: ${groups.slice(0, 8).join(' ')}\n                               ${groups.slice(8).join(' ')}\n`,
  ],
  ['gpg --print-md with the name on its own line', `spark-2.4.8.tgz: \n${groups.join(' ')}\n`],
])('a checksum as %s writes it', (_, text) => {
  expect(parseSha512(text, 'spark.tgz')).toBe(hash);
});

test.each([
  ['an HTML page', '<html><body>Not Found</body></html>'],
  ['nothing', ''],
  ['a checksum cut short', hash.slice(1)],
  ['a SHA-256', hash.slice(64)],
  ['two checksums', `${hash}  a.tgz\n${hash}  b.tgz\n`],
])('%s is not a checksum', (_, text) => {
  expect(() => parseSha512(text, 'spark.tgz')).toThrow('spark.tgz.sha512: contains no SHA-512 checksum');
});

test('the default version is pinned, and a version without a pin is a usage error', () => {
  expect(pinnedRequirement(profile({}).spark.version)).toMatch(/^pyspark==4\.3\.0 --hash=sha256:[0-9a-f]{64}$/m);
  expect(() => pinnedRequirement('9.9.9')).toThrow('spark.version 9.9.9: firesteel has no hash of this version');
});

test('pip installs only what has a pinned hash', () => {
  const pip = fetchCommands('4.3.0', '/work').filter((command) => command.some((word) => /^pip/.test(word)));
  expect(pip).toHaveLength(2);
  for (const command of pip) expect(command).toContain('--require-hashes');
});

test('a fetch that fails leaves nothing behind', async () => {
  const failing = {
    ...context,
    run: async (...args: Parameters<typeof exec>) => (args[0].includes('pip3') ? exec(['false']) : exec(...args)),
  };
  await expect(fetchSpark(profile({})).run(failing, out)).rejects.toThrow('exit code 1');
  expect(await cached()).toEqual([]);
});

test.each([
  ['Progress 228000000 of 455910862', '228 of 456 MB'],
  ['Saved ./pyspark-4.3.0.tar.gz', 'Saved ./pyspark-4.3.0.tar.gz'],
])('%s is shown as %s', (line, shown) => {
  expect(shownProgress(line)).toBe(shown);
});
