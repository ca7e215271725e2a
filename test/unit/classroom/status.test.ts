// How a class is, as a teacher reads it.
import { expect, test } from 'vitest';
import { classPath } from '../../../tasks/classroom/folder.ts';
import { isolationLine } from '../../../tasks/classroom/looks/isolation.ts';
import { classNotices } from '../../../tasks/classroom/looks/notices.ts';
import { volumeUse } from '../../../tasks/classroom/looks/volumes.ts';
import { classStatus, statusLines } from '../../../tasks/classroom/status.ts';
import { writeFiles } from '../../../tasks/core/files/changes.ts';
import type { Manifest } from '../../../tasks/kube/types.ts';
import { readProfile } from '../../../tasks/profile/read.ts';
import { memoryKube } from '../../fakes/memory-kube.ts';
import { ownFolder } from '../../own-folder.ts';
import { plainContext } from '../../plain-context.ts';

ownFolder();

const now = new Date('2026-11-30T10:00:00Z');
const activity = { kernels: 1, last: new Date('2026-11-30T09:57:30Z') };

test('each student has a row, and the last line counts those alike', () =>
  expect(
    statusLines(
      [
        { student: 'ada', notebook: 'ready', sparkPods: 2, activity, group: 'Monday' },
        { student: 'bob', notebook: 'paused', sparkPods: 0 },
        { student: 'eve', notebook: 'ready', sparkPods: 0 },
      ],
      now,
    ),
  ).toEqual([
    'STUDENT  NOTEBOOK  KERNELS  ACTIVE  SPARK PODS  GROUP',
    'ada      ready     1        2m ago  2           Monday',
    'bob      paused                     0',
    'eve      ready                      0',
    '',
    '3 students: 2 ready, 1 paused',
  ]));

test('the seat of a student who left is shown with what removes it', () =>
  expect(
    statusLines([
      { student: 'ada', notebook: 'ready', sparkPods: 0 },
      { student: 'bob', notebook: 'leaving', sparkPods: 1 },
    ]).slice(1),
  ).toEqual([
    'ada      ready                      0',
    'bob      leaving                    1',
    '',
    '1 students: 1 ready',
    'seats of 1 who left are still there: firesteel classroom remove bob',
  ]));

test('the end, full volumes and seats that belong to nobody are lines', async () => {
  const profile = await readProfile('local', ['classroom.name=lab', 'classroom.end=2026-12-18T18:00']);
  const volumes = new Map([
    ['ada', 0.8],
    ['bob', 0.815],
    ['eve', 0.999],
  ]);
  const look = { volumes, ownerless: ['lab-zoe'], isolation: 'isolation: tested' };
  expect(classNotices(profile, look, now)).toEqual([
    expect.stringMatching(/^end: Friday,? 18 December 2026 at 18:00$/),
    'isolation: tested',
    'volumes that are nearly full: eve (99 %), bob (81 %)',
    'seats that belong to no student of the class: lab-zoe',
    'remove such a seat with its work: kubectl delete namespace NAME',
  ]);
  expect(classNotices(profile, look, new Date('2027-01-01'))[0]).toMatch(/^end: the class ended on Friday/);
  const endless = await readProfile('local', ['classroom.name=lab']);
  expect(classNotices(endless, { volumes: new Map(), ownerless: [], isolation: 'i' }, now)).toEqual([
    'end: none in the profile',
    'i',
  ]);
});

const row = (expected: string, seen: string) => ({ area: 'rights', what: 'x', expected, seen, detail: '' });

test.each<[what: string, content: string | undefined, line: string]>([
  ['of no test', undefined, 'never tested; test it: firesteel classroom verify'],
  ['of a file that is no JSON', '{', 'never tested; test it: firesteel classroom verify'],
  [
    'of a test that ended well',
    JSON.stringify({ at: '2026-11-30T07:00:00.000Z', rows: [row('refused', 'refused'), row('allowed', 'allowed')] }),
    'tested 3h ago, all 2 attempts ended as expected',
  ],
  [
    'of one with a row that nobody knows',
    JSON.stringify({ at: '2026-11-28T07:00:00.000Z', rows: [row('refused', 'not known'), row('allowed', 'allowed')] }),
    'tested 2d ago, 1 of 2 attempts did not end as expected; test again: firesteel classroom verify',
  ],
])('the line %s says so', async (_, content, line) => {
  if (content !== undefined) await writeFiles([{ path: classPath('lab', 'verify.json'), content }]);
  expect(await isolationLine('lab', now)).toBe(`isolation: ${line}`);
});

const pod = (namespace: string, nodeName: string): Manifest => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'notebook', namespace, labels: { 'app.kubernetes.io/name': 'notebook' } },
  spec: { nodeName, containers: [] },
});

test('volumes are those that the kubelets of the seats report, where one may ask', async () => {
  const { kube } = memoryKube([pod('lab-ada', 'one'), pod('lab-bob', 'closed'), pod('other-eve', 'foreign')]);
  const asked: string[] = [];
  const claim = (namespace: string, usedBytes: number, capacityBytes = 100) => ({
    volume: [
      { usedBytes: 99, capacityBytes: 100 },
      { pvcRef: { name: 'work', namespace }, usedBytes, capacityBytes },
    ],
  });
  const raw = async (path: string) => {
    asked.push(path);
    if (path.includes('closed')) throw new Error('forbidden');
    return JSON.stringify({ pods: [claim('lab-ada', 91), claim('lab-ada', 5), claim('other-eve', 99), {}] });
  };
  const seats = new Map([
    ['lab-ada', 'ada'],
    ['lab-bob', 'bob'],
  ]);
  expect([...(await volumeUse({ ...kube, raw }, seats))]).toEqual([['ada', 0.91]]);
  expect(asked.sort()).toEqual(['closed', 'one'].map((node) => `/api/v1/nodes/${node}/proxy/stats/summary`));
});

test('a seat whose student the class does not know is named', async () => {
  const labels = (student: string) => ({ 'firesteel/class': 'lab', 'firesteel/student': student });
  const namespace = (student: string): Manifest => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: `lab-${student}`, labels: labels(student) },
  });
  const { kube } = memoryKube([namespace('ada'), namespace('zoe')]);
  const context = plainContext({ kube, profile: await readProfile('local', ['classroom.name=lab']) });
  const after = { by: { field: 'name' as const }, students: [{ name: 'ada', key: 'ada', shown: 'Ada' }], former: [] };
  const plan = async () => ({ before: undefined, after, keys: new Map(), leaving: [] });
  await classStatus({ plan } as unknown as Parameters<typeof classStatus>[0]).run(context, { line: () => {} });
  expect(context.state.facts).toMatchObject({ ownerless: ['lab-zoe'] });
  expect(context.state.lines).toContain('seats that belong to no student of the class: lab-zoe');
});
