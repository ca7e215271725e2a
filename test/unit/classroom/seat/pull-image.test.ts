// The image on each node before a class: which nodes pull it, and what is said of those that cannot.
import { expect, test } from 'vitest';
import { pullSteps, showPulls } from '../../../../tasks/classroom/seat/pull-image.ts';
import { clusters } from '../../../../tasks/clusters/index.ts';
import type { Kube, Manifest } from '../../../../tasks/kube/types.ts';
import { readProfile } from '../../../../tasks/profile/read.ts';
import type { SingleStep } from '../../../../tasks/steps/types.ts';
import { memoryKube } from '../../../fakes/memory-kube.ts';
import { plainContext } from '../../../plain-context.ts';

const image = 'registry.example/spark:1';

const node = (name: string, { images = [] as string[], digest = 'sha256:0', spec = {} } = {}): Manifest => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name },
  spec,
  status: {
    allocatable: { cpu: '2', memory: '4Gi', pods: '110' },
    images: images.map((one) => ({ names: [one, `${one.replace(/:\d$/, '')}@${digest}`], sizeBytes: 1 })),
  },
});

const nodes = () => [
  node('has', { images: [image] }),
  node('other', { images: ['registry.example/spark:2'] }),
  node('empty'),
  node('tainted', { spec: { taints: [{ key: 'gpu', effect: 'NoSchedule' }] } }),
  node('preferred', { images: [image], spec: { taints: [{ key: 'old', effect: 'PreferNoSchedule' }] } }),
  node('closed', { spec: { unschedulable: true } }),
];

const pods = (objects: Manifest[]) => objects.filter(({ kind }) => kind === 'Pod');
const nodeOf = (pod: Manifest): string => /"values":\["([^"]+)"\]/.exec(JSON.stringify(pod))?.[1] ?? '';

/** `kubelet` gives each new pod its status, by the node that it is for. */
async function classOn(objects: Manifest[], kubelet: (node: string) => object = () => ({})) {
  const memory = memoryKube(objects);
  const create: Kube['create'] = async (manifest) => {
    const made = await memory.kube.create(manifest);
    Object.assign(made, { status: kubelet(nodeOf(made)) });
    return made;
  };
  const kube = { ...memory.kube, create };
  const profile = await readProfile('local', ['classroom.name=lab']);
  const context = plainContext({ kube, profile, state: { image } });
  const lines: string[] = [];
  const run = (step: SingleStep) => step.run(context, { line: (text) => void lines.push(text) });
  return { ...memory, context, lines, run };
}

const steps = (seconds?: number) => pullSteps({ pullsImages: true }, seconds) as [SingleStep, SingleStep];
const done = { phase: 'Succeeded' };
const missing = {
  phase: 'Pending',
  containerStatuses: [{ state: { waiting: { reason: 'ErrImagePull', message: 'not found' } } }],
};

test('nodes that lack the image and may have seats pull it, and nothing is left of the pods', async () => {
  const lab = await classOn(nodes(), () => done);
  const [pull, wait] = steps();
  expect(await pull.skip?.(lab.context)).toBe(false);
  await lab.run(pull);
  expect(pods(lab.objects).map(nodeOf).sort()).toEqual(['empty', 'other']);
  for (const pod of pods(lab.objects))
    expect(pod).toMatchObject({
      metadata: { namespace: 'lab-class' },
      spec: { containers: [{ image, command: ['true'], imagePullPolicy: 'IfNotPresent' }] },
    });
  await lab.run(wait);
  expect(pods(lab.objects)).toEqual([]);
  expect(lab.lines).toEqual(['2 of 4 nodes pull it: empty, other', '2 nodes have pulled it']);
  expect(lab.context.state.lines).toBeUndefined();
});

test('a pod that a killed command left is replaced', async () => {
  const lab = await classOn(nodes(), () => done);
  await lab.run(steps()[0]);
  await lab.run(steps()[0]);
  expect(pods(lab.objects)).toHaveLength(2);
});

