// The local cluster, in a folder of its own: start, image, end; beside kwokctl.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { binariesFolder } from '../../tasks/clusters/local/binaries.ts';
import { dataPath } from '../../tasks/lib/paths.ts';
import { readProfile } from '../../tasks/lib/profile.ts';
import type { Profile } from '../../tasks/lib/schema.ts';
import type { Command } from '../../tasks/lib/types.ts';
import { at, exec, execToTheEnd, firesteel, secondsOf } from './measure.ts';
import { sparkRow } from './spark.ts';
import type { Peer, Row } from './statistics.ts';

/** Starts and ends of a cluster without the image, and after them of one with it. */
const bareRounds = 5;
const imageRounds = 3;
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

async function measure(profile: Profile, folder: string): Promise<Row[]> {
  const [ready, answered, ended]: [number[], number[], number[]] = [[], [], []];
  const [loaded, endedWithImage]: [number[], number[]] = [[], []];
  const kwok = await findKwok(binariesFolder(profile), folder);
  let spark: Row | undefined;
  for (let round = 1; round <= bareRounds + imageRounds; round += 1) {
    const isBare = round <= bareRounds;
    const start = await firesteel(['deploy', ...words]);
    const first = at(start, 'Start the node', 'started');
    ready.push(at(start, 'Wait for the node', 'completed') - first);
    answered.push(at(start, 'Wait for the answer', 'completed') - first);
    if (!isBare) {
      const build = await firesteel(['build', ...words]);
      const load = 'Load the image into the cluster';
      loaded.push(at(build, load, 'completed') - at(build, load, 'started'));
      const image = build.find((event) => event.event === 'output' && event.path.at(-1) === 'Name the image');
      if (round === bareRounds + imageRounds)
        spark = await sparkRow(words, profile, folder, image?.event === 'output' ? image.line : '');
    }
    (isBare ? ended : endedWithImage).push(await secondsOf(() => firesteel(['destroy', ...words])));
    if (!isBare || !kwok.create) continue;
    kwok.started.values.push(await secondsOf(() => kwok.create && exec(kwok.create)));
    kwok.ended.values.push(await secondsOf(() => exec(['kwokctl', 'delete', 'cluster', '--name', 'bench'])));
  }
  return [
    { what: 'first process to node Ready', values: ready, aim: '≤ 4 s', peer: kwok.started },
    { what: 'first process to DNS answer in a pod', values: answered, aim: '≤ 10 s' },
    { what: 'firesteel destroy', values: ended, aim: '≤ 3 s', peer: kwok.ended },
    { what: 'firesteel destroy, with the image', values: endedWithImage },
    { what: 'Spark image into the cluster', values: loaded },
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
