// Kubeconfigs of students on a real API server: whom it takes for whom, and until when.
import { createPrivateKey, sign } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { apiServerOf, studentConfig } from '../../tasks/classroom/kubeconfigs/student-config.ts';
import type { Seat } from '../../tasks/classroom/types.ts';
import { readYaml } from '../../tasks/core/yaml.ts';
import { tokenClaims } from '../../tasks/kube/kubeconfig/account-token.ts';
import type { Kube } from '../../tasks/kube/types.ts';
import { readProfile } from '../../tasks/profile/read.ts';
import { connect, controlPlane, needControlPlane, newNamespace } from './harness.ts';

needControlPlane();

const folder = mkdtempSync(join(tmpdir(), 'firesteel-student-'));
afterAll(() => rmSync(folder, { recursive: true }));

const end = new Date(Date.now() + 3_600_000);
const question = { verb: 'list', resource: 'pods' };
let kube: Kube;
let seat: Seat;
let text: string;
let token: string;

/** A client with such a token in the student's kubeconfig. */
function withToken(name: string, other: string): Kube {
  const path = join(folder, name);
  writeFileSync(path, text.replace(token, other), { mode: 0o600 });
  return connect({}, path, seat.namespace);
}

/** The same token, signed again with another time at which it ends; seconds since 1970. */
function endingAt(expires: number): string {
  const [header = '', claims = ''] = token.split('.');
  const decode = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString()) as object;
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const body = `${encode(decode(header))}.${encode({ ...decode(claims), exp: expires })}`;
  const key = createPrivateKey(readFileSync(join(controlPlane.folder, 'accounts.key')));
  return `${body}.${sign('SHA256', Buffer.from(body), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}

beforeAll(async () => {
  if (!controlPlane.kubeconfig) return;
  kube = connect();
  const namespace = await newNamespace(kube);
  await kube.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'student', namespace } });
  seat = { student: 'ada', namespace, host: '192.0.2.1:8443', code: '', cookie: '', token: '' };
  const server = await apiServerOf({ path: controlPlane.kubeconfig, context: 'admin' });
  const profile = await readProfile('local', []);
  text = `${(await studentConfig({ kube, profile }, server, seat, end)).content}`;
  token = (readYaml(text).value as { users: { user: { token: string } }[] }).users[0]?.user.token ?? '';
});

test('the server takes it for the student of that namespace, with no rights but those given', async () => {
  const student = withToken('own', token);
  expect(await student.can({ ...question, namespace: seat.namespace })).toBe(false);
  await expect(student.list({ apiVersion: 'v1', kind: 'Pod', namespace: seat.namespace })).rejects.toThrow(
    `system:serviceaccount:${seat.namespace}:student`,
  );
});

test('its token ends an hour after the class', () =>
  expect(Math.abs((tokenClaims(token)?.expires ?? 0) - end.getTime() / 1000 - 3600)).toBeLessThan(30));

test('a token whose time is over is refused', async () => {
  const now = Math.round(Date.now() / 1000);
  const own = { ...question, namespace: seat.namespace };
  expect(await withToken('longer', endingAt(now + 60)).can(own)).toBe(false);
  // Servers allow for a minute between two clocks.
  await expect(withToken('late', endingAt(now - 90)).can(own)).rejects.toThrow(/credentials|Unauthorized|401/);
});

test('a token of an account that is gone is refused, whatever its time', async () => {
  const student = withToken('gone', token);
  await kube.remove({ apiVersion: 'v1', kind: 'ServiceAccount', name: 'student', namespace: seat.namespace });
  const ask = () =>
    student.can({ ...question, namespace: seat.namespace }).then(
      () => 'taken',
      (error: Error) => error.message,
    );
  // The server remembers for ten seconds whom it has taken a token for.
  await expect.poll(ask, { timeout: 20_000 }).toMatch(/credentials|Unauthorized|401/);
});
