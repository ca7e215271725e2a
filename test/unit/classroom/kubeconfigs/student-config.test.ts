import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  apiServerOf,
  isLasting,
  isOnlyHere,
  studentConfig,
  tokenSeconds,
} from '../../../../tasks/classroom/kubeconfigs/student-config.ts';
import { readYaml } from '../../../../tasks/core/yaml.ts';
import { memoryKube } from '../../../fakes/memory-kube.ts';
import { ownFolder } from '../../../own-folder.ts';
import { contextOf } from '../../runs/run-context.ts';
import { seatOf } from '../door/seats.ts';

const now = Math.round(Date.now() / 1000);
const hour = 3600;
const end = new Date((now + 10 * hour) * 1000);
const server = { server: 'https://192.0.2.1:6443', 'certificate-authority-data': 'QUJD' };
const seat = seatOf('ada', '192.0.2.1:8443');

const tokenOf = (account: string, issued: number, expires: number): string => {
  const claims = { iat: issued, exp: expires, 'kubernetes.io': { serviceaccount: { uid: account } } };
  return `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`;
};

/** A kubeconfig whose token is of that account and those times. */
async function configOf(account: string, issued: number, expires: number, at = server) {
  const kube = { ...memoryKube([]).kube, issueToken: async () => tokenOf(account, issued, expires) };
  const { content, mode, path } = await studentConfig(contextOf(kube), at, seat, end);
  return { text: `${content}`, mode, path };
}

test('a kubeconfig is of one namespace and one account, for its owner alone', async () => {
  const { text, mode, path } = await configOf('7', now, now + hour);
  expect(mode).toBe(0o600);
  expect(path).toMatch(/kubeconfigs\/ada\.yaml$/);
  expect(readYaml(text).value).toMatchObject({
    'current-context': seat.namespace,
    clusters: [{ cluster: server }],
    contexts: [{ context: { namespace: seat.namespace, user: 'ada' } }],
  });
});

test('a token lasts an hour longer than the class, and ten minutes at least', () => {
  expect(tokenSeconds(end, new Date(now * 1000))).toBe(11 * hour);
  expect(tokenSeconds(end, new Date((now + 50 * hour) * 1000))).toBe(600);
});

describe('a kept kubeconfig', () => {
  test.each<[what: string, lasts: boolean, account: string, issued: number, expires: number]>([
    ['that lasts until the class ends is kept', true, '7', now, now + 11 * hour],
    ['of a server that gives less is kept for half of its time', true, '7', now - hour, now + 2 * hour],
    ['of which more than half is over is not', false, '7', now - 2 * hour, now + hour],
    ['of an account that is gone is not', false, '6', now, now + 11 * hour],
  ])('%s', async (_, lasts, account, issued, expires) => {
    const { text } = await configOf(account, issued, expires);
    expect(isLasting(text, server, '7', end)).toBe(lasts);
  });

  test('of another server is not', async () => {
    const { text } = await configOf('7', now, now + 11 * hour, { ...server, server: 'https://192.0.2.9:6443' });
    expect(isLasting(text, server, '7', end)).toBe(false);
  });

  test.each(['', '{', 'users: []', 'users: [{ user: { token: x } }]'])('that is not a kubeconfig is not: %j', (text) =>
    expect(isLasting(text, server, '7', end)).toBe(false),
  );
});

describe('the API server of a kubeconfig', () => {
  const folder = ownFolder();
  const authority = Buffer.from('authority').toString('base64');

  test.each<[what: string, given: object, taken: object]>([
    ['has its authority', { 'certificate-authority-data': authority }, { 'certificate-authority-data': authority }],
    ['has the proxy of the context', { 'proxy-url': 'http://proxy:3128' }, { 'proxy-url': 'http://proxy:3128' }],
    [
      "has no password of the teacher's",
      { 'proxy-url': 'http://ada:secret@proxy:3128' },
      { 'proxy-url': 'http://proxy:3128' },
    ],
    [
      'is taken unverified where the context takes it so',
      { 'insecure-skip-tls-verify': true },
      { 'insecure-skip-tls-verify': true },
    ],
  ])('%s', async (_, given, taken) => {
    const path = join(folder, 'kubeconfig');
    const address = { server: 'https://192.0.2.1:6443' };
    const config = {
      clusters: [{ name: 'here', cluster: { ...address, ...given } }],
      users: [{ name: 'here', user: { token: 'any' } }],
      contexts: [{ name: 'here', context: { cluster: 'here', user: 'here' } }],
    };
    // JSON is YAML.
    writeFileSync(path, JSON.stringify(config));
    expect(await apiServerOf({ path, context: 'here' })).toEqual({ ...address, ...taken });
  });

  test.each<[isHere: boolean, server: string, hasNodes: boolean]>([
    [true, 'https://127.0.0.1:6443', false],
    [true, 'https://198.19.0.1:6443', true],
    [false, 'https://192.0.2.5:8443', true],
    [false, 'https://192.0.2.9:6443', false],
  ])('is for this machine alone: %s, at %s, where nodes are here: %s', (isHere, at, hasNodes) =>
    expect(isOnlyHere({ server: at }, hasNodes, '192.0.2.5')).toBe(isHere),
  );
});
