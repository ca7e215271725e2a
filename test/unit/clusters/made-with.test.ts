// Settings that only a new cluster takes: each kind of cluster names the keys of a profile that has changed since.
import { expect, test } from 'vitest';
import type { DoCluster } from '../../../tasks/clusters/digitalocean/answers.ts';
import { requestedSettings as doSettings } from '../../../tasks/clusters/digitalocean/request.ts';
import { createClusterRequest, requestedSettings as gkeSettings } from '../../../tasks/clusters/gke/request.ts';
import { otherSettings } from '../../../tasks/clusters/made-with.ts';
import { requestedSettings as minikubeSettings } from '../../../tasks/clusters/minikube/start.ts';
import { readProfile } from '../../../tasks/profile/read.ts';

const only = 'only a new cluster changes that';

test('values that are equal, left to the cluster or unknown are no difference', () => {
  expect(otherSettings([])).toBe('');
  expect(
    otherSettings([
      { key: 'a', profile: 3, cluster: 3 },
      { key: 'b', profile: ['y', 'x'], cluster: ['x', 'y'] },
      { key: 'c', profile: undefined, cluster: 'any' },
      { key: 'd', profile: true, cluster: undefined },
    ]),
  ).toBe('');
});

test('each key that differs has both values', () => {
  expect(
    otherSettings([
      { key: 'a', profile: 3, cluster: 1 },
      { key: 'b', profile: [], cluster: ['10.0.0.0/8'] },
      { key: 'c', profile: null, cluster: 'key' },
    ]),
  ).toBe(`, made with a 1 (profile: 3), b 10.0.0.0/8 (profile: none), c key (profile: none): ${only}`);
});

test.each([
  [
    'standard',
    [],
    ['gke.machineType=n2-standard-8', 'gke.spot=true', 'gke.nodes=5'],
    'gke.nodes 3 (profile: 5), gke.machineType e2-standard-2 (profile: n2-standard-8), gke.spot false (profile: true)',
  ],
  [
    'standard',
    ['gke.authorizedNetworks=[203.0.113.0/24]'],
    [],
    'gke.authorizedNetworks 203.0.113.0/24 (profile: none)',
  ],
  ['standard', [], ['gke.mode=autopilot', 'gke.location=europe-west1'], 'gke.mode standard (profile: autopilot)'],
  [
    'autopilot',
    ['gke.mode=autopilot', 'gke.location=europe-west1'],
    ['gke.releaseChannel=RAPID', 'gke.mode=autopilot', 'gke.location=europe-west1'],
    'gke.releaseChannel REGULAR (profile: RAPID)',
  ],
])('gke: a cluster made in mode %s with %j is not what %j asks for', async (_, made, sets, list) => {
  const project = 'gke.project=spark-class';
  const { cluster } = createClusterRequest(await readProfile('gke', [project, ...made]));
  expect(otherSettings(gkeSettings(await readProfile('gke', [project, ...made]), cluster ?? {}))).toBe('');
  expect(otherSettings(gkeSettings(await readProfile('gke', [project, ...sets]), cluster ?? {}))).toBe(
    `, made with ${list}: ${only}`,
  );
});

test('digitalocean: size, number and version of another cluster are named', async () => {
  const cluster = {
    region: 'fra1',
    version: '1.34.1-do.0',
    node_pools: [{ name: 'digitalocean-nodes', size: 's-2vcpu-4gb', count: 3 }],
  } as DoCluster;
  const profile = (...sets: string[]) => readProfile('digitalocean', sets);
  expect(otherSettings(doSettings(await profile('digitalocean.version="1.34"'), cluster))).toBe('');
  expect(otherSettings(doSettings(await profile('digitalocean.nodes=5', 'digitalocean.version="1.35"'), cluster))).toBe(
    `, made with digitalocean.nodes 3 (profile: 5), digitalocean.version 1.34.1-do.0 (profile: 1.35): ${only}`,
  );
});

test('minikube: what the profile chooses is compared with what minikube keeps', async () => {
  const made = {
    Memory: 3072,
    CPUs: 2,
    DiskSize: 0,
    KubernetesConfig: { KubernetesVersion: 'v1.35.1', ContainerRuntime: 'containerd' },
    Nodes: [{}],
  };
  const settings = async (...sets: string[]) =>
    otherSettings(minikubeSettings(await readProfile('minikube-docker', sets), made));
  expect(await settings('minikube.memory=3Gi', 'minikube.cpus=2', 'minikube.diskSize=20G')).toBe('');
  expect(
    await settings('minikube.memory=4Gi', 'minikube.nodes=2', 'minikube.containerRuntime=docker', 'minikube.cpus=2'),
  ).toBe(
    `, made with minikube.memory 3072mb (profile: 4096mb), minikube.nodes 1 (profile: 2), minikube.containerRuntime containerd (profile: docker): ${only}`,
  );
});
