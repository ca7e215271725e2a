// A cluster of minikube up, filled and down again, step by step; and everything that must not pass for a success.
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { minikube } from '../../../../tasks/clusters/minikube/cluster.ts';
import { startCommand } from '../../../../tasks/clusters/minikube/start.ts';
import { ourMark } from '../../../../tasks/clusters/ours.ts';
import { probeArchive, probeImage } from '../../../../tasks/clusters/probe-image.ts';
import type { Context } from '../../../../tasks/steps/types.ts';
import { dryRunLines } from '../../../dry-run.ts';
import {
  fakeMinikube,
  node,
  profileNamed,
  profilesOf,
  recorded,
  runAll,
  running,
  says,
  stopped,
} from '../../../fakes/minikube/fake.ts';

const fake = fakeMinikube();
const profile = await profileNamed('minikube-docker');
const name = 'minikube-docker';
const call = (words: string) => words.replace('@', `--profile=${name}`).split(' ');
const list = call('profile list --output=json');
const light = call('profile list --output=json --light');
const status = call('status @ --output=json');
const images = call('image ls @ --format=json');
const image = 'spark:4.3.0-0123456789ab';
const listed = (...repoTags: string[]) => says([{ id: 'x', repoDigests: [], repoTags, size: '1' }]);

let context: Context;

function touch(path: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, '');
  return path;
}

beforeEach(() => {
  context = fake.context(profile);
  context.state.image = image;
});

describe('up', () => {
  beforeEach(() => {
    touch(probeArchive());
    fake.answer(images, listed(`${probeImage}`));
  });

  test('starts what is absent, and then finds it running', async () => {
    fake.answer(light, profilesOf({}), profilesOf({}), profilesOf({ [name]: 'docker' }));
    fake.answer(status, recorded('status: absent'), running);
    fake.answer(startCommand(profile, 'docker'), recorded('docker: accepted'));
    expect(await runAll(minikube.up(profile), context)).toEqual([
      'Write minikube settings',
      'Start minikube',
      'Write the kubeconfig: minikube start wrote it',
      'Make the image for name look-ups: in the cache',
      `Load the probe image into the cluster: ${probeImage} is in the cluster`,
      'Check the image in the cluster',
    ]);
    fake.answer(status, running);
    expect((await runAll(minikube.up(profile), context)).slice(0, 3)).toEqual([
      'Write minikube settings: unchanged',
      'Start minikube: the cluster is running',
      'Write the kubeconfig: minikube start wrote it',
    ]);
    expect(fake.calls().filter((words) => words.startsWith('start'))).toHaveLength(1);
  });

  test('starts a stopped cluster again', async () => {
    fake.answer(light, profilesOf({ [name]: 'docker' }));
    fake.answer(status, stopped, running);
    fake.answer(startCommand(profile, 'docker'), recorded('docker: accepted'));
    await context.write([ourMark(profile)]);
    expect(await runAll(minikube.up(profile), context)).toContain('Start minikube');
  });

  test('writes a kubeconfig that was lost', async () => {
    fake.answer(light, profilesOf({ [name]: 'docker' }));
    fake.answer(status, { ...says(node('Running', { Kubeconfig: 'Misconfigured' })), code: 4 });
    fake.answer(call('update-context @'), says('* "minikube-docker" context has been updated'));
    await context.write([ourMark(profile)]);
    expect(await runAll(minikube.up(profile), context)).toContain('Write the kubeconfig');
  });

  test('does not take a running cluster of another driver for its own', async () => {
    fake.answer(light, profilesOf({ [name]: 'kvm2' }));
    fake.answer(status, running);
    await expect(runAll(minikube.up(profile), context)).rejects.toThrow(
      'cluster minikube-docker was made with driver kvm2, but the profile names docker',
    );
  });

  test("neither takes nor marks the user's own cluster", async () => {
    fake.answer(light, profilesOf({ [name]: 'docker' }));
    await expect(runAll(minikube.up(profile), context)).rejects.toThrow('that firesteel did not make');
    expect(existsSync(ourMark(profile).path)).toBe(false);
  });

  test('in a dry run names the start and changes nothing', async () => {
    fake.answer(light, profilesOf({}));
    fake.answer(status, recorded('status: absent'));
    fake.answer(images, recorded('image ls: absent'));
    const lines = await dryRunLines(minikube.up(profile), context);
    expect(lines.join('\n')).toContain('$ minikube start --profile=minikube-docker --driver=docker');
    expect(lines.join('\n')).toContain(`$ minikube image load --profile=minikube-docker ${probeArchive()}`);
    expect(fake.calls().filter((words) => !/^(status|profile list|image ls)/.test(words))).toEqual([]);
    expect(existsSync(ourMark(profile).path)).toBe(false);
  });
});

