import { expect, test } from 'vitest';
import { appliedAnnotation, differences, normalized, stamped } from '../../../tasks/kube/compare.ts';
import type { Manifest } from '../../../tasks/kube/types.ts';

const containers = (...items: object[]) => ({ spec: { template: { spec: { containers: items } } } });
const service = (...ports: object[]) => ({ spec: { ports } });

test.each<[string, unknown, unknown]>([
  ['the same', { a: { b: [1, 'x', true] } }, { a: { b: [1, 'x', true] } }],
  ['more in the live object', { a: 1 }, { a: 1, b: 2, c: { d: 3 } }],
  ['quantities in other words', { cpu: '1000m', memory: '1024Mi' }, { cpu: '1', memory: '1Gi' }],
  ['a number that the server keeps as text', { cpu: 0.5 }, { cpu: '500m' }],
  ['what is empty and left out by the server', { a: {}, b: [], c: '', d: false, e: 0, f: { g: {} } }, {}],
  [
    'containers in another order, with one more and a port more',
    containers({ name: 'a', ports: [{ containerPort: 1 }] }, { name: 'b' }),
    containers({ name: 'sidecar' }, { name: 'b' }, { name: 'a', ports: [{ containerPort: 2 }, { containerPort: 1 }] }),
  ],
  [
    'one port number with two protocols',
    service({ port: 53, protocol: 'UDP' }, { port: 53 }),
    service({ port: 53, protocol: 'TCP' }, { port: 53, protocol: 'UDP' }),
  ],
  ['a finalizer more', { metadata: { finalizers: ['a'] } }, { metadata: { finalizers: ['b', 'a'] } }],
])('no difference: %s', (_, wanted, live) => expect(differences(wanted, live)).toEqual([]));

test.each<[string, unknown, unknown, string[]]>([
  ['another value', { a: { b: 1 } }, { a: { b: 2 } }, ['a.b']],
  ['a missing value', { a: { b: 1 } }, { a: {} }, ['a.b']],
  ['a missing map', { a: { b: 1 } }, {}, ['a']],
  ['a key with dots', { 'x.y/z': 1 }, {}, ['["x.y/z"]']],
  ['another type', { a: [] }, { a: { b: 1 } }, ['a']],
  ['a text that is not a quantity', { a: '1.0.0' }, { a: '1.0' }, ['a']],
  [
    'an image of one container',
    containers({ name: 'a', image: '1' }, { name: 'b', image: '1' }),
    containers({ name: 'b', image: '2' }, { name: 'a', image: '1' }),
    ['spec.template.spec.containers[name=b].image'],
  ],
  [
    'a container that is gone',
    containers({ name: 'a' }),
    containers({ name: 'b' }),
    ['spec.template.spec.containers[name=a]'],
  ],
  [
    'a verb added to a role',
    { rules: [{ verbs: ['get'] }] },
    { rules: [{ verbs: ['get', 'list'] }] },
    ['rules[0].verbs'],
  ],
  [
    'a subject added to a binding',
    { subjects: [{ name: 'a' }] },
    { subjects: [{ name: 'a' }, { name: 'b' }] },
    ['subjects'],
  ],
  [
    'a port added to a network policy',
    { spec: { ingress: [{ ports: [{ port: 1 }] }] } },
    { spec: { ingress: [{ ports: [{ port: 1 }, { port: 2 }] }] } },
    ['spec.ingress[0].ports'],
  ],
])('a difference: %s', (_, wanted, live, paths) =>
  expect(differences(wanted, live).map(({ path }) => path)).toEqual(paths),
);

const secret: Manifest = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'key' },
  data: { old: 'b2xk' },
  stringData: { token: 'text' },
};

test('text of a Secret is compared as the data that it becomes', () =>
  expect(normalized(secret)).toEqual({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'key' },
    data: { old: 'b2xk', token: 'dGV4dA==' },
  }));

const stampOf = (manifest: object) =>
  stamped({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, ...manifest }).metadata.annotations?.[
    appliedAnnotation
  ];

test('a stamp does not depend on the order of keys, nor on what is undefined or null', () => {
  expect(stampOf({ data: { a: '1', b: '2' } })).toBe(stampOf({ data: { b: '2', a: '1', c: null }, more: undefined }));
  expect(stampOf({ data: { a: '1' } })).not.toBe(stampOf({ data: { a: '2' } }));
  expect(stampOf({ list: [1, 2] })).not.toBe(stampOf({ list: [2, 1] }));
});
