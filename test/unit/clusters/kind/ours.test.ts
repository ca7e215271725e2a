// Only a kind cluster that firesteel made is used and destroyed, and what an interrupted creation left is made again.
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { beforeEach, describe, expect, test } from 'vitest';
import { kind } from '../../../../tasks/clusters/kind/cluster.ts';
import {
  clustersCommand,
  controlPlaneCommand,
  createCommand,
  deleteCommand,
} from '../../../../tasks/clusters/kind/commands.ts';
import { ourMark } from '../../../../tasks/clusters/ours.ts';
import { shown } from '../../../../tasks/core/exec.ts';
import { Failure } from '../../../../tasks/core/failure.ts';
import { createFileVerbs } from '../../../../tasks/core/files/changes.ts';
import { dataPath } from '../../../../tasks/core/paths.ts';
import { readProfile } from '../../../../tasks/profile/read.ts';
import { problemsOf } from '../../../../tasks/steps/check.ts';
import type { Context, SingleStep } from '../../../../tasks/steps/types.ts';
import { ownFolder } from '../../../own-folder.ts';

ownFolder();
const profile = await readProfile('kind', []);
const create = shown(createCommand(profile));
const remove = shown(deleteCommand(profile));
const foreign =
  'kind has a cluster kind that firesteel did not make: use it with --profile context, delete it with ' +
  '`kind delete cluster --name kind`, or choose another clusterName';

/** kind as far as these steps ask: it knows the clusters in `known`, and creation fails while `fails`. */
function fakeKind(...known: string[]) {
  const clusters = new Set(known);
  const ran: string[] = [];
  const fake = { ran, fails: false, id: 'a1' };
  const context = {
    profile,
    ...createFileVerbs(),
    read: async (command: readonly string[]) => {
      if (shown(command) === shown(clustersCommand)) return [...clusters].join('\n');
      if (shown(command) === shown(controlPlaneCommand(profile))) return clusters.has('kind') ? `${fake.id}\n` : '';
      if (command[0] === 'docker') return '28.2.2';
      throw new Failure(`unexpected: ${shown(command)}`);
    },
    run: async (command: readonly string[]) => {
      ran.push(shown(command));
      if (command[0] === 'rm') for (const path of command.slice(1)) rmSync(path, { recursive: true, force: true });
      if (shown(command) === remove) clusters.delete('kind');
      // Interrupted, it leaves its containers behind.
      if (shown(command) === create) clusters.add('kind');
      if (shown(command) === create && fake.fails) throw new Failure('interrupted', { exitCode: 130 });
      return '';
    },
  } as unknown as Context;
  return { ...fake, fake, context };
}

async function perform(steps: readonly SingleStep[], context: Context): Promise<string[]> {
  const lines: string[] = [];
  for (const step of steps) {
    const reason = await step.skip?.(context);
    lines.push(reason ? `${step.title}: ${reason}` : step.title);
    if (!reason) await step.run(context, { line: () => {} });
  }
  return lines;
}

/** The note and the creation: what comes after asks containers. */
const begin = (context: Context) => perform((kind.up(profile) as SingleStep[]).slice(0, 2), context);
const down = (context: Context) => perform(kind.down(profile) as SingleStep[], context);

beforeEach(() => rmSync(dataPath(), { recursive: true, force: true }));

describe("a cluster of that name that is the user's own", () => {
  test('is a problem of deploy, which does not take it', async () => {
    const { context, ran } = fakeKind('kind');
    expect(await problemsOf(kind.preflights, profile, context.read)).toEqual([foreign]);
    await expect(begin(context)).rejects.toThrow(foreign);
    expect(ran).toEqual([]);
  });

  test('is left unchanged by destroy', async () => {
    const { context, ran } = fakeKind('kind');
    expect(await down(context)).toEqual([
      'Delete the cluster: not made by firesteel, so it stays',
      "Remove the cluster's folder: not made by firesteel",
    ]);
    expect(ran).toEqual([]);
  });
});

test('a local cluster of that name keeps its folder', async () => {
  mkdirSync(dataPath('clusters', 'kind', 'nodes'), { recursive: true });
  const { context, ran } = fakeKind();
  expect(await problemsOf(kind.preflights, profile, context.read)).toEqual([
    'cluster kind is a local cluster: choose another clusterName, or destroy that cluster first',
  ]);
  await expect(begin(context)).rejects.toThrow('cluster kind is a local cluster');
  await down(context);
  expect(ran).toEqual([]);
});

test('a cluster that we made is used by a second deploy, and removed by destroy', async () => {
  const { context, ran } = fakeKind();
  expect(await begin(context)).toEqual(['Mark the cluster as made by firesteel', 'Create the cluster']);
  expect(await begin(context)).toEqual([
    'Mark the cluster as made by firesteel: already marked',
    'Create the cluster: cluster kind exists',
  ]);
  expect(ran).toEqual([create]);
  expect(await problemsOf(kind.preflights, profile, context.read)).toEqual([]);
  expect(await down(context)).toEqual(['Delete the cluster', "Remove the cluster's folder"]);
  expect(existsSync(ourMark(profile).path)).toBe(false);
});

test('another cluster of the name of ours is left unchanged, and the stale mark goes', async () => {
  const { context, ran, fake } = fakeKind();
  await begin(context);
  fake.id = 'b2';
  ran.length = 0;
  expect(await problemsOf(kind.preflights, profile, context.read)).toEqual([foreign]);
  await expect(begin(context)).rejects.toThrow(foreign);
  expect(await down(context)).toEqual([
    'Delete the cluster: not made by firesteel, so it stays',
    "Remove the cluster's folder",
  ]);
  expect(ran).toEqual([]);
  expect(existsSync(ourMark(profile).path)).toBe(false);
});

test('leftovers of an interrupted creation are deleted, and the cluster is made again', async () => {
  const { context, ran, fake } = fakeKind();
  await begin(context);
  await context.run(deleteCommand(profile));
  fake.fails = true;
  await expect(begin(context)).rejects.toThrow('interrupted');
  fake.fails = false;
  ran.length = 0;
  expect(await begin(context)).toEqual(['Mark the cluster as made by firesteel: already marked', 'Create the cluster']);
  expect(ran).toEqual([remove, create]);
});
