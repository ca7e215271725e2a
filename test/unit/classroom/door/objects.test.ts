import { describe, expect, test } from 'vitest';
import { type DoorRequest, doorObjects } from '../../../../tasks/classroom/door/objects.ts';
import { openYaml, toYaml } from '../../../../tasks/core/yaml.ts';
import type { Manifest } from '../../../../tasks/kube/types.ts';
import { seatOf } from './seats.ts';

const seats = [seatOf('ada', '192.168.1.20:8443'), seatOf('bob', '192.168.1.20:8444')];
const request: DoorRequest = {
  namespace: 'data',
  class: 'data',
  image: 'door:1.22.1-0123456789ab',
  settings: { title: 'Data', end: new Date('2026-12-18T17:00:00Z'), resolver: '10.96.0.10' },
  seats,
  certificate: { certificatePem: 'certificate', keyPem: 'key' },
  service: { type: 'NodePort' },
  pullSecrets: [],
};

interface Deployment extends Manifest {
  spec: {
    template: {
      spec: {
        containers: { image: string; volumeMounts: { name: string; mountPath: string }[]; [key: string]: unknown }[];
        volumes: { name: string; [kind: string]: unknown }[];
        [key: string]: unknown;
      };
    };
    [key: string]: unknown;
  };
}

async function objects(change: Partial<DoorRequest> = {}) {
  const all = await doorObjects({ ...request, ...change });
  const find = (kind: string, name: string) =>
    all.find((object) => object.kind === kind && object.metadata.name === name) as Manifest;
  return { all, find, deployment: find('Deployment', 'door') as Deployment };
}

/** A Secret's files, decoded. */
const decoded = (secret: Manifest): string[] =>
  Object.values(secret['data'] as Record<string, string>).map((text) => Buffer.from(text, 'base64').toString());

