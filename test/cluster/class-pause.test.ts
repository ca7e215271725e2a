// A student who changes the objects of the own seat keeps no teacher from ending and starting its server.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Group } from '../../tasks/classroom/bulk/groups.ts';
import { closeSeats } from '../../tasks/classroom/close.ts';
import type { ClassRun } from '../../tasks/classroom/run.ts';
import { applySeats, type SeatsDone } from '../../tasks/classroom/seat/apply-seats.ts';
import { seatNamespace, studentAccount } from '../../tasks/classroom/seat/labels.ts';
import type { Kube, Manifest, PatchOperation } from '../../tasks/kube/types.ts';
import { readProfile } from '../../tasks/profile/read.ts';
import type { Context } from '../../tasks/steps/types.ts';
import { classSeats } from '../class-seats.ts';
import { plainContext } from '../plain-context.ts';
import { kubeconfigText } from './control-plane.ts';
import { connect, controlPlane, needControlPlane } from './harness.ts';

needControlPlane();

const className = `pause-${process.pid}`;
const student = 'student-1';
const namespace = seatNamespace(className, student);
const folder = mkdtempSync(join(tmpdir(), 'firesteel-pause-'));
const out = { line: () => {} };
let kube: Kube;
let context: Context;
let seats: Group[];

/** The seat with its server on or off, as start and apply bring it there. */
function applied(isOpen: boolean): Promise<SeatsDone> {
  const scaled = (object: Manifest): Manifest =>
    object.kind === 'Deployment'
      ? { ...object, spec: { ...(object['spec'] as object), replicas: isOpen ? 1 : 0 } }
      : object;
  const groups = seats.map(({ name, objects }) => ({ name, objects: objects.map(scaled) }));
  return applySeats(context, { groups, same: 0, surplus: [] }, out);
}

const replicas = async () => {
  const ref = { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'notebook' };
  return ((await kube.get(ref)) as { spec: { replicas: number } } | undefined)?.spec.replicas;
};

/** As the student, with the rights of a seat. */
async function spoil(): Promise<void> {
  const token = await kube.issueToken({ name: studentAccount, namespace }, 3600);
  const path = join(folder, 'student');
  writeFileSync(path, kubeconfigText(controlPlane.server, controlPlane.authority.certificatePem, 'own', { token }));
  const own = connect({}, path, 'own');
  const changes: [kind: string, operation: PatchOperation][] = [
    ['ConfigMap', { op: 'replace', path: '/data/spark-defaults.conf', value: 'spark.app.name mine' }],
    ['Service', { op: 'replace', path: '/spec/ports/0/targetPort', value: 9999 }],
    ['PersistentVolumeClaim', { op: 'add', path: '/metadata/labels/firesteel~1student', value: 'nobody' }],
  ];
  // Another program than firesteel, as the server sees it.
  for (const [kind, operation] of changes)
    await own.patch({ apiVersion: 'v1', kind, namespace, name: 'notebook' }, [operation]);
}

beforeAll(async () => {
  if (!controlPlane.kubeconfig) return;
  kube = connect();
  const profile = await readProfile('local', [`classroom.name=${className}`]);
  context = plainContext({ profile, kube });
  seats = await classSeats(className, 1);
  expect((await applied(true)).failures).toEqual([]);
});
afterAll(() => rmSync(folder, { recursive: true }));

test('pause ends the server, and start brings back what the student has changed', async () => {
  await spoil();
  const failures = new Map<string, string>();
  const plan = async () => ({ after: { students: [{ name: student }] } });
  const lines: string[] = [];
  await closeSeats({ plan, failures } as unknown as ClassRun).run(context, { line: (text) => lines.push(text) });
  expect([...failures]).toEqual([]);
  expect(lines).toEqual(['1 of 1 paused; their work folders stay']);
  expect(await replicas()).toBe(0);
  expect((await applied(true)).failures).toEqual([]);
  expect(await replicas()).toBe(1);
  const service = await kube.get({ apiVersion: 'v1', kind: 'Service', namespace, name: 'notebook' });
  expect(JSON.stringify(service?.['spec'])).not.toContain('9999');
});
