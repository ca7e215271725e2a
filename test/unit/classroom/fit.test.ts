// When a class is refused for want of room, and when that is only said.
import { expect, test } from 'vitest';
import { seeThatClassFits } from '../../../tasks/classroom/fit.ts';
import { keysFile, recordFile } from '../../../tasks/classroom/folder.ts';
import { withNewKeys } from '../../../tasks/classroom/keys.ts';
import type { ClassRun } from '../../../tasks/classroom/run.ts';
import { classroomWith } from '../../../tasks/classroom.ts';
import { clusters } from '../../../tasks/clusters/index.ts';
import { writeFiles } from '../../../tasks/core/files/changes.ts';
import type { Manifest } from '../../../tasks/kube/types.ts';
import { readProfile } from '../../../tasks/profile/read.ts';
import type { SingleStep } from '../../../tasks/steps/types.ts';
import { memoryKube } from '../../fakes/memory-kube.ts';
import { ownFolder } from '../../own-folder.ts';
import { plainContext } from '../../plain-context.ts';
import { planIn } from '../../plan-of.ts';
import { node } from '../spark/sizes/rooms.ts';

ownFolder();

const profile = await readProfile('local', []);
const students = Array.from({ length: 30 }, (_, number) => ({ name: `s${number}`, key: `s${number}`, shown: 'S' }));
const run = { plan: async () => ({ after: { students } }) } as unknown as ClassRun;
const small = node('node-1', '4', '8Gi');
const large = node('node-2', '64', '256Gi');
const tainted = { ...large, spec: { taints: [{ key: 'gpu', effect: 'NoSchedule' }] } };
const autopilot = { ...small, metadata: { name: 'gk3-one' } };
const autoscaler: Manifest = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'cluster-autoscaler-status', namespace: 'kube-system' },
};

const lack =
  'the nodes have room for 8 seats of 200m cpu and 1 GiB, but the class has 30 students: memory is the limit';

/** What the step says of a class in a cluster with these objects; with a `✖` for a refusal. */
async function said(step: SingleStep, objects: Manifest[]): Promise<string> {
  const lines: string[] = [];
  const context = plainContext({ profile, kube: memoryKube(objects).kube });
  await Promise.resolve(step.run(context, { line: (text) => lines.push(text) })).catch((error: Error) =>
    lines.push(`✖ ${error.message}`),
  );
  return lines.join('\n');
}

test.each<[what: string, objects: Manifest[], expected: string]>([
  ['is refused on small nodes', [small], `✖ ${lack}`],
  ['has no room on nodes that seats do not tolerate', [small, tainted], `✖ ${lack}`],
  ['is not refused where Autopilot adds nodes', [autopilot], `${lack}; the cluster may add nodes`],
  ['is not refused where an autoscaler adds nodes', [small, autoscaler], `${lack}; the cluster may add nodes`],
])('a class %s', async (_, objects, expected) =>
  expect(await said(seeThatClassFits(run, { refuses: true }), objects)).toBe(expected),
);

test.each([
  ['plan', true],
  ['apply', true],
  ['add', true],
  ['remove', false],
  ['rotate', false],
])('%s of a class that is too large for the nodes is refused: %s', async (action, isRefused) => {
  const keys = withNewKeys(students, new Map());
  await writeFiles([recordFile('class', { by: { field: 'name' }, students, former: [] }), keysFile('class', keys)]);
  const { kube } = memoryKube([small]);
  const context = plainContext({ profile, cluster: clusters.local, kube, read: async () => '' });
  const word = { add: ['new'], remove: ['s1'], rotate: ['s1'] }[action] ?? [];
  const { steps } = await planIn(classroomWith(), context, [action, ...word]);
  const step = (steps as SingleStep[]).find(({ title }) => title === 'Check that the class fits') as SingleStep;
  expect((await said(step, [small])).startsWith('✖')).toBe(isRefused);
});
