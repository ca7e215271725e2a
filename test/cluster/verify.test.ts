// What `classroom verify` asks an API server: all as it should be with the class's rules, and wrong without one of them.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { classObject, classServices, flowObjects } from '../../tasks/classroom/flow.ts';
import { serviceGuard } from '../../tasks/classroom/isolation/services.ts';
import { classLabel, seatNamespace, studentAccount } from '../../tasks/classroom/seat/labels.ts';
import { floodAttempt, longestWait } from '../../tasks/classroom/verify/flood-attempt.ts';
import { objectAttempts } from '../../tasks/classroom/verify/object-attempts.ts';
import { isAsExpected, rowOf } from '../../tasks/classroom/verify/row.ts';
import { refOf } from '../../tasks/kube/ref.ts';
import type { Kube, Manifest, Ref } from '../../tasks/kube/types.ts';
import { classSeats } from '../class-seats.ts';
import { kubeconfigText } from './control-plane.ts';
import { connect, controlPlane, needControlPlane } from './harness.ts';

needControlPlane();

const className = `verify-${process.pid}`;
const [own, neighbour] = ['student-1', 'student-2'].map((name) => seatNamespace(className, name)) as [string, string];
const guard = serviceGuard(classServices(className), { [classLabel]: className });
const folder = mkdtempSync(join(tmpdir(), 'firesteel-verify-'));
const made: Ref[] = [];
let kube: Kube;
let flooder: Student;
let other: Student;

interface Student {
  kube: Kube;
  namespace: string;
}

async function make(objects: readonly Manifest[]): Promise<void> {
  for (const object of objects) {
    await kube.apply(object);
    if (!object.metadata.namespace) made.unshift(refOf(object));
  }
}

/** The API as the student of a seat has it. */
async function studentOf(namespace: string): Promise<Student> {
  const token = await kube.issueToken({ name: studentAccount, namespace }, 3600);
  const path = join(folder, namespace);
  writeFileSync(path, kubeconfigText(controlPlane.server, controlPlane.authority.certificatePem, namespace, { token }));
  return { kube: connect({}, path, namespace), namespace };
}

beforeAll(async () => {
  if (!controlPlane.kubeconfig) return;
  kube = connect();
  for (const { objects } of await classSeats(className, 2)) await make(objects);
  await make([...(await flowObjects(className, [own, neighbour])), ...guard]);
  flooder = await studentOf(own);
  other = await studentOf(neighbour);
});
afterAll(async () => {
  for (const ref of made) if (ref.kind !== 'Namespace') await kube.remove(ref);
  rmSync(folder, { recursive: true });
});

const aboutServices = [
  'take over an address outside the seat',
  'redirect the door to another seat with their own service',
];

/** Attempts about services that do not end as they should. */
async function wrongServices(): Promise<string[]> {
  const attempts = objectAttempts(flooder.kube, own, neighbour, 'spark:test');
  const rows = await Promise.all(attempts.filter(({ what }) => aboutServices.includes(what)).map(rowOf));
  return rows.filter((row) => !isAsExpected(row)).map(({ what }) => what);
}

test('a service of a seat leads nowhere else and takes no address over, by the rule of the class alone', async () => {
  const patient = { timeout: 10_000 };
  await expect.poll(wrongServices, patient).toEqual([]);
  await kube.remove(refOf(guard[1] as Manifest));
  await expect.poll(wrongServices, patient).toEqual(aboutServices);
  for (const object of guard) await kube.apply(object);
});

const flood = () => rowOf(floodAttempt({ kube, className }, flooder, other));

test('a flood of one student uses the share of the class, and others get answers during it', async () => {
  expect(await flood()).toMatchObject({
    seen: 'refused',
    detail: expect.stringMatching(/^others waited \d+ ms at most$/),
  });
  const schema = made.find(({ kind }) => kind === 'FlowSchema') as Ref;
  await kube.remove(schema);
  expect(await flood()).toMatchObject({ seen: 'allowed' });
});

test('a flood in a shared priority level keeps all students waiting', async () => {
  const [level, schema] = (await flowObjects(className, [own, neighbour])) as [Manifest, Manifest];
  const metadata = { name: `${classObject(className)}-small` };
  const { distinguisherMethod: _, ...spec } = schema['spec'] as Record<string, unknown>;
  await make([
    {
      ...level,
      metadata,
      spec: {
        type: 'Limited',
        limited: {
          nominalConcurrencyShares: 1,
          lendablePercent: 0,
          borrowingLimitPercent: 0,
          limitResponse: { type: 'Reject' },
        },
      },
    },
    { ...schema, metadata, spec: { ...spec, matchingPrecedence: 1400, priorityLevelConfiguration: metadata } },
  ]);
  const { uid } = (await kube.get(made[0] as Ref))?.metadata ?? {};
  await expect.poll(() => flooder.kube.flowSchema(), { timeout: 10_000 }).toBe(uid);
  expect(await longestWait(flooder, other)).toBe(Number.POSITIVE_INFINITY);
});
