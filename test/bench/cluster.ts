// The local cluster, in its own folder: start, image, end; beside kwokctl.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { binariesFolder } from '../../tasks/clusters/local/programs/binaries.ts';
import { dataPath } from '../../tasks/core/paths.ts';
import type { Command } from '../../tasks/core/types.ts';
import { sparkImage } from '../../tasks/images/image.ts';
import { readProfile } from '../../tasks/profile/read.ts';
import type { Profile } from '../../tasks/profile/schema.ts';
import { at, exec, execToTheEnd, firesteel, roundsOf, secondsOf } from './measure.ts';
import { sparkRow } from './spark.ts';
import type { Peer, Row } from './statistics.ts';

/** Starts and ends of a cluster of one node, and after them of one of three. */
const rounds = 10;
const widerRounds = 3;
const sets = ['clusterName=bench'];
const words = ['--profile', 'local', ...sets.flatMap((set) => ['--set', set])];

export async function clusterRows(): Promise<Row[]> {
  // Beside the user's own folder, for a temporary one may be in memory.
  mkdirSync(dirname(dataPath()), { recursive: true });
  const folder = mkdtempSync(`${dataPath()}-bench-`);
  process.env['XDG_DATA_HOME'] = folder;
  process.env['KWOK_WORKDIR'] = join(folder, 'kwok');
  try {
    return await measure(await readProfile('local', sets), folder);
  } finally {
    await firesteel(['destroy', ...words], execToTheEnd);
    rmSync(folder, { recursive: true });
  }
}

/** Seconds of one cluster from nothing to nothing, with the Spark image that the cache has. */
interface Life {
  ready: number;
  answered: number;
  images: number;
  ended: number;
}

/** `use` does something with the cluster before it ends. */
async function live(further: string[], use?: () => Promise<void>): Promise<Life> {
  const all = [...words, ...further];
  const start = await firesteel(['deploy', ...all]);
  const first = at(start, 'Start the node', 'started') || at(start, 'Start 3 nodes', 'started');
  const begin = 'Give new nodes the kept images';
  // Not a number if the image was not kept: then it is loaded here.
  const build = await firesteel(['build', ...all]);
  const isThere = Number.isFinite(at(build, 'Load the image into the cluster', 'skipped'));
  await use?.();
  return {
    ready: at(start, 'Wait for the node', 'completed') - first,
    answered: at(start, 'Wait for the answer of cluster DNS', 'completed') - first,
    images: isThere ? at(start, begin, 'completed') - at(start, begin, 'started') : Number.NaN,
    ended: await secondsOf(() => firesteel(['destroy', ...all])),
  };
}

async function measure(profile: Profile, folder: string): Promise<Row[]> {
  const kwok = await findKwok(binariesFolder(profile), folder);
  // What the cache lacks is built, and the first cluster keeps the image for the others.
  await firesteel(['build', ...words]);
  await live([]);
  const lives: Life[] = [];
  const wider: Life[] = [];
  let spark: Row | undefined;
  const useSpark = async () => {
    spark = await sparkRow(words, profile, folder, await sparkImage(profile));
  };
  for (const round of roundsOf('a local cluster', rounds)) {
    lives.push(await live([], round === rounds ? useSpark : undefined));
    if (!kwok.create) continue;
    kwok.started.values.push(await secondsOf(() => kwok.create && exec(kwok.create)));
    kwok.ended.values.push(await secondsOf(() => exec(['kwokctl', 'delete', 'cluster', '--name', 'bench'])));
  }
  for (const _ of roundsOf('three nodes', widerRounds)) wider.push(await live(['--set', 'local.nodes=3']));
  return [
    { what: 'first process to node Ready', values: lives.map(({ ready }) => ready), aim: '≤ 4 s', peer: kwok.started },
    { what: 'first process to DNS answer in a pod', values: lives.map(({ answered }) => answered), aim: '≤ 10 s' },
    { what: 'Spark image into a new cluster', values: lives.map(({ images }) => images), aim: '≤ 1.5 s' },
    {
      what: 'firesteel destroy, with the image',
      values: lives.map(({ ended }) => ended),
      aim: '≤ 1 s',
      peer: kwok.ended,
    },
    { what: 'Spark image into three new nodes', values: wider.map(({ images }) => images), aim: '≤ 1.5 s' },
    { what: 'firesteel destroy of three nodes', values: wider.map(({ ended }) => ended) },
    ...(spark ? [spark] : []),
  ];
}

/** kwokctl starts a control plane of the same programs, and no real node. */
async function findKwok(binaries: string, folder: string): Promise<{ create?: Command; started: Peer; ended: Peer }> {
  const controller = await exec(['which', 'kwokctl', 'kwok']).catch(() => '');
  const leftOut = controller ? {} : { leftOut: 'it and kwok are not on PATH' };
  const peer = (name: string): Peer => ({ name, values: [], ...leftOut });
  const programs = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'];
  const create: Command = [
    ...(['kwokctl', 'create', 'cluster', '--name', 'bench', '--runtime', 'binary', '--wait', '60s'] as const),
    ...programs.map((program) => `--${program}-binary=${join(binaries, program)}`),
    `--kwok-controller-binary=${controller.trim().split('\n').at(-1)}`,
    `--kubeconfig=${join(folder, 'kwok-kubeconfig')}`,
  ];
  return {
    ...(controller ? { create } : {}),
    started: peer('kwokctl create, without a node'),
    ended: peer('kwokctl delete'),
  };
}
