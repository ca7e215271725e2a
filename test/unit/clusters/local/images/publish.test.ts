// Whether containerd on a node answers, what is said where it never will, and how often a submit looks for an image there.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isRuntimeUp, publishImage } from '../../../../../tasks/clusters/local/images/publish.ts';
import { Failure } from '../../../../../tasks/core/failure.ts';
import type { Exec } from '../../../../../tasks/core/types.ts';
import type { SingleStep } from '../../../../../tasks/steps/types.ts';
import { ownFolder } from '../../../../own-folder.ts';
import { plainContext } from '../../../../plain-context.ts';
import { clusterOf, profileWith, startLookalike } from '../fixtures.ts';

ownFolder();
const { first } = await clusterOf(1);
let end: () => Promise<void>;
beforeEach(async () => {
  ({ end } = await startLookalike(first));
});
afterEach(() => end());

const noFile = 'nsenter: failed to execute /run/bin/ctr: No such file or directory';

/** A node where ctr fails in this way, and that has its programs or not. */
const node =
  (output: string, programs: string): Exec =>
  async (command) => {
    if (command.includes('version')) throw new Failure('nsenter: exit code 1', { output });
    return programs;
  };

describe.skipIf(process.platform !== 'linux')('containerd on a node that runs', () => {
  test('answers', async () => expect(await isRuntimeUp(first, async () => 'Client:')).toBe(true));

  test.each([
    ['that has just begun', node('ctr: cannot connect to /run/containerd/containerd.sock', 'gone')],
    ['that has no programs yet', node(noFile, '')],
  ])('%s does not answer yet', async (_, read) => expect(await isRuntimeUp(first, read)).toBe(false));

  test('whose programs were deleted never answers', async () =>
    expect(isRuntimeUp(first, node(noFile, 'gone\n'))).rejects.toMatchObject({
      message: 'the programs of node local-1 were deleted while it ran',
      hint: 'remove the cluster, then create it again: firesteel destroy, then firesteel deploy',
    }));

  const there = 'spark:1 is on every node';
  test.each([
    ['with the image is asked once', ['spark:1'], [there, there, there]],
    ['that begins with the image gets no other', ['', 'spark:1'], [false, there, there]],
    ['without it gets the image', ['', ''], [false, false, false]],
  ])('%s', async (_, found, expected) => {
    const profile = await profileWith();
    let times = 0;
    const read: Exec = async (command) => {
      if (!command.includes('images')) return '';
      times += 1;
      return found[times - 1] ?? '';
    };
    const context = plainContext({ profile, read });
    context.state.image = 'spark:1';
    const reasons: unknown[] = [];
    for (const step of publishImage(profile).slice(0, 3) as SingleStep[]) reasons.push(await step.skip?.(context));
    expect(reasons).toEqual(expected);
    expect(times).toBe(found.length);
  });
});
