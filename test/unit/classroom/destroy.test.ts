// The end of a class: what is removed in the cluster and on this machine, also where the cluster is gone.
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { classPath } from '../../../tasks/classroom/folder.ts';
import { classroomWith } from '../../../tasks/classroom.ts';
import { clusters } from '../../../tasks/clusters/index.ts';
import { writeFiles } from '../../../tasks/core/files/changes.ts';
import type { Manifest } from '../../../tasks/kube/types.ts';
import { readProfile } from '../../../tasks/profile/read.ts';
import type { ClusterStatus } from '../../../tasks/steps/cluster.ts';
import type { SingleStep } from '../../../tasks/steps/types.ts';
import { memoryKube } from '../../fakes/memory-kube.ts';
import { ownFolderOfEach } from '../../own-folder.ts';
import { plainContext } from '../../plain-context.ts';
import { planIn } from '../../plan-of.ts';

ownFolderOfEach();

const namespaceOf = (name: string, labels: Record<string, string>): Manifest => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, labels },
});

async function destroyed(state: ClusterStatus['state']) {
  await writeFiles([{ path: classPath('class', 'students.json'), content: '{}' }]);
  const { kube, changes } = memoryKube([
    namespaceOf('class-ada', { 'firesteel/class': 'class', 'firesteel/student': 'ada' }),
    namespaceOf('class-class', { 'firesteel/class': 'class' }),
  ]);
  const cluster = { ...clusters.local, status: async () => ({ state, detail: 'seen', components: [] }) };
  const context = plainContext({ profile: await readProfile('local', []), cluster, kube, read: async () => '' });
  const plan = await planIn(classroomWith(), context, ['destroy']);
  const deletes = (await plan.questions?.(context))?.deletes;
  for (const step of (plan.steps as SingleStep[]).slice(1)) await step.run(context, { line: () => {} });
  return { needs: plan.cluster, deletes, changes, hasFolder: existsSync(classPath('class')) };
}

const folder = expect.stringMatching(/classes\/class, with the list of students, their keys and hand-outs$/);

test('a class is removed with its namespaces and its folder', async () =>
  expect(await destroyed('running')).toEqual({
    needs: undefined,
    deletes: ['1 seats of the class, with all the work in them', folder],
    changes: ['remove Namespace class-ada', 'remove Namespace class-class'],
    hasFolder: false,
  }));

test('without its cluster, the folder of a class can still be removed', async () =>
  expect(await destroyed('absent')).toEqual({
    needs: 'optional',
    deletes: [expect.stringMatching(/hand-outs, and nothing else: the cluster is absent \(seen\)$/)],
    changes: [],
    hasFolder: false,
  }));
