// The steps of `classroom apply`, killed at any of their changes: the next run ends them, and no code that was handed out changes.
import { randomInt } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { classPath, readKeys } from '../../../tasks/classroom/folder.ts';
import { classNamespace, seatNamespace } from '../../../tasks/classroom/seat/labels.ts';
import { classroomWith } from '../../../tasks/classroom.ts';
import { clusters } from '../../../tasks/clusters/index.ts';
import { isWritten } from '../../../tasks/core/files/changes.ts';
import type { Kube, Manifest } from '../../../tasks/kube/types.ts';
import { readProfile } from '../../../tasks/profile/read.ts';
import type { Context, SingleStep } from '../../../tasks/steps/types.ts';
import { applyingKube } from '../../fakes/applying-kube.ts';
import { ownFolder } from '../../own-folder.ts';
import { plainContext } from '../../plain-context.ts';
import { planIn } from '../../plan-of.ts';

const folder = ownFolder();

/** $KILL_SEED draws the points of a failed run again. */
const seed = Number(process.env['KILL_SEED'] ?? randomInt(2 ** 31));
const students = ['ada', 'bob', 'eve'];
const end = new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 16);
/** Changes of an undisturbed run are more; the first test says so. */
const mostChanges = 100;
const drawn = fc.uniqueArray(fc.integer({ min: 0, max: mostChanges }), { minLength: 10, maxLength: 10 });
const [points = []] = fc.sample(fc.noBias(drawn), { seed, numRuns: 1 });

/** Those that need no image and no kubelet, in their order. */
const titles = [
  'Compare the class list with the class',
  'Save students and keys',
  "Set the class's rules at the API server",
  'Prepare the seats',
  'Open the door',
  'Write a kubeconfig for each student',
  'Write the hand-outs',
  'Remove seats of students who left',
];

/** What a cluster has, and a bare API server has not. */
const wanting: Manifest[] = [
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'kube-dns', namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } },
    spec: { clusterIP: '10.96.0.10', ports: [{ port: 53 }] },
  },
  {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'coredns', namespace: 'kube-system' },
    data: { Corefile: '.:53 {\n  kubernetes school.internal {\n  }\n}\n' },
  },
  {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'cache', namespace: 'kube-system', labels: { 'k8s-app': 'node-local-dns' } },
    spec: { containers: [{ name: 'cache' }] },
    status: {},
  },
  {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 'kubernetes', namespace: 'default', labels: { 'kubernetes.io/service-name': 'kubernetes' } },
    addressType: 'IPv4',
    endpoints: [{ addresses: ['198.18.7.2'] }],
    ports: [{ port: 6443 }],
  },
];

const kubeconfig = join(folder, 'kubeconfig');

beforeAll(() => {
  writeFileSync(join(folder, 'list.txt'), students.join('\n'));
  const cluster = { server: 'https://127.0.0.1:6443' };
  const text = {
    clusters: [{ name: 'here', cluster }],
    users: [{ name: 'here', user: { token: 'any' } }],
    contexts: [{ name: 'here', context: { cluster: 'here', user: 'here' } }],
  };
  // JSON is YAML.
  writeFileSync(kubeconfig, JSON.stringify(text));
});

/** The API, whose door has a pod that answers: there is no kubelet. */
const withDoor = (real: Kube): Kube => ({
  ...real,
  get: async (ref) => {
    const found = await real.get(ref);
    if (!found || ref.kind !== 'Deployment' || ref.name !== 'door') return found;
    const { generation = 1 } = found.metadata;
    return { ...found, status: { observedGeneration: generation, updatedReplicas: 1, readyReplicas: 1 } };
  },
  list: async (collection) =>
    collection.labelSelector === 'app.kubernetes.io/name=door'
      ? [{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'door' } }]
      : real.list(collection),
});

/** Lets this many changes of cluster and disk through; after that nothing changes any more, as after SIGKILL. */
function killable(context: Context, most: number): { context: Context; changes(): number } {
  let changes = 0;
  const one =
    <Args extends unknown[], T>(action: (...args: Args) => Promise<T>) =>
    async (...args: Args) => {
      if (changes >= most) throw new Error('killed');
      changes += 1;
      return action(...args);
    };
  const { kube: real, write } = context;
  const single = one((file: Parameters<typeof write>[0][number]) => write([file]));
  return {
    changes: () => changes,
    context: {
      ...context,
      kube: {
        ...real,
        apply: one(real.apply),
        create: one(real.create),
        patch: one(real.patch),
        remove: one(real.remove),
      },
      write: async (files) => {
        for (const file of files) if (!(await isWritten(file))) await single(file);
      },
      remove: one(context.remove),
      mkdir: one(context.mkdir),
      move: one(context.move),
      change: one(context.change) as Context['change'],
    },
  };
}