test('nothing is pulled where each node has the image, or no node is visible', async () => {
  const skipOn = async (objects: Manifest[]) => steps()[0].skip?.((await classOn(objects)).context);
  expect(await skipOn(nodes().filter(({ metadata }) => /has|preferred/.test(metadata.name)))).toBe(
    'each of the 2 nodes has the image',
  );
  expect(await skipOn([])).toBe('no node is visible: each node pulls the image with its first pod');
  expect(await steps()[1].skip?.((await classOn([])).context)).toBe('no node pulls it');
});

test('a node that cannot pull is named, and keeps nobody from starting', async () => {
  const lab = await classOn(nodes(), (name) => (name === 'empty' ? missing : done));
  const [pull, wait] = steps();
  await lab.run(pull);
  await lab.run(wait);
  expect(lab.context.state.lines).toEqual([
    'nodes without the image: empty; first seats there wait for the pull: ErrImagePull not found',
  ]);
  expect(pods(lab.objects)).toEqual([]);
});

const pulled = (digest: string) => ({
  ...done,
  containerStatuses: [{ imageID: `registry.example/spark@${digest}` }],
});

test('nodes that have different images of the name pull it again, all of them', async () => {
  const [first, second] = ['sha256:0123456789abcdef', 'sha256:fedcba9876543210'];
  const lab = await classOn(
    [node('new', { images: [image], digest: first }), node('old', { images: [image], digest: second }), node('empty')],
    () => pulled(first),
  );
  const [pull, wait] = steps();
  await lab.run(pull);
  expect(pods(lab.objects).map(nodeOf).sort()).toEqual(['empty', 'new', 'old']);
  for (const pod of pods(lab.objects))
    expect(pod).toMatchObject({ spec: { containers: [{ imagePullPolicy: 'Always' }] } });
  await lab.run(wait);
  expect(lab.lines).toEqual([
    'nodes have different images under this name: sha256:0123456789ab on new, sha256:fedcba987654 on old',
    '3 of 3 nodes pull it: empty, new, old',
    '3 nodes have pulled it',
  ]);
  expect(lab.context.state.lines).toBeUndefined();
});

test('a digest that the image has in another repository makes no difference', async () => {
  const has = node('has', { images: [image] });
  const other = node('other', { images: [image] });
  (other['status'] as { images: { names: string[] }[] }).images[0]?.names.push('registry.example/spark-a@sha256:9');
  const lab = await classOn([has, other]);
  expect(await steps()[0].skip?.(lab.context)).toBe('each of the 2 nodes has the image');
});

test('a pull that brings another image than nodes have is said', async () => {
  const lab = await classOn([node('has', { images: [image] }), node('empty')], () => pulled('sha256:1'));
  const [pull, wait] = steps();
  await lab.run(pull);
  await lab.run(wait);
  expect(lab.context.state.lines).toEqual([
    `nodes have different images of ${image}: sha256:0 on has, sha256:1 on empty; a second start pulls it again on each of them`,
  ]);
});

test('a pull that does not end is left after a time', async () => {
  const lab = await classOn(nodes(), (name) => (name === 'empty' ? { phase: 'Pending' } : done));
  const [pull, wait] = steps(0);
  await lab.run(pull);
  await lab.run(wait);
  expect(lab.context.state.lines?.[0]).toMatch(/empty; .*: the pull has not ended after 0 s$/);
});

test('where no node can pull, the class does not start', async () => {
  const lab = await classOn(nodes(), () => missing);
  const [pull, wait] = steps();
  await lab.run(pull);
  await expect(lab.run(wait)).rejects.toThrow(`no node can pull ${image}: empty: ErrImagePull not found`);
  expect(pods(lab.objects)).toEqual([]);
});

test('plan shows which nodes start pulls on', async () => {
  const lab = await classOn(nodes());
  await lab.run(showPulls({ pullsImages: true })[0] as SingleStep);
  expect(lab.lines).toEqual(['start pulls the image on 2 of 4 nodes: empty, other']);
  expect(lab.changes).toEqual([]);
});

test('clusters whose nodes get the image otherwise pull nothing', () => {
  const pulling = Object.entries(clusters)
    .filter(([, cluster]) => pullSteps(cluster).length > 0)
    .map(([name]) => name);
  expect(pulling.sort()).toEqual(['context', 'digitalocean', 'gke']);
  expect(showPulls({})).toEqual([]);
});
