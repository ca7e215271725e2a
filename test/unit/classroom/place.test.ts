// Where a class is: its links stay with another network of this machine, and its keys with its cluster.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { planClass } from '../../../tasks/classroom/class.ts';
import { machineAddresses } from '../../../tasks/classroom/door/addresses.ts';
import { doorEntrance } from '../../../tasks/classroom/door/entrance.ts';
import { classPath, keysFile, recordFile } from '../../../tasks/classroom/folder.ts';
import { placeContent, readPlace } from '../../../tasks/classroom/place.ts';
import { checkPlace } from '../../../tasks/classroom/place-steps.ts';
import { classroomWith } from '../../../tasks/classroom.ts';
import { clusters } from '../../../tasks/clusters/index.ts';
import { writeFiles } from '../../../tasks/core/files/changes.ts';
import type { Manifest } from '../../../tasks/kube/types.ts';
import { readProfile } from '../../../tasks/profile/read.ts';
import type { Context, SingleStep } from '../../../tasks/steps/types.ts';
import { memoryKube } from '../../fakes/memory-kube.ts';
import { ownFolderOfEach } from '../../own-folder.ts';
import { plainContext } from '../../plain-context.ts';
import { planIn } from '../../plan-of.ts';

const folder = ownFolderOfEach();

const namespace = (name: string, labels: Record<string, string> = {}, uid = 'one'): Manifest => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, labels, uid },
});
const seat = namespace('class-ada', { 'firesteel/class': 'class', 'firesteel/student': 'ada' });

/** A cluster with this uid, in a kubeconfig of this name. */
async function contextOf(uid: string, name = 'here', sets: string[] = [], ...objects: Manifest[]): Promise<Context> {
  const { kube } = memoryKube([namespace('kube-system', {}, uid), ...objects]);
  const kubeconfig = () => ({ path: `/kubeconfigs/${name}`, context: name });
  const profile = await readProfile('local', sets);
  return plainContext({ profile, cluster: { ...clusters.local, kubeconfig }, kube, read: async () => '' });
}

/** Runs these steps of `classroom apply` of a list with Ada. */
async function apply(context: Context, flags: { address?: string; hasNewCodes?: boolean }, ...titles: string[]) {
  const path = join(folder(), 'list.txt');
  writeFileSync(path, 'ada');
  const { steps } = await planIn(classroomWith(flags), context, ['apply', path]);
  for (const title of titles) {
    const step = (steps as SingleStep[]).find((one) => one.title === title);
    await step?.run(context, { line: () => {} });
  }
}

const save = 'Save cluster and address of the class';
const check = 'Check the cluster of the class';

test('the address of the last apply stays where nothing else is given, and a given one wins', async () => {
  const context = await contextOf('one', 'here', ['classroom.door.port=9443']);
  await apply(context, { address: '192.0.2.7' }, save);
  const later = await contextOf('one');
  expect(await doorEntrance(later, undefined)).toEqual({ address: '192.0.2.7', port: 9443 });
  expect(await doorEntrance(later, '192.0.2.8')).toEqual({ address: '192.0.2.8', port: 9443 });
});

test('apply says that this machine does not have the address of the links, and how to change them', async () => {
  const [here] = await machineAddresses();
  const context = await contextOf('one');
  await apply(context, { address: '192.0.2.7' }, save);
  expect(context.state.lines).toEqual([
    here
      ? expect.stringMatching(
          new RegExp(
            `^links lead to 192.0.2.7, and this machine now has ${here.address} .* --address ${here.address}$`,
          ),
        )
      : 'links lead to 192.0.2.7, and this machine has no network address now',
  ]);
});

test('an address that this machine has needs no word', async () => {
  const [here] = await machineAddresses();
  const context = await contextOf('one');
  if (here) await apply(context, { address: here.address }, save);
  expect(context.state.lines).toBeUndefined();
});

const step = checkPlace({ needsKeys: false });
const run = (context: Context) => step.run(context, { line: () => {} });

test('a class is refused in another cluster, and its keys are not deleted with that one', async () => {
  await apply(await contextOf('one', 'rehearsal'), { address: '192.0.2.7' }, save);
  const other = await contextOf('two', 'real');
  const refusal = {
    message:
      'the class is in another cluster: context rehearsal of /kubeconfigs/rehearsal; this command is for context real of /kubeconfigs/real',
    hint: `name a class in this cluster differently: --set classroom.name=…; if the other cluster no longer exists: rm ${classPath('class', 'place.json')}`,
  };
  await expect(run(other)).rejects.toMatchObject(refusal);
  const { questions } = await planIn(classroomWith(), other, ['destroy']);
  await expect(questions?.(other)).rejects.toMatchObject(refusal);
});

test.each([
  ['the same cluster by another name', 'one', 'renamed'],
  ['a new cluster in the place of the old one', 'two', 'here'],
])('a class is at home in %s', async (_, uid, name) => {
  await apply(await contextOf('one'), { address: '192.0.2.7' }, save);
  await run(await contextOf(uid, name));
  await apply(await contextOf(uid, name), {}, save);
  expect((await readPlace('class'))?.cluster).toEqual({ uid, context: name, kubeconfig: `/kubeconfigs/${name}` });
});

test('a class whose folder says nothing of a cluster is refused nowhere', async () => {
  await run(await contextOf('one'));
  await writeFiles([placeContent('class', { entrance: { address: '192.0.2.7', port: 8443 } })]);
  await run(await contextOf('one'));
});

test('seats without their keys are refused, and get new codes on request', async () => {
  const context = await contextOf('one', 'here', [], seat);
  const refusal = {
    message: 'the cluster has 1 seat of the class, and this machine has no keys to them',
    hint: `copy ${classPath('class')} from the machine that made the class; if that folder is lost, give all students new codes: firesteel classroom apply --new-codes`,
  };
  await expect(apply(context, {}, check)).rejects.toMatchObject(refusal);
  await apply(context, { hasNewCodes: true }, check);
  const { after, keys } = await planClass(context.profile, { path: join(folder(), 'list.txt'), isPruned: false });
  await writeFiles([recordFile('class', after)]);
  await expect(apply(context, {}, check)).rejects.toMatchObject(refusal);
  await writeFiles([keysFile('class', keys)]);
  await apply(context, {}, check);
});