/** A class, alone in its cluster. */
interface Class {
  name: string;
  kube: Kube;
}

/** One run of the command on a class; how many changes it made, and whether it was killed. */
async function run(
  { name, kube }: Class,
  most = Number.POSITIVE_INFINITY,
): Promise<{ changes: number; isKilled: boolean }> {
  const profile = await readProfile('context', [
    ...['context.context=here', `context.kubeconfig=${kubeconfig}`, `classroom.name=${name}`],
    ...[`classroom.roster=${join(folder, 'list.txt')}`, `classroom.end=${end}`],
  ]);
  const state = { image: 'spark:test', door: 'door:test' };
  const own = plainContext({
    profile,
    cluster: clusters.context,
    kube: withDoor(kube),
    read: async () => '',
    state,
  });
  const { context, changes } = killable(own, most);
  const { steps } = await planIn(classroomWith({ address: '127.0.0.1' }), context, ['apply']);
  const wanted = (steps as SingleStep[]).filter(({ title }) => titles.includes(title));
  expect(wanted.map(({ title }) => title)).toEqual(titles);
  try {
    for (const step of wanted) if (!(await step.skip?.(context))) await step.run(context, { line: () => {} });
    return { changes: changes(), isKilled: changes() >= most };
  } catch (error) {
    if (changes() < most) throw error;
    return { changes: changes(), isKilled: true };
  }
}

let classes = 0;

const newClass = (): Class => ({ name: `killed-${classes++}`, kube: applyingKube(wanting) });

/** The code on each page that was handed out, by student. */
function handedOut(name: string): Record<string, string> {
  const pages = classPath(name, 'handouts', 'pages');
  const files = existsSync(pages) ? readdirSync(pages) : [];
  return Object.fromEntries(
    files.map((file) => {
      const [, code = ''] = /<dd class="code">([^<]+)</.exec(readFileSync(join(pages, file), 'utf8')) ?? [];
      return [file.replace('.html', ''), code];
    }),
  );
}

/** What a Secret holds, decoded. */
const secretsOf =
  (kube: Kube) =>
  async (namespace: string, name: string): Promise<string> =>
    Object.values(
      ((await kube.get({ apiVersion: 'v1', kind: 'Secret', namespace, name }))?.['data'] ?? {}) as Record<
        string,
        string
      >,
    )
      .map((value) => Buffer.from(value, 'base64').toString())
      .join();

/** Folder, seats, door and hand-outs speak of the same keys, and another run would change nothing. */
async function expectWhole(made: Class): Promise<void> {
  const { name, kube } = made;
  const textOf = secretsOf(kube);
  const keys = await readKeys(name);
  expect([...keys.keys()].sort()).toEqual(students);
  const tables = await textOf(classNamespace(name), 'door-seats');
  const pages = handedOut(name);
  for (const [student, { code, cookie, token }] of keys) {
    for (const secret of [code, cookie, token]) expect(tables).toContain(secret);
    expect(await textOf(seatNamespace(name, student), 'notebook-token')).toBe(token);
    expect(pages[student]).toBe(code);
    expect(existsSync(classPath(name, 'kubeconfigs', `${student}.yaml`))).toBe(true);
  }
  expect(await run(made)).toEqual({ changes: 0, isKilled: false });
}

test('an undisturbed run makes a whole class', async () => {
  const made = newClass();
  expect((await run(made)).changes).toBeGreaterThan(mostChanges);
  await expectWhole(made);
  const { kube, name } = made;
  const textOf = async (apiVersion: string, kind: string, namespace: string, object: string) =>
    JSON.stringify(await kube.get({ apiVersion, kind, namespace, name: object }));
  // Names as this cluster has them.
  expect(await textOf('v1', 'ConfigMap', classNamespace(name), 'door')).toContain('svc.school.internal');
  const policy = ['networking.k8s.io/v1', 'NetworkPolicy', seatNamespace(name, 'ada'), 'seat-names'] as const;
  expect(await textOf(...policy)).toContain('169.254.20.10/32');
});

test.each(points)(`killed after change %i (KILL_SEED=${seed}), the next run ends it`, async (point) => {
  const made = newClass();
  expect(await run(made, point)).toEqual({ changes: point, isKilled: true });
  const before = handedOut(made.name);
  await run(made);
  expect(handedOut(made.name)).toMatchObject(before);
  await expectWhole(made);
});

test(`killed again and again (KILL_SEED=${seed}), it ends all the same`, async () => {
  const made = newClass();
  const random = fc.sample(fc.integer({ min: 1, max: 40 }), { seed, numRuns: 100 });
  for (const most of random) if (!(await run(made, most)).isKilled) break;
  await expectWhole(made);
});
