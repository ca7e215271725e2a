// An image for several platforms: the words of docker-image-tool.sh and Docker. Neither buildx nor another platform is here.
import { expect, test } from 'vitest';
import { shown } from '../../../tasks/core/exec.ts';
import type { Exec } from '../../../tasks/core/types.ts';
import { buildCommands, imageProblems, imageTag } from '../../../tasks/images/image.ts';
import { buildxProblems } from '../../../tasks/images/platforms.ts';
import { type Profile, profileSchema } from '../../../tasks/profile/schema.ts';

const both = ['linux/amd64', 'linux/arm64'];

const profile = (image: object, spark: object = {}): Profile => ({
  ...profileSchema.parse({ image: { platforms: both, repository: 'quay.io/me', base: 'debian:12', ...image }, spark }),
  name: 'local',
  clusterName: 'local',
});

test.each([
  ['4.3.0', both, 'linux/amd64,linux/arm64'],
  ['3.1.1', ['linux/arm64'], 'linux/arm64'],
])('Spark %s for %s is built and pushed at once, and then looked for', (version, platforms, words) =>
  expect(buildCommands(profile({ platforms }, { version }), '/h', 'T', '/a.tar')).toEqual([
    [
      'env',
      'SPARK_HOME=/h',
      `ARCHS=--platform ${words}`,
      '/h/bin/docker-image-tool.sh',
      ...['-r', 'quay.io/me', '-t', 'T', '-u', '185', '-X', '-b', 'base_img=debian:12 --network none', 'build'],
    ],
    ['docker', 'buildx', 'imagetools', 'inspect', 'quay.io/me/spark:T'],
  ]),
);

test('the tag does not depend on the order of the platforms', () => {
  const inputs = { distribution: 'd', base: 'b', files: {}, repository: 'r' };
  expect(imageTag('4.3.0', { ...inputs, platforms: both })).toBe(
    imageTag('4.3.0', { ...inputs, platforms: [...both].reverse() }),
  );
});

test.each([
  [{}, {}, []],
  [{ repository: undefined }, {}, [/needs image\.repository: the build pushes an image for several platforms/]],
  [{ base: undefined }, {}, [/needs image\.base: .* only for this machine's platform/]],
  [{ builder: 'minikube' }, {}, [/does not work with image\.builder minikube/]],
  [{}, { version: '3.0.3' }, [/Spark 3\.0\.3 has no -X/]],
])('problems of image %o and spark %o', (image, spark, expected) => {
  const found = imageProblems(profile(image, spark)).filter((line) => line.startsWith('image.platforms'));
  expect(found).toEqual(expected.map((problem) => expect.stringMatching(problem)));
});

/** A Docker of which these commands answer, each with a line. */
const docker =
  (...known: string[]): Exec =>
  async (command) => {
    if (known.includes(shown(command).split(' ').slice(0, 2).join(' '))) return 'v1';
    throw new Error('no such command');
  };

test.each([
  ['with buildx', docker('docker version', 'docker buildx'), []],
  ['without buildx', docker('docker version'), [/needs the buildx plugin/]],
  ['that does not run', docker('docker buildx'), [/needs Docker, which does not answer/]],
])('a Docker %s', async (_, read, expected) => {
  expect(await buildxProblems(profile({}), read)).toEqual(expected.map((problem) => expect.stringMatching(problem)));
});

test('Docker is not needed without platforms', async () =>
  expect(await buildxProblems(profile({ platforms: undefined }), docker())).toEqual([]));
