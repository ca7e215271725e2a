import { expect, test } from 'vitest';
import { planLines } from '../../../tasks/core/plan/text.ts';
import type { Change } from '../../../tasks/core/plan/types.ts';
import { connectKube } from '../../../tasks/kube/client.ts';
import { dryRunKube } from '../../../tasks/kube/dry-run.ts';
import type { Kube, Manifest, PatchOperation, Preview } from '../../../tasks/kube/types.ts';

const secret: Manifest = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'key', namespace: 'spark' },
  stringData: { token: 'open sesame' },
};

const linesOf = (changes: Change[]): string[] =>
  changes.flatMap((change) => planLines({ event: 'change', path: [], ...change }));

const absent = connectKube(() => ({ path: '/nonexistent/kubeconfig', context: 'any' }), new AbortController().signal);

/** What a dry run shows of an apply that the server answers with this. */
async function applied(manifest: Manifest, preview: Preview): Promise<string[]> {
  const changes: Change[] = [];
  const kube = { previewApply: async () => preview } as unknown as Kube;
  await dryRunKube(kube, (change) => void changes.push(change)).apply(manifest);
  return linesOf(changes);
}

test('before there is a cluster everything reads as absent and is shown as created, secrets left out', async () => {
  await expect(absent.list({ apiVersion: 'v1', kind: 'Pod' })).rejects.toThrow(
    'cannot reach the cluster: no kubeconfig at /nonexistent/kubeconfig',
  );
  const changes: Change[] = [];
  const kube = dryRunKube(absent, (change) => void changes.push(change));
  expect(await kube.get({ apiVersion: 'v1', kind: 'Pod', name: 'a', namespace: 'b' })).toBeUndefined();
  expect(await kube.list({ apiVersion: 'v1', kind: 'Pod' })).toEqual([]);
  expect(await kube.isApplied(secret)).toBe(false);
  expect(await kube.can({ verb: 'get', resource: 'pods' })).toBe(false);
  for await (const line of kube.logs({ name: 'a', namespace: 'b' })) throw new Error(line);
  await kube.remove({ apiVersion: 'v1', kind: 'Pod', name: 'a', namespace: 'b' });
  expect(changes).toEqual([]);
  await kube.apply(secret);
  expect(changes).toMatchObject([{ kind: 'object', action: 'create', name: 'Secret spark/key' }]);
  const lines = linesOf(changes);
  expect(lines[0]).toBe('  create Secret spark/key');
  expect(lines).toContain('      token: (hidden)');
  expect(JSON.stringify(changes)).not.toMatch(/sesame|b3Blbi/);
});

test('bytes are shown by their number', async () => {
  const metadata = { name: 'a', namespace: 'b' };
  const binaryData = { 'a.zip': Buffer.alloc(3000).toString('base64') };
  const lines = await applied({ apiVersion: 'v1', kind: 'ConfigMap', metadata, binaryData }, {});
  expect(lines).toContain('      a.zip: (3000 bytes)');
});

const pod = (spec: object): Manifest => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' }, spec });
const variable = (value: string) => ({ containers: [{ name: 'c', env: [{ name: 'DB_PASSWORD', value }] }] });
const map = (data: Record<string, string>): Manifest => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'a' },
  data,
});