test('everything is in the namespace of the class and labelled as ours', async () => {
  const { all } = await objects();
  expect(all.map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ''} ${metadata.name}`)).toEqual([
    'Namespace  data',
    'Service data door',
    'ConfigMap data door',
    'Secret data door-seats',
    'Secret data door-tls',
    'NetworkPolicy data default-deny',
    'NetworkPolicy data door',
    'Deployment data door',
  ]);
  for (const { metadata } of all)
    expect(metadata.labels).toMatchObject({ 'app.kubernetes.io/managed-by': 'firesteel' });
});

test('the door of a class without students leads nowhere, by a policy that the server takes', async () => {
  const policy = JSON.stringify((await objects({ seats: [] })).find('NetworkPolicy', 'door')['spec']);
  expect(policy).toContain('"operator":"In","values":["data"]');
});

test('codes, cookies, tokens and keys are in Secrets alone', async () => {
  const { all, find } = await objects();
  expect(decoded(find('Secret', 'door-seats')).join()).toContain(seats[0]?.code);
  expect(decoded(find('Secret', 'door-tls'))).toEqual(['certificate', 'key']);
  const others = JSON.stringify(all.filter(({ kind }) => kind !== 'Secret'));
  for (const { code, cookie, token } of seats)
    for (const secret of [code, cookie, token]) expect(others).not.toContain(secret);
});

test('the pod meets the restricted standard, may write nothing but its scratch folder, and has no token of the API', async () => {
  const { spec } = (await objects()).deployment.spec.template;
  expect(spec).toMatchObject({
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: 15,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: 10101,
      runAsGroup: 10101,
      fsGroup: 10101,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    containers: [
      {
        image: request.image,
        lifecycle: { preStop: { sleep: { seconds: 3 } } },
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        },
        resources: { limits: { memory: '128Mi' } },
      },
    ],
  });
  const secrets = spec.volumes.filter(({ secret }) => secret);
  expect(secrets.map(({ secret }) => (secret as { defaultMode: number }).defaultMode)).toEqual([0o440, 0o440]);
  expect(spec.volumes.filter(({ emptyDir }) => emptyDir).map(({ name }) => name)).toEqual(['tmp']);
});

test('one pod takes the place of another without a gap', async () => {
  expect((await objects()).deployment.spec).toMatchObject({
    replicas: 1,
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
  });
});

describe('a pod is replaced', () => {
  const template = async (change: Partial<DoorRequest> = {}) =>
    JSON.stringify((await objects(change)).deployment.spec.template);

  test.each([
    ['seats', { seats: seats.slice(1) }],
    ['pages', { settings: { ...request.settings, title: 'Spark' } }],
    ['certificate', { certificate: { certificatePem: 'other', keyPem: 'key' } }],
    ['image', { image: 'door:2' }],
  ])('for another %s', async (_, change) => {
    expect(await template(change)).not.toBe(await template());
  });

  test('for nothing else', async () => {
    expect(await template({ seats: [...seats].reverse() })).toBe(await template());
  });

  test('by one that can start with the new files alone', async () => {
    const { find, deployment } = await objects({ seats: seats.slice(1) });
    const [key = ''] = Object.keys(find('Secret', 'door-seats')['data'] as object);
    const volume = deployment.spec.template.spec.volumes.find(({ name }) => name === 'seats');
    expect(volume?.['secret']).toMatchObject({ items: [{ key, path: 'seats.conf' }] });
    expect(Object.keys((await objects()).find('Secret', 'door-seats')['data'] as object)).not.toContain(key);
  });
});

test('the door may reach DNS and the pods of its class, and nothing else', async () => {
  const { find } = await objects();
  expect(find('NetworkPolicy', 'default-deny')['spec']).toEqual({
    podSelector: {},
    policyTypes: ['Ingress', 'Egress'],
  });
  expect(find('NetworkPolicy', 'door')['spec']).toMatchObject({
    ingress: [{ ports: [{ port: 8443 }] }],
    egress: [
      {
        to: [
          { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } } },
          { ipBlock: { cidr: '10.96.0.10/32' } },
        ],
      },
      {
        to: [
          {
            namespaceSelector: {
              matchExpressions: [
                { key: 'kubernetes.io/metadata.name', operator: 'In', values: ['data-ada', 'data-bob'] },
              ],
            },
          },
        ],
        ports: [{ port: 8888 }, { port: 4040, endPort: 4059 }],
      },
    ],
  });
});

describe('the service', () => {
  test('is one port of every node', async () => {
    const { find } = await objects();
    expect(find('Service', 'door')['spec']).toEqual({
      type: 'NodePort',
      selector: { 'app.kubernetes.io/name': 'door' },
      ports: [{ name: 'https', port: 8443, targetPort: 'https' }],
    });
  });

  test('is a load balancer with the ports, sources and address that are requested', async () => {
    const service = {
      type: 'LoadBalancer',
      ports: [443],
      sourceRanges: ['192.0.2.0/24'],
      address: '203.0.113.7',
    } as const;
    const { find } = await objects({ service: { ...service, ports: [443], sourceRanges: ['192.0.2.0/24'] } });
    expect(find('Service', 'door')['spec']).toMatchObject({
      type: 'LoadBalancer',
      ports: [{ name: 'port-443', port: 443, targetPort: 'https' }],
      loadBalancerSourceRanges: ['192.0.2.0/24'],
      loadBalancerIP: '203.0.113.7',
    });
  });
});

test('a class of students named n, y, on, null and true is the same as YAML', async () => {
  const named = ['n', 'y', 'on', 'null', 'true'].map((name, i) => seatOf(name, `192.168.1.20:${8443 + i}`));
  const { all } = await objects({ namespace: 'on', class: 'on', seats: named });
  // YAML 1.1, which kubectl reads, has more words for true and false.
  for (const object of all) expect(openYaml(toYaml(object)).document.toJS()).toEqual(object);
});

test('seats whose tables no Secret can hold are refused', async () => {
  const many = Array.from({ length: 2000 }, (_, i) => {
    const student = `student-with-a-name-of-forty-letters${1000 + i}`;
    return seatOf(student, `${student}.${'long.'.repeat(30)}example.org`);
  });
  await expect(objects({ seats: many })).rejects.toThrow(
    'the tables of 2000 seats are too large for a Secret: more than 1 MiB',
  );
});

test('a class of 1,000 gets more memory and a Secret that the API server takes', async () => {
  const many = Array.from({ length: 1000 }, (_, i) => seatOf(`student-${i}`, `192.168.1.20:${8443 + i}`));
  const { find, deployment } = await objects({ seats: many });
  expect(decoded(find('Secret', 'door-seats')).join().length).toBeLessThan(2 ** 20);
  expect(deployment.spec.template.spec.containers[0]?.['resources']).toMatchObject({ limits: { memory: '464Mi' } });
});
