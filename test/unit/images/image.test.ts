// The image's name and the commands that make it.
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { cachePath, imageArchive, projectPath } from '../../../tasks/core/paths.ts';
import { baseReference, debianCommand, madeBase } from '../../../tasks/images/base.ts';
import {
  buildCommands,
  type ImageInputs,
  imageProblems,
  imageReference,
  imageTag,
  imageToolCommand,
} from '../../../tasks/images/image.ts';
import { type Profile, profileSchema } from '../../../tasks/profile/schema.ts';

const profile = (input: object): Profile => ({ ...profileSchema.parse(input), name: 'local', clusterName: 'local' });

const inputs: ImageInputs = {
  distribution: '4.3.0-aaaaaaaaaaaa',
  base: 'firesteel-base:bbbbbbbbbbbb',
  files: { Dockerfile: 'FROM x\n', 'entrypoint.sh': '#!/bin/bash\n' },
  repository: '',
};

test('the tag is the version and 12 digits that follow from the inputs, whatever their order', () => {
  const tag = imageTag('4.3.0', inputs);
  expect(tag).toMatch(/^4\.3\.0-[0-9a-f]{12}$/);
  const files = { 'entrypoint.sh': '#!/bin/bash\n', Dockerfile: 'FROM x\n' };
  expect(imageTag('4.3.0', { ...inputs, files })).toBe(tag);
});

test.each<[what: string, change: Partial<ImageInputs>]>([
  ['the distribution', { distribution: '4.3.0-cccccccccccc' }],
  ['the base', { base: 'eclipse-temurin:17-jre' }],
  ['a file of the build', { files: { ...inputs.files, Dockerfile: 'FROM y\n' } }],
  ["a file's name", { files: { Dockerfile: 'FROM x\n', 'entry.sh': '#!/bin/bash\n' } }],
  ['one file more', { files: { ...inputs.files, 'decom.sh': '' } }],
  ['the repository', { repository: 'quay.io/me' }],
  ['its platforms', { platforms: ['linux/arm64'] }],
])('another tag for a change of %s', (_, change) => {
  expect(imageTag('4.3.0', { ...inputs, ...change })).not.toBe(imageTag('4.3.0', inputs));
});

test.each([
  [undefined, 'spark:4.3.0-0'],
  ['quay.io/me', 'quay.io/me/spark:4.3.0-0'],
  ['localhost:5000', 'localhost:5000/spark:4.3.0-0'],
])('with repository %s the image is %s', (repository, reference) => {
  expect(imageReference(profile({ image: { repository } }), '4.3.0-0')).toBe(reference);
});

test.each([
  ['4.3.0', {}, ['SPARK_HOME=/h', '/h/bin/docker-image-tool.sh', '-t', 'T', '-u', '185']],
  ['3.0.1', {}, ['SPARK_HOME=/h', '/h/bin/docker-image-tool.sh', '-t', 'T', '-u', '185']],
  ['2.4.8', {}, ['--chdir=/h', 'SPARK_HOME=/h', '/h/bin/docker-image-tool.sh', '-t', 'T']],
  [
    '4.3.0',
    { repository: 'quay.io/me' },
    ['SPARK_HOME=/h', '/h/bin/docker-image-tool.sh', '-r', 'quay.io/me', '-t', 'T', '-u', '185'],
  ],
])('docker-image-tool.sh of Spark %s with %o gets the options it knows', (version, image, words) => {
  const command = imageToolCommand(profile({ spark: { version }, image: { base: 'debian:12', ...image } }), '/h', 'T');
  expect(command).toEqual(['env', ...words, '-b', 'base_img=debian:12 --network none', 'build']);
});

test('a base made on this machine is imported before the build, and a given base is not', () => {
  const programs = (given: Profile) => buildCommands(given, '/h', 'T', '/a.tar').map((command) => command[0]);
  expect(programs(profile({}))).toEqual(['sh', 'env', 'docker', 'docker', 'chown']);
  expect(programs(profile({ image: { base: 'debian:12' } }))).toEqual(['env', 'docker', 'docker', 'chown']);
});

test('the image is inspected before it is saved, because the tool ends with 0 without an image', () => {
  const commands = buildCommands(profile({}), '/h', 'T', '/a.tar').map((command) => command.join(' '));
  expect(commands.slice(-3, -1)).toEqual([
    'docker image inspect --format image {{.Id}}, {{.Size}} bytes spark:T',
    'docker save --output /a.tar spark:T',
  ]);
});

test('the archive of a tag is one file in the cache', () => {
  expect(imageArchive('spark:4.3.0-0')).toBe(cachePath('images', 'spark-4.3.0-0.tar'));
});

