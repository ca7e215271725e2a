// The exact words that kind and Docker get, and the configuration.
import { expect, test } from 'vitest';
import {
  createCommand,
  deleteCommand,
  exportCommand,
  imageCommand,
  kindConfig,
  kindSource,
  loadCommand,
  nodesCommand,
} from '../../../../tasks/clusters/kind/commands.ts';
import { dataPath } from '../../../../tasks/core/paths.ts';
import { readProfile } from '../../../../tasks/profile/read.ts';

const kubeconfig = dataPath('clusters', 'dev', 'kubeconfig');
const profileWith = (...sets: string[]) => readProfile('kind', ['clusterName=dev', ...sets]);

test.each([
  [[], ['--wait', '5m']],
  [['kind.waitTimeout=90s'], ['--wait', '90s']],
  [['kind.image=kindest/node:v1.34.0'], ['--image', 'kindest/node:v1.34.0', '--wait', '5m']],
])('kind create cluster with %j', async (sets, rest) => {
  const words = ['--name', 'dev', '--config', '-', '--kubeconfig', kubeconfig];
  expect(createCommand(await profileWith(...sets))).toEqual(['kind', 'create', 'cluster', ...words, ...rest]);
});

test.each([
  [0, ['control-plane']],
  [2, ['control-plane', 'worker', 'worker']],
])('a configuration with %i workers', async (workers, roles) =>
  expect(kindConfig(await profileWith(`kind.workers=${workers}`))).toEqual({
    kind: 'Cluster',
    apiVersion: 'kind.x-k8s.io/v1alpha4',
    nodes: roles.map((role) => ({ role })),
  }),
);

test('every command names the cluster, and none the user’s kubeconfig', async () => {
  const profile = await profileWith();
  expect(deleteCommand(profile)).toEqual(['kind', 'delete', 'cluster', '--name', 'dev', '--kubeconfig', kubeconfig]);
  expect(exportCommand(profile)).toEqual(['kind', 'export', 'kubeconfig', '--name', 'dev', '--kubeconfig', kubeconfig]);
  expect(loadCommand(profile, '/a.tar')).toEqual(['kind', 'load', 'image-archive', '/a.tar', '--name', 'dev']);
  expect(nodesCommand(profile)).toContain('label=io.x-k8s.kind.cluster=dev');
  expect(kindSource(profile)).toEqual({ path: kubeconfig, context: 'kind-dev' });
});

test('an image is looked for in the node’s own store', () =>
  expect(imageCommand('dev-worker', 'docker.io/library/spark:1').join(' ')).toBe(
    'docker exec dev-worker ctr --namespace=k8s.io images check --quiet name==docker.io/library/spark:1',
  ));
