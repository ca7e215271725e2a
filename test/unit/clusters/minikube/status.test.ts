// How a cluster is, by what minikube says of it: as recorded, and in the forms its sources have.
import { describe, expect, test } from 'vitest';
import {
  findDriver,
  findKnown,
  lookAtCluster,
  parseProfiles,
  parseStatus,
} from '../../../../tasks/clusters/minikube/status.ts';
import { createExec } from '../../../../tasks/core/exec.ts';
import {
  type Answer,
  fakeMinikube,
  node,
  profileNamed,
  profilesOf,
  recorded,
  says,
  stopped,
} from '../../../fakes/minikube/fake.ts';

const fake = fakeMinikube();
const exec = createExec(new AbortController().signal);
const status = 'status --profile=minikube --output=json'.split(' ');
const profile = await profileNamed('minikube-none');

const cases: [what: string, answer: Answer, state: string, detail: RegExp, isUp: boolean, hasKubeconfig: boolean][] = [
  ['one node runs', says(node('Running')), 'running', /^one node$/, true, true],
  [
    'three nodes run, of which two are workers',
    says([
      node('Running'),
      ...['m02', 'm03'].map((Name) =>
        node('Running', { Name, APIServer: 'Irrelevant', Kubeconfig: 'Irrelevant', Worker: true }),
      ),
    ]),
    'running',
    /^3 nodes$/,
    true,
    true,
  ],
  ['it is stopped', stopped, 'stopped', /deploy starts it again/, false, false],
  ['it is absent', recorded('status: absent'), 'absent', /no cluster named minikube/, false, false],
  ['it was only begun', recorded('status: half-made'), 'absent', /no cluster named minikube/, false, false],
  ['its machine is gone', recorded('status: without a machine'), 'broken', /its machine is gone; deploy/, false, false],
  [
    'the API server is paused',
    { ...says(node('Running', { APIServer: 'Paused' })), code: 2 },
    'broken',
    /^apiserver on minikube is paused; deploy/,
    false,
    true,
  ],
  [
    'kubelet has ended on a worker',
    {
      ...says([
        node('Running'),
        node('Running', { Name: 'm02', Kubelet: 'Stopped', APIServer: 'Irrelevant', Worker: true }),
      ]),
      code: 2,
    },
    'broken',
    /^kubelet on m02 is stopped/,
    false,
    true,
  ],
  [
    'its kubeconfig is lost',
    { ...says(node('Running', { Kubeconfig: 'Misconfigured' })), code: 4 },
    'broken',
    /the kubeconfig has no entry for it; deploy writes one/,
    true,
    false,
  ],
  [
    'a container was removed by hand',
    { ...says(node('Stopped', { Host: 'Nonexistent', Kubelet: 'Nonexistent', APIServer: 'Nonexistent' })), code: 7 },
    'broken',
    /machine on minikube is nonexistent/,
    false,
    false,
  ],
  [
    'something unheard of is said',
    { code: 1, stdout: ['panic: oh'], stderr: [] },
    'broken',
    /minikube status: panic: oh/,
    false,
    false,
  ],
];

test.each(cases)('where %s, that is what is seen', async (_, answer, state, detail, isUp, hasKubeconfig) => {
  fake.answer(status, answer);
  const seen = await lookAtCluster(profile, exec);
  expect(seen).toMatchObject({ state, detail: expect.stringMatching(detail), isUp, hasKubeconfig });
});

test('every part of a node is listed', async () => {
  fake.answer(status, stopped);
  expect((await lookAtCluster(profile, exec)).components).toEqual(
    ['machine', 'kubelet', 'apiserver'].map((name) => ({
      node: 'minikube',
      name,
      state: 'stopped',
      restarts: 0,
      lastError: 'stopped',
    })),
  );
});

test('without minikube there is no cluster, and none to delete', async () => {
  fake.takeAway();
  expect((await lookAtCluster(profile, exec)).state).toBe('absent');
  expect(await findDriver(profile, exec)).toBeUndefined();
  expect(await findKnown(profile, exec)).toBeUndefined();
});

test('an answer that is not a list is not a sign that there is no cluster', async () => {
  fake.answer(
    'profile list --output=json'.split(' '),
    says('X Exiting due to HOST_HOME_PERMISSION: permission denied'),
  );
  await expect(findKnown(profile, exec)).rejects.toThrow(
    'minikube cannot list its clusters: X Exiting due to HOST_HOME_PERMISSION: permission denied',
  );
});

test('klog lines around a status are ignored', () => {
  const lines = ['E1121 17:00:00.000000       1 status.go:1] x', JSON.stringify(node('Running')), 'W1121 late'];
  expect(parseStatus(lines, 'minikube').state).toBe('running');
});

describe('the list of clusters', () => {
  test.each([
    ['profiles: none', { valid: [], invalid: [] }],
    ['profiles: half-made', { valid: [], invalid: ['minikube'] }],
    ['profiles: one', { valid: [{ name: 'minikube', driver: 'docker' }], invalid: [] }],
  ])('"%s" is read', (name, expected) => {
    const { stdout, stderr } = recorded(name);
    expect(parseProfiles([...stderr, ...stdout])).toEqual(expected);
  });

  test('that is empty, or is an error of an old minikube, has no clusters', () => {
    expect(parseProfiles(['{"invalid":null,"valid":null}'])).toEqual({ valid: [], invalid: [] });
    expect(parseProfiles(['{"error":{}}'])).toEqual({ valid: [], invalid: [] });
  });

  test('tells the driver of this cluster and of no other', async () => {
    fake.answer('profile list --output=json --light'.split(' '), profilesOf({ other: 'kvm2', minikube: 'docker' }));
    expect(await findDriver(profile, exec)).toBe('docker');
    expect(await findDriver({ ...profile, clusterName: 'absent' }, exec)).toBeUndefined();
  });
});
