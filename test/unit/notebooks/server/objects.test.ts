// The objects of a notebook server: what it may do, who reaches it, and how its sessions find their executors.
import { expect, test } from 'vitest';
import { normalized } from '../../../../tasks/kube/compare.ts';
import type { Manifest } from '../../../../tasks/kube/types.ts';
import { labObjects } from '../../../../tasks/notebooks/server/objects.ts';
import { readProfile } from '../../../../tasks/profile/read.ts';
import { tokenOf, tokenSecret } from '../../../../tasks/servers/token.ts';
import type { Pod } from '../../../../tasks/spark/pod.ts';
import { runLabel } from '../../../../tasks/spark/pod.ts';

const profile = await readProfile('local', ['namespace=school', 'notebook.size=1Gi']);
const sizes = { server: { requests: { cpu: '100m', memory: '1Gi' }, limits: { memory: '3Gi' } }, executors: {} };
const pip = { variables: { PIP_INDEX_URL: 'https://pypi.example.org/$$/' }, authorities: '-----BEGIN', notes: [] };
const request = { profile, object: 'notebook-ada', image: 'spark:1', sizes, pip, pullSecrets: [] };
const objects = await labObjects(request);

const named = (all: Manifest[], kind: string, name = 'notebook-ada') => {
  const found = all.find((one) => one.kind === kind && one.metadata.name === name);
  if (!found) throw new Error(`no ${kind} ${name}`);
  return found as Manifest & { spec: Record<string, unknown>; data: Record<string, string> };
};
const podOf = (all: Manifest[]) => (named(all, 'Deployment').spec as { template: Pod }).template;
const filesOf = (all: Manifest[]) => named(all, 'ConfigMap').data;

test('all are ours, in the namespace of the profile', () => {
  expect(objects.length).toBe(9);
  for (const { metadata } of objects) {
    expect(metadata.namespace).toBe('school');
    expect(metadata.labels).toMatchObject({ 'app.kubernetes.io/managed-by': 'firesteel' });
  }
});

test('no object counts as a leftover of a run', () => expect(JSON.stringify(objects)).not.toContain(runLabel));

test('its account has the rights of a driver in client mode on pods, and no others', () => {
  expect(named(objects, 'Role')['rules']).toEqual([
    { apiGroups: [''], resources: ['pods'], verbs: ['create', 'get', 'list', 'watch', 'delete', 'deletecollection'] },
  ]);
});

test('the service has no address, and selects its pod and no executor', () => {
  const { clusterIP, selector } = named(objects, 'Service').spec;
  expect(clusterIP).toBe('None');
  expect(podOf(objects).metadata.labels).toMatchObject(selector as object);
  const executor = JSON.parse(filesOf(objects)['executor.json'] ?? '') as Pod;
  expect(executor.metadata.labels).not.toMatchObject(selector as object);
});

test('only its executors reach the driver, and they do not reach JupyterLab', () => {
  const { podSelector, ingress } = named(objects, 'NetworkPolicy').spec as {
    podSelector: { matchLabels: object };
    ingress: [{ from: [{ podSelector: { matchLabels: object } }]; ports: { port: number; endPort?: number }[] }];
  };
  expect(podOf(objects).metadata.labels).toMatchObject(podSelector.matchLabels);
  const [{ from, ports }] = ingress;
  const executor = JSON.parse(filesOf(objects)['executor.json'] ?? '') as Pod;
  expect({ ...executor.metadata.labels, 'spark-role': 'executor' }).toMatchObject(from[0].podSelector.matchLabels);
  expect(ports.some(({ port, endPort = port }) => port <= 8888 && endPort >= 8888)).toBe(false);
});

test('pods meet the restricted standard', async () => {
  const { spec } = podOf(await labObjects({ ...request, git: 'https://example.org/a.git' }));
  expect(spec['securityContext']).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
  for (const { securityContext } of [...spec.containers, ...(spec.initContainers ?? [])])
    expect(securityContext).toEqual({ allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } });
});

test('settings of pip reach the pod as typed, and the address of pages is filled in there', () => {
  const { env = [] } = podOf(objects).spec.containers[0] ?? {};
  expect(env).toContainEqual({ name: 'PIP_INDEX_URL', value: 'https://pypi.example.org/$$$$/' });
  expect(env).toContainEqual({ name: 'FIRESTEEL_PAGES', value: expect.stringContaining(' $(POD_NAME) {port}') });
});

test('the token is a file that the pod alone reads, in no variable, ConfigMap or argument', () => {
  const secret = normalized(tokenSecret('notebook-ada', profile, 'hush'));
  expect(tokenOf(secret)).toBe('hush');
  expect(JSON.stringify(objects)).not.toContain('hush');
  const { spec } = podOf(objects);
  expect(spec.volumes).toContainEqual({
    name: 'token',
    secret: { secretName: secret.metadata.name, defaultMode: 0o440 },
  });
  const file = spec.containers[0]?.env?.find(({ name }) => name === 'JUPYTER_TOKEN_FILE')?.value;
  expect(spec.containers[0]?.volumeMounts).toContainEqual({
    name: 'token',
    mountPath: file?.replace(/\/token$/, ''),
    readOnly: true,
  });
});

test('every file of the ConfigMap is mounted, and other settings take another pod', async () => {
  const { spec } = podOf(objects);
  const items = (spec.volumes ?? []).flatMap(({ configMap }) =>
    ((configMap as { items: { key: string }[] } | undefined)?.items ?? []).map(({ key }) => key),
  );
  expect(items.sort()).toEqual(Object.keys(filesOf(objects)).sort());
  const other = await readProfile('local', ['namespace=school', 'spark.conf.spark.executor.memory=2g']);
  const annotation = (all: Manifest[]) => podOf(all).metadata.annotations?.['firesteel/settings'];
  expect(annotation(await labObjects({ ...request, profile: other }))).not.toBe(annotation(objects));
  expect(annotation(await labObjects(request))).toBe(annotation(objects));
});

test('idle kernels end, even while a page shows them', async () => {
  const other = await readProfile('local', ['notebook.kernelIdleTimeout=90m']);
  const config = filesOf(await labObjects({ ...request, profile: other }))['jupyter_server_config.json'] ?? '';
  expect(JSON.parse(config)).toMatchObject({
    MappingKernelManager: { cull_idle_timeout: 5400, cull_interval: 60, cull_connected: true, cull_busy: false },
  });
});

test.each([
  [
    'flag',
    'https://example.org/course.git@v1',
    undefined,
    ['https://example.org/course.git', 'v1', '/home/spark/work/course'],
  ],
  ['profile', undefined, 'https://example.org/a/b', ['https://example.org/a/b', '', '/home/spark/work/b']],
  [
    'flag before profile',
    'https://example.org/x',
    'https://example.org/y',
    ['https://example.org/x', '', '/home/spark/work/x'],
  ],
])('a repository is cloned that the %s names', async (_, git, key, words) => {
  const other = await readProfile('local', key ? [`notebook.git=${key}`] : []);
  const [container] = podOf(await labObjects({ ...request, profile: other, git })).spec.initContainers ?? [];
  expect(container?.args?.slice(2)).toEqual(words);
});

test('the server pulls as executors do', async () => {
  const { spec } = podOf(await labObjects({ ...request, pullSecrets: [{ name: 'registry' }] }));
  expect(spec['imagePullSecrets']).toEqual([{ name: 'registry' }]);
});
