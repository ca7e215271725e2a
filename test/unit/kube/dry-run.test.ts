import { expect, test } from 'vitest';
import { connectKube } from '../../../tasks/kube/client.ts';
import { changeLines, dryRunKube, patchLines } from '../../../tasks/kube/dry-run.ts';
import type { Manifest } from '../../../tasks/kube/types.ts';

const secret: Manifest = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'key', namespace: 'spark' },
  stringData: { token: 'open sesame' },
};

test('before there is a cluster everything reads as absent and is printed as new, secrets left out', async () => {
  const absent = connectKube(() => ({ path: '/nonexistent/kubeconfig', context: 'any' }), new AbortController().signal);
  await expect(absent.list({ apiVersion: 'v1', kind: 'Pod' })).rejects.toThrow(
    'cannot reach the cluster: no kubeconfig at /nonexistent/kubeconfig',
  );
  const lines: string[] = [];
  const kube = dryRunKube(absent, (line) => lines.push(line));
  expect(await kube.get({ apiVersion: 'v1', kind: 'Pod', name: 'a', namespace: 'b' })).toBeUndefined();
  expect(await kube.list({ apiVersion: 'v1', kind: 'Pod' })).toEqual([]);
  expect(await kube.isApplied(secret)).toBe(false);
  expect(await kube.can({ verb: 'get', resource: 'pods' })).toBe(false);
  for await (const line of kube.logs({ name: 'a', namespace: 'b' })) throw new Error(line);
  await kube.remove({ apiVersion: 'v1', kind: 'Pod', name: 'a', namespace: 'b' });
  expect(lines).toEqual([]);
  await kube.apply(secret);
  expect(lines.slice(0, 2)).toEqual(['apply Secret spark/key, new', '---']);
  expect(lines).toContain('  token: (hidden)');
  expect(lines.join('\n')).not.toContain('sesame');
});

test('bytes are printed by their number', async () => {
  const absent = connectKube(() => ({ path: '/nonexistent/kubeconfig', context: 'any' }), new AbortController().signal);
  const lines: string[] = [];
  const metadata = { name: 'a', namespace: 'b' };
  const binaryData = { 'a.zip': Buffer.alloc(3000).toString('base64') };
  await dryRunKube(absent, (line) => lines.push(line)).apply({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata,
    binaryData,
  });
  expect(lines).toContain('  a.zip: (3000 bytes)');
});

test('changes are shown value by value, those of a Secret without the values', () => {
  const map: Manifest = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { a: '1', b: '2' } };
  expect(changeLines(map, { ...map, data: { a: '0' } })).toEqual(['data.a: "0" → "1"', 'data.b: nothing → "2"']);
  expect(changeLines(secret, { ...secret, data: { token: 'b3RoZXI=' } })).toEqual(['data.token: changes']);
});

test.each([
  [{ op: 'remove', path: '/data/a' } as const, ['remove /data/a']],
  [{ op: 'add', path: '/data/b', value: 'x' } as const, ['add /data/b: "x"']],
  [
    { op: 'replace', path: '/data/Corefile', value: '. {\n  forward . 192.0.2.1\n  loop\n}' } as const,
    ['replace /data/Corefile:', '- forward . /etc/resolv.conf', '+ forward . 192.0.2.1'],
  ],
  [
    { op: 'replace', path: '/metadata/annotations/a.b~1c', value: 'one\ntwo' } as const,
    ['replace /metadata/annotations/a.b~1c:', '- zero', '+ two'],
  ],
])('a change shows what it changes: %j', (operation, lines) =>
  expect(
    patchLines(operation, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'coredns', annotations: { 'a.b/c': 'zero\none' } },
      data: { Corefile: '. {\n  forward . /etc/resolv.conf\n  loop\n}' },
    }),
  ).toEqual(lines),
);