describe('down', () => {
  const remove = call('delete @ --output=json');

  test('deletes what we made, and its files', async () => {
    fake.answer(list, profilesOf({ [name]: 'docker' }), profilesOf({}));
    fake.answer(remove, recorded('delete: absent'));
    await context.write([ourMark(profile)]);
    const kubeconfig = touch(minikube.kubeconfig(profile).path);
    await runAll(minikube.down(profile), context);
    expect(existsSync(dirname(kubeconfig))).toBe(false);
    expect(await runAll(minikube.down(profile), context)).toEqual([
      'Delete the cluster: no such cluster',
      'Check that the cluster is deleted',
      'Remove the kubeconfig: not made by firesteel',
    ]);
  });

  test('deletes what was only begun', async () => {
    fake.answer(list, recorded('profiles: half-made'), profilesOf({}));
    const none = await profileNamed('minikube-none', 'minikube.driver=docker');
    fake.answer('delete --profile=minikube --output=json'.split(' '), recorded('delete: half-made'));
    await context.write([ourMark(none)]);
    expect(await runAll(minikube.down(none), context)).toContain('Delete the cluster');
  });

  test("leaves the user's own cluster alone", async () => {
    fake.answer(list, profilesOf({ [name]: 'docker' }));
    expect(await runAll(minikube.down(profile), context)).toContain(
      'Delete the cluster: not made by firesteel, so it stays',
    );
  });

  describe('of a name that another cluster has now', () => {
    const home = () => join(fake.folder, 'minikube');
    const kept = () => join(home(), '.minikube', 'profiles', name);
    /** A folder as `minikube start` makes it: its files come after the folder. */
    const begin = async () => {
      rmSync(kept(), { recursive: true, force: true });
      touch(join(kept(), '..', 'place-holder'));
      mkdirSync(kept());
      await sleep(20);
      touch(join(kept(), 'config.json'));
    };
    const foreign = [
      'Delete the cluster: not made by firesteel, so it stays',
      'Check that the cluster is deleted',
      'Remove the kubeconfig',
    ];

    beforeEach(async () => {
      vi.stubEnv('MINIKUBE_HOME', home());
      await begin();
      touch(probeArchive());
      fake.answer(images, listed(`${probeImage}`));
      fake.answer(light, profilesOf({}), profilesOf({}), profilesOf({ [name]: 'docker' }));
      fake.answer(status, recorded('status: absent'), running);
      fake.answer(startCommand(profile, 'docker'), recorded('docker: accepted'));
      await runAll(minikube.up(profile), context);
      fake.answer(list, profilesOf({ [name]: 'docker' }), profilesOf({}));
    });
    afterEach(() => void vi.unstubAllEnvs());

    test('leaves that cluster, and drops the stale mark', async () => {
      await begin();
      expect(await runAll(minikube.down(profile), context)).toEqual(foreign);
      expect(existsSync(dirname(ourMark(profile).path))).toBe(false);
    });

    test('is a problem before a start', async () => {
      await begin();
      fake.answer(light, profilesOf({ [name]: 'docker' }));
      await expect(runAll(minikube.up(profile), context)).rejects.toThrow('that firesteel did not make');
    });

    test('still deletes the one that it made, whatever the driver in the profile is by now', async () => {
      fake.answer(remove, recorded('delete: absent'));
      const other = await profileNamed(name, 'minikube.driver=kvm2');
      expect(await runAll(minikube.down(other), context)).toContain('Delete the cluster');
    });
  });

  test('leaves a cluster of another driver that it did not note, with its own files', async () => {
    fake.answer(list, profilesOf({ [name]: 'kvm2' }));
    await context.write([ourMark(profile)]);
    expect(await runAll(minikube.down(profile), context)).toEqual([
      'Delete the cluster: not made by firesteel, so it stays',
      'Check that the cluster is deleted',
      'Remove the kubeconfig: the cluster has another driver than docker',
    ]);
    expect(existsSync(ourMark(profile).path)).toBe(true);
  });

  test('leaves files that are not its own', async () => {
    fake.answer(list, profilesOf({}));
    await context.write([ourMark(profile)]);
    const other = touch(`${dirname(ourMark(profile).path)}/other`);
    await runAll(minikube.down(profile), context);
    expect(existsSync(other)).toBe(true);
    expect(existsSync(ourMark(profile).path)).toBe(false);
  });

  test('fails while minikube still has the cluster', async () => {
    fake.answer(list, profilesOf({ [name]: 'docker' }));
    fake.answer(remove, recorded('delete: absent'));
    await context.write([ourMark(profile)]);
    await expect(runAll(minikube.down(profile), context)).rejects.toThrow(
      'minikube still has cluster minikube-docker after deleting it',
    );
    expect(existsSync(ourMark(profile).path)).toBe(true);
  });
});