test('a base made on this machine is named after its recipe, and a given base keeps its name', () => {
  expect(madeBase(profile({}))?.reference).toMatch(/^firesteel-base:[0-9a-f]{12}$/);
  expect(baseReference(profile({}))).toBe(madeBase(profile({}))?.reference);
  expect(madeBase(profile({ image: { base: 'debian:12' } }))).toBeUndefined();
  expect(baseReference(profile({ image: { base: 'debian:12' } }))).toBe('debian:12');
});

test("the base comes from the host's own sources and keeps none of their addresses", () => {
  const command = debianCommand(['deb http://mirror/debian bookworm main'], '/base.tar');
  expect(command.slice(-3)).toEqual(['bookworm', '/base.tar', 'deb http://mirror/debian bookworm main']);
  expect(command.find((word) => word.startsWith('--customize-hook'))).toContain('/etc/apt/sources.list');
});

test.each([
  [{ spark: { version: '4.3.0' } }, []],
  [
    { spark: { version: '9.9.9' } },
    [/^spark\.version 9\.9\.9 belongs to no known line; known lines are .*; the nearest that fits is 4\.3\.0$/],
  ],
  [
    { spark: { version: '3.5.7' } },
    [/^spark\.version 3\.5\.7: firesteel has no hash of this version: use 3\.5\.9, set spark\.archive/],
  ],
  [{ spark: { home: '/nowhere' } }, [/^spark\.home \/nowhere: no Spark distribution$/]],
  [
    { spark: { archive: 'http://a/spark.tgz' } },
    [/^spark\.archive http:\/\/a\/spark\.tgz: expected an https:\/\/ address$/],
  ],
  [{ spark: { archive: 'https://a/spark.tgz' } }, []],
  [{ spark: { archive: '/no.tgz' } }, [/no file \/no\.tgz$/, /no file \/no\.tgz\.sha512$/]],
  [
    { spark: { version: '2.3.1', archive: 'https://a/b.tgz' } },
    [/^spark\.version 2\.3\.1 .* without an option for a base image/],
  ],
])('problems of %o', (input, expected) => {
  const problems = imageProblems(profile(input));
  expect(problems).toHaveLength(expected.length);
  for (const [i, pattern] of expected.entries()) expect(problems[i]).toMatch(pattern);
});

test.each(['Quay.io/Me', 'a b', 'quay.io/me/', '-x', 'a//b'])('repository %s is refused', (repository) => {
  expect(profileSchema.safeParse({ image: { repository } }).success).toBe(false);
});

test.each(['quay.io/me', 'localhost:5000', 'me', 'my_org/team-1/x', 'a.b.c:443/d'])(
  'repository %s is fine',
  (repository) => {
    expect(profileSchema.safeParse({ image: { repository } }).success).toBe(true);
  },
);

test.each<[what: string, input: object, problems: RegExp[]]>([
  ['with Docker in one node', { containerRuntime: 'docker' }, []],
  ['with another runtime', {}, [/needs minikube\.containerRuntime: docker, not containerd/]],
  ['on this machine', { containerRuntime: 'docker', driver: 'none' }, [/does not work with driver none/]],
  ['on several nodes', { containerRuntime: 'docker', nodes: 2 }, [/needs one node, but minikube\.nodes is 2/]],
])('building in minikube %s', (_, minikube, problems) => {
  const given = profile({ cluster: 'minikube', image: { builder: 'minikube' }, minikube });
  const found = imageProblems(given).filter((problem) => problem.startsWith('image.builder'));
  expect(found).toEqual(problems.map((problem) => expect.stringMatching(problem)));
});

test('building in minikube is for minikube', () =>
  expect(imageProblems(profile({ image: { builder: 'minikube' } }))).toContain(
    'image.builder minikube needs cluster: minikube, not local',
  ));

test.each([
  ['has python3 alone: python is a link to it', ['python3'], true],
  ['has both: each stays what it is', ['python', 'python3'], false],
])('a base that %s', (_, programs, isLinked) => {
  const folder = mkdtempSync(join(tmpdir(), 'fs-python-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const name of programs) {
    writeFileSync(join(folder, name), '');
    chmodSync(join(folder, name), 0o755);
  }
  const line = /^ *(command -v python >.*); \\$/m.exec(
    readFileSync(projectPath('docker', 'spark', 'Dockerfile'), 'utf8'),
  );
  const script = `ln() { /bin/ln "$@"; }; ${line?.[1]?.replace('/usr/local/bin', folder)}`;
  execFileSync('/bin/sh', ['-euc', script], { env: { PATH: folder } });
  expect(existsSync(join(folder, 'python'))).toBe(true);
  if (isLinked) expect(readlinkSync(join(folder, 'python'))).toBe(join(folder, 'python3'));
});