test.each<[string, Manifest, Manifest, string[]]>([
  [
    'values, one by one',
    map({ a: '0', gone: 'x' }),
    map({ a: '1', b: '2' }),
    ['data.a: "0" → "1"', 'data.gone: "x" → nothing', 'data.b: nothing → "2"'],
  ],
  [
    'lines of a text, without secrets',
    map({ conf: 'a 1\nb 2\nspark.password sesame\n' }),
    map({ conf: 'a 1\nb 3\nspark.password swordfish\n' }),
    ['data.conf:', '  - b 2', '  - spark.password (hidden)', '  + b 3', '  + spark.password (hidden)'],
  ],
  [
    'items of a list by their names',
    pod({ containers: [{ name: 'one', image: 'a:1' }, { name: 'two' }] }),
    pod({ containers: [{ name: 'two' }, { name: 'one', image: 'a:2' }] }),
    ['spec.containers[name=one].image: "a:1" → "a:2"'],
  ],
  [
    'a secret variable as hidden',
    pod(variable('sesame')),
    pod(variable('swordfish')),
    ['spec.containers[name=c].env[name=DB_PASSWORD].value: changes'],
  ],
  [
    'a secret variable that is new as hidden',
    pod({ containers: [{ name: 'c' }] }),
    pod(variable('sesame')),
    ['spec.containers[name=c].env: nothing → [{"name":"DB_PASSWORD","value":"(hidden)"}]'],
  ],
  [
    'nothing of the values of a Secret, nor of notes about it',
    { ...secret, data: { token: 'c2VzYW1l' }, metadata: { ...secret.metadata, annotations: { copy: 'sesame' } } },
    { ...secret, data: { token: 'b3RoZXI=' }, metadata: { ...secret.metadata, annotations: { copy: 'other' } } },
    ['metadata.annotations.copy: changes', 'data.token: changes'],
  ],
  ['nothing of what the server writes', { ...map({}), status: { a: 1 } }, map({}), []],
])('a change shows %s', async (_, live, after, lines) =>
  expect(await applied(after, { live, after })).toEqual(
    lines.length > 0 ? [expect.stringMatching(/^ {2}change /), ...lines.map((line) => `    ${line}`)] : [],
  ),
);

test('a field of another manager names that manager, and the refusal of the server', async () => {
  const live = map({ a: '1' });
  const managedFields = [
    { manager: 'old', time: '2026-01-01T00:00:00Z', fieldsV1: { 'f:data': { 'f:a': {} } } },
    { manager: 'kubectl-edit', time: '2026-02-01T00:00:00Z', fieldsV1: { 'f:data': { '.': {}, 'f:a': {} } } },
    { manager: 'other', time: '2026-03-01T00:00:00Z', fieldsV1: { 'f:data': { 'f:b': {} } } },
  ];
  const message = 'changed by others: .data.a (set by kubectl-edit)';
  expect(
    await applied(map({ a: '2' }), {
      live: { ...live, metadata: { ...live.metadata, managedFields } },
      after: map({ a: '2' }),
      refusal: { message, httpStatus: 409 },
    }),
  ).toEqual([
    '  change ConfigMap a',
    `    ✖ the server refuses this: ${message}`,
    '    data.a: "1" → "2" (set by kubectl-edit)',
  ]);
});

test('if the server does not compute the result, the wanted fields are compared', async () =>
  expect(
    await applied(map({ a: '2' }), {
      live: map({ a: '1', b: 'x' }),
      refusal: { message: 'no dry run', httpStatus: 400 },
    }),
  ).toEqual(['  change ConfigMap a', '    data.a: "1" → "2"']));

test.each<[PatchOperation, string]>([
  [{ op: 'add', path: '/data/b', value: 'x' }, '/data/b: nothing → "x"'],
  [{ op: 'remove', path: '/data/a' }, '/data/a: removed'],
])('without a cluster a patch shows what it names: %j', async (operation, line) => {
  const changes: Change[] = [];
  const ref = { apiVersion: 'v1', kind: 'ConfigMap', name: 'a', namespace: 'b' };
  await dryRunKube(absent, (change) => void changes.push(change)).patch(ref, [operation]);
  expect(linesOf(changes)).toEqual(['  change ConfigMap b/a', `    ${line}`]);
});

test('a patch shows the fields that it changes', async () => {
  const changes: Change[] = [];
  const kube = {
    previewPatch: async () => ({ live: map({ Corefile: 'a\nloop\n' }), after: map({ Corefile: 'b\nloop\n' }) }),
  } as unknown as Kube;
  const ref = { apiVersion: 'v1', kind: 'ConfigMap', name: 'a' };
  await dryRunKube(kube, (change) => void changes.push(change)).patch(ref, []);
  expect(linesOf(changes)).toEqual(['  change ConfigMap a', '    data.Corefile:', '      - a', '      + b']);
});
