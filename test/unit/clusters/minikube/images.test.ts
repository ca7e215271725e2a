// Images brought into a cluster of minikube; and everything that must not pass for a success.
import { beforeEach, describe, expect, test } from 'vitest';
import { isListed, parseDockerEnv, publishSteps, routeOf } from '../../../../tasks/clusters/minikube/images.ts';
import { imageArchive } from '../../../../tasks/core/paths.ts';
import { findEngine } from '../../../../tasks/images/docker.ts';
import type { Context } from '../../../../tasks/steps/types.ts';
import { fakeMinikube, profileNamed, recorded, runAll, running, says, stopped } from '../../../fakes/minikube/fake.ts';

const fake = fakeMinikube();
const profile = await profileNamed('minikube-docker');
const name = 'minikube-docker';
const call = (words: string) => words.replace('@', `--profile=${name}`).split(' ');
const status = call('status @ --output=json');
const images = call('image ls @ --format=json');
const image = 'spark:4.3.0-0123456789ab';
const listed = (...repoTags: string[]) => says([{ id: 'x', repoDigests: [], repoTags, size: '1' }]);

let context: Context;

beforeEach(() => {
  context = fake.context(profile);
  context.state.image = image;
});

describe('publish', () => {
  const load = () => call(`image load @ ${imageArchive(image)}`);

  test('skips an image that is there', async () => {
    fake.answer(status, running);
    fake.answer(images, listed(`docker.io/library/${image}`));
    expect(await runAll(publishSteps(profile), context)).toEqual([
      `Load the image into the cluster: ${image} is in the cluster`,
      'Check the image in the cluster',
    ]);
  });

  test('loads it and sees it there', async () => {
    fake.answer(status, running);
    fake.answer(images, listed('registry.k8s.io/pause:3.10'), listed(`docker.io/library/${image}`));
    fake.answer(load(), says());
    expect(await runAll(publishSteps(profile), context)).toContain('Load the image into the cluster');
  });

  test('is not a success because `image load` ends with 0', async () => {
    fake.answer(status, running);
    fake.answer(images, listed('registry.k8s.io/pause:3.10'));
    fake.answer(load(), recorded('image load: without a machine'));
    expect(recorded('image load: without a machine').code).toBe(0);
    await expect(runAll(publishSteps(profile), context)).rejects.toThrow(
      `minikube reported success, but did not load ${image} from ${imageArchive(image)} (one node)`,
    );
  });

  test('fails on a cluster that stops during the load', async () => {
    fake.answer(status, stopped);
    fake.answer(images, recorded('image ls: without a machine'));
    fake.answer(load(), recorded('image load: without a machine'));
    await expect(runAll(publishSteps(profile), context)).rejects.toThrow(
      /did not load .* \(its machine is stopped; deploy starts it again\)$/,
    );
  });

  test('fails without a cluster', async () => {
    fake.answer(status, running);
    fake.answer(images, recorded('image ls: absent'));
    fake.answer(load(), recorded('image load: absent'));
    await expect(runAll(publishSteps(profile), context)).rejects.toMatchObject({
      message: 'minikube image load: there is no such cluster',
      hint: 'create the cluster: firesteel deploy',
    });
  });

  test("with Docker in the node loads into the node's Docker and not into this machine's", async () => {
    const docker = await profileNamed(name, 'minikube.containerRuntime=docker');
    const env = {
      DOCKER_TLS_VERIFY: '1',
      DOCKER_HOST: 'tcp://192.0.2.4:2376',
      DOCKER_CERT_PATH: '/c',
      MINIKUBE_ACTIVE_DOCKERD: name,
    };
    fake.answer(status, running);
    fake.answer(images, says([]), listed(image));
    fake.answer(call('docker-env @ --shell=none --output=json'), says(env));
    fake.program('docker', `#!/bin/sh\necho "$DOCKER_HOST $DOCKER_TLS_VERIFY $*" > ${fake.folder}/docker\n`);
    await runAll(publishSteps(docker), context);
    expect(await context.read(['cat', `${fake.folder}/docker`])).toBe(
      `tcp://192.0.2.4:2376 1 load --input ${imageArchive(image)}\n`,
    );
  });

  test.each([
    ['docker-env: absent', 'minikube docker-env: there is no such cluster (exit code 85)'],
    [51, 'minikube docker-env: minikube docker-env does not work with driver none'],
    [81, 'minikube docker-env: docker-env does not support several nodes'],
    [83, 'minikube docker-env: the cluster is not running (exit code 83)'],
  ])('with Docker in the node is not a success after docker-env ends as in %s', async (ending, message) => {
    const docker = await profileNamed(name, 'minikube.containerRuntime=docker');
    const answer =
      typeof ending === 'string'
        ? recorded(ending)
        : { code: ending, stdout: [`false exit code ${ending}`], stderr: [] };
    fake.answer(status, running);
    fake.answer(images, says([]));
    fake.answer(call('docker-env @ --shell=none --output=json'), answer);
    await expect(runAll(publishSteps(docker), context)).rejects.toMatchObject({ message });
  });

  test.each([
    ['minikube-none', [], 'load'],
    ['minikube-none', ['minikube.containerRuntime=docker'], 'host'],
    [name, [], 'load'],
    [name, ['minikube.containerRuntime=docker'], 'docker-env'],
    [name, ['minikube.containerRuntime=docker', 'minikube.nodes=2'], 'load'],
    ['minikube-vm', ['minikube.containerRuntime=cri-o'], 'load'],
  ])('of %s with %j goes by way of %s', async (named, sets, route) =>
    expect(routeOf(await profileNamed(named, ...sets))).toBe(route),
  );

  test.each([
    [['spark:1'], 'spark:1', true],
    [['docker.io/library/spark:1'], 'spark:1', true],
    [['docker.io/me/spark:1'], 'me/spark:1', true],
    [['quay.io/me/spark:1'], 'quay.io/me/spark:1', true],
    [['quay.io/library/spark:1'], 'spark:1', false],
    [['spark:11'], 'spark:1', false],
    [[], 'spark:1', false],
  ])('finds among %j the image %s: %s', (tags, reference, found) =>
    expect(isListed(['W1121 noise', JSON.stringify([{ repoTags: tags }, { repoTags: null }])], reference)).toBe(found),
  );

  test('accepts only an answer of docker-env that names a Docker', () => {
    expect(() => parseDockerEnv('false exit code 83')).toThrow("does not name the node's Docker");
    expect(() => parseDockerEnv('{"DOCKER_TLS_VERIFY":"1"}')).toThrow("does not name the node's Docker");
    expect(parseDockerEnv('')).toEqual({ DOCKER_HOST: 'unix:///dev/null' });
  });
});

