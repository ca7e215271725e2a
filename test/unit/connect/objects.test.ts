// The objects of a Connect server: what it may do, who reaches it, and where its token is.
import { expect, test } from 'vitest';
import { sparkProblems } from '../../../tasks/connect/conf.ts';
import { serverRefs } from '../../../tasks/connect/names.ts';
import { serverObjects } from '../../../tasks/connect/objects.ts';
import { normalized } from '../../../tasks/kube/compare.ts';
import { refOf, shownRef } from '../../../tasks/kube/ref.ts';
import type { Manifest } from '../../../tasks/kube/types.ts';
import { readProfile } from '../../../tasks/profile/read.ts';
import { tokenOf, tokenSecret } from '../../../tasks/servers/token.ts';
import type { Pod } from '../../../tasks/spark/pod.ts';
import { runLabel } from '../../../tasks/spark/pod.ts';

const profile = await readProfile('local', ['namespace=school']);
const request = { profile, object: 'connect-ada', image: 'spark:1', chosen: {}, user: 'ada', pullSecrets: [] };
const objects = await serverObjects(request);

const named = (kind: string, name = 'connect-ada', all = objects) => {
  const found = all.find((one) => one.kind === kind && one.metadata.name === name);
  if (!found) throw new Error(`no ${kind} ${name}`);
  return found as Manifest & { spec: Record<string, unknown>; data: Record<string, string> };
};
const podOf = (all = objects) => (named('Deployment', 'connect-ada', all).spec as { template: Pod }).template;
const defaults = named('ConfigMap').data['spark-defaults.conf'] ?? '';
const executor = JSON.parse(named('ConfigMap').data['executor.json'] ?? '') as Pod;

test('down removes every object that up makes', () => {
  const made = [...objects, tokenSecret('connect-ada', profile, 'hush')].map((one) => shownRef(refOf(one)));
  expect(serverRefs('connect-ada', profile).map(shownRef).sort()).toEqual(made.sort());
});

test('all objects are ours, in the namespace of the profile, and none counts as a leftover of a run', () => {
  for (const { metadata } of objects) {
    expect(metadata.namespace).toBe('school');
    expect(metadata.labels).toMatchObject({ 'app.kubernetes.io/managed-by': 'firesteel' });
  }
  expect(JSON.stringify(objects)).not.toContain(runLabel);
});

test('the service selects its pod and no executor', () => {
  const { selector } = named('Service').spec;
  expect(podOf().metadata.labels).toMatchObject(selector as object);
  expect(executor.metadata.labels).not.toMatchObject(selector as object);
});

test('only its executors reach the ports of the driver, and no pod reaches the port of Connect', () => {
  const { podSelector, ingress } = named('NetworkPolicy').spec as {
    podSelector: { matchLabels: object };
    ingress: [{ from: [{ podSelector: { matchLabels: object } }]; ports: { port: number }[] }];
  };
  expect(podOf().metadata.labels).toMatchObject(podSelector.matchLabels);
  const [{ from, ports }] = ingress;
  expect({ ...executor.metadata.labels, 'spark-role': 'executor' }).toMatchObject(from[0].podSelector.matchLabels);
  expect(ports.map(({ port }) => port)).toEqual([7078, 7079]);
  expect(defaults).toContain('spark.connect.grpc.binding.address=127.0.0.1\n');
  expect(podOf().spec.containers[0]?.env).toContainEqual({ name: 'SPARK_LOCAL_IP', value: '127.0.0.1' });
});

test('the token comes from its Secret, and is in no property, argument or plain variable', () => {
  expect(tokenOf(normalized(tokenSecret('connect-ada', profile, 'hush')))).toBe('hush');
  expect(JSON.stringify(objects)).not.toContain('hush');
  expect(defaults).not.toContain('authenticate.token');
  expect(podOf().spec.containers[0]?.env).toContainEqual({
    name: 'SPARK_CONNECT_AUTHENTICATE_TOKEN',
    valueFrom: { secretKeyRef: { name: 'connect-ada-token', key: 'token' } },
  });
});

test('pods meet the restricted standard', () => {
  const { spec } = podOf();
  expect(spec['securityContext']).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
  expect(spec.containers[0]?.securityContext).toEqual({
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
  });
});

test('properties of the profile apply, except those that the lock needs', async () => {
  const set = [
    'spark.conf.spark.sql.shuffle.partitions=4',
    'spark.conf.spark.connect.grpc.binding.address=0.0.0.0',
    'connect.sessionTimeout=5min',
    'dynamicAllocation.enabled=true',
    'dynamicAllocation.minExecutors=2',
  ];
  const own = await serverObjects({ ...request, profile: await readProfile('local', ['namespace=school', ...set]) });
  const text = named('ConfigMap', 'connect-ada', own).data['spark-defaults.conf'] ?? '';
  expect(text).toContain('spark.sql.shuffle.partitions=4\n');
  expect(text).toContain('spark.dynamicAllocation.minExecutors=2\n');
  expect(text).toContain('spark.connect.session.manager.defaultSessionTimeout=5min\n');
  expect(text).toContain('spark.connect.grpc.binding.address=127.0.0.1\n');
  expect(podOf(own).metadata.annotations).not.toEqual(podOf().metadata.annotations);
});

test('idle executors go after the time of the profile', async () => {
  const own = {
    ...request,
    profile: await readProfile('local', ['namespace=school', 'connect.executorIdleTimeout=7s']),
  };
  const text = named('ConfigMap', 'connect-ada', await serverObjects(own)).data['spark-defaults.conf'] ?? '';
  for (const key of ['executorIdleTimeout', 'shuffleTracking.timeout'])
    expect(text).toContain(`spark.dynamicAllocation.${key}=7s\n`);
});

test.each([
  ['3.5.9', [expect.stringMatching(/^spark\.version 3\.5\.9: .*takes no token.*use Spark 4\.0 or newer$/)]],
  ['4.0.0', []],
  ['4.3.0', []],
])('Spark %s as a server: %j', (version, expected) => {
  expect(sparkProblems({ ...profile, spark: { ...profile.spark, version } })).toEqual(expected);
});