describe('a build in the node', () => {
  const docker = `#!/bin/sh\n[ "$1" = version ] && [ -z "$DOCKER_HOST" ] && exit 1\necho "$DOCKER_HOST $*"\n`;
  const call = 'docker-env --profile=minikube-docker --shell=none --output=json'.split(' ');

  test("runs its commands with the node's engine", async () => {
    const builds = await profileNamed(name, 'minikube.containerRuntime=docker', 'image.builder=minikube');
    fake.answer(call, says({ DOCKER_HOST: 'tcp://192.0.2.4:2376', DOCKER_TLS_VERIFY: '1' }));
    fake.program('docker', docker);
    const lines: string[] = [];
    const engine = await findEngine(fake.context(builds));
    await engine([['docker', 'build', '.']], (line) => lines.push(line));
    expect(lines).toEqual(['tcp://192.0.2.4:2376 build .']);
  });

  test('fails on a stopped cluster', async () => {
    const builds = await profileNamed(name, 'minikube.containerRuntime=docker', 'image.builder=minikube');
    fake.answer(call, { code: 83, stdout: ['false exit code 83'], stderr: [] });
    await expect(findEngine(fake.context(builds))).rejects.toMatchObject({
      message: 'minikube docker-env: the cluster is not running (exit code 83)',
      hint: 'start it: firesteel deploy',
    });
  });
});
