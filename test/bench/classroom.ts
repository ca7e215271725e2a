// A thousand seats with paused notebooks on a real API server: firesteel beside kubectl, eight of them, and Ansible.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { bundling } from '../../scripts/cli/bundling.js';
import type { Group } from '../../tasks/classroom/bulk/groups.ts';
import { classSelector } from '../../tasks/classroom/seat/labels.ts';
import { binariesFolder } from '../../tasks/clusters/local/programs/binaries.ts';
import { projectPath, toolsFolder } from '../../tasks/core/paths.ts';
import { connectKube } from '../../tasks/kube/client.ts';
import type { Kube, Manifest } from '../../tasks/kube/types.ts';
import { readProfile } from '../../tasks/profile/read.ts';
import { classSeats } from '../class-seats.ts';
import { type ControlPlane, startControlPlane, whyNot } from '../cluster/control-plane.ts';
import { exec, say, secondsOf, stop } from './measure.ts';
import type { Row } from './statistics.ts';

const students = Number(process.env['BENCH_STUDENTS'] ?? 1000);
const kubectls = 8;
/** An Ansible task for each object takes hours for a class: a few students stand for all. */
const ansibleStudents = 5;

/** Every way on its own server: none works among the objects of another. */
async function onServer<T>(action: (plane: ControlPlane, folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'firesteel-bench-'));
  const { info, stop: end } = await startControlPlane(binariesFolder(await readProfile('local', [])));
  try {
    return await action(info, folder);
  } finally {
    await end();
    rmSync(folder, { recursive: true });
  }
}

const kubeOf = (plane: ControlPlane): Kube =>
  connectKube(() => ({ path: plane.kubeconfig, context: 'admin' }), stop.signal);

const json = (objects: readonly Manifest[]): string =>
  JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });

/** Throws if an object is missing. */
async function verifyAll(kube: Kube, groups: readonly Group[], className: string): Promise<void> {
  const counts = new Map<string, number>();
  for (const { objects } of groups)
    for (const { apiVersion, kind } of objects)
      counts.set(`${apiVersion} ${kind}`, (counts.get(`${apiVersion} ${kind}`) ?? 0) + 1);
  for (const [key, count] of counts) {
    const [apiVersion = '', kind = ''] = key.split(' ');
    const found = (await kube.list({ apiVersion, kind, labelSelector: classSelector(className) })).length;
    if (found !== count) throw new Error(`${found} of ${count} ${kind} objects are there`);
  }
}

/** What a class took: seconds of two applies, how many seats differed after them, and MiB of memory at the most. */
export interface ClassApplied {
  first: number;
  second: number;
  left: number;
  peak: number;
}

async function firesteelTimes(groups: readonly Group[], className: string): Promise<ClassApplied> {
  return onServer(async (plane) => {
    // Bundled, as the command is: a loader of TypeScript would count as memory of firesteel.
    const outdir = projectPath('test-results', 'bench');
    await build({ ...bundling, entryPoints: [projectPath('test', 'bench', 'class-apply.ts')], outdir });
    const program = join(outdir, 'class-apply.js');
    const answer = await exec([process.execPath, program, String(students), plane.kubeconfig]);
    const applied = JSON.parse(answer) as ClassApplied;
    if (applied.left !== 0) throw new Error(`${applied.left} groups differ after they were applied`);
    await verifyAll(kubeOf(plane), groups, className);
    return applied;
  });
}

const kubectl = (plane: ControlPlane, ...words: string[]) =>
  exec(['kubectl', '--kubeconfig', plane.kubeconfig, '--context', 'admin', ...words], {
    env: { PATH: `${toolsFolder()}:${process.env['PATH']}` },
  });

async function kubectlTime(groups: readonly Group[], className: string, processes: number): Promise<number> {
  say(`${students} seats by kubectl, ${processes} at once`);
  return onServer(async (plane, folder) => {
    const parts = Array.from({ length: processes }, (_, part) => groups.filter((__, i) => i % processes === part));
    const files = parts.map((part, i) => {
      const path = join(folder, `part-${i}.json`);
      writeFileSync(path, json(part.flatMap(({ objects }) => objects)));
      return path;
    });
    const seconds = await secondsOf(() =>
      Promise.all(files.map((file) => kubectl(plane, 'apply', '--server-side', '--filename', file))),
    );
    await verifyAll(kubeOf(plane), groups, className);
    return seconds;
  });
}

/** $ANSIBLE_PLAYBOOK names the program of an environment that has the collection kubernetes.core. */
const playbook = process.env['ANSIBLE_PLAYBOOK'];

async function ansibleTime(groups: readonly Group[], isLoop: boolean): Promise<number> {
  say(`${groups.length} seats by Ansible, ${isLoop ? 'in a loop' : 'in one file'}`);
  return onServer(async (plane, folder) => {
    const objects = groups.flatMap((group) => group.objects);
    const path = join(folder, 'objects.json');
    writeFileSync(path, json(objects));
    const k8s = { kubeconfig: plane.kubeconfig, context: 'admin', apply: true };
    const task = isLoop
      ? {
          'kubernetes.core.k8s': { ...k8s, definition: '{{ item }}' },
          loop: `{{ (lookup('file', '${path}') | from_json)['items'] }}`,
        }
      : { 'kubernetes.core.k8s': { ...k8s, src: path } };
    const book = join(folder, 'play.json');
    writeFileSync(book, JSON.stringify([{ hosts: 'localhost', gather_facts: false, tasks: [task] }]));
    return secondsOf(() => exec([playbook ?? '', book], { env: { ANSIBLE_STDOUT_CALLBACK: 'minimal' } }));
  });
}

/** Rows of the table, and what its reader must know. */
export async function classroomRows(): Promise<{ rows: Row[]; notes: string[] }> {
  const missing = whyNot(binariesFolder(await readProfile('local', [])));
  if (missing) return { rows: [], notes: [`a class left out: ${missing}`] };
  const groups = await classSeats('bench', students);
  const objects = groups.reduce((sum, group) => sum + group.objects.length, 0);
  say(`${students} seats by firesteel`);
  const ours = await firesteelTimes(groups, 'bench');
  const one = await kubectlTime(groups, 'bench', 1);
  const eight = await kubectlTime(groups, 'bench', kubectls);
  const few = groups.slice(0, ansibleStudents);
  const scale = students / ansibleStudents;
  const ansible = playbook ? { loop: await ansibleTime(few, true), file: await ansibleTime(few, false) } : undefined;
  const what = `${students} seats`;
  const leftOut = 'set ANSIBLE_PLAYBOOK';
  const ansiblePeer = (name: string, seconds: number | undefined) => ({
    name,
    values: seconds === undefined ? [] : [seconds * scale],
    ...(seconds === undefined ? { leftOut } : {}),
  });
  return {
    rows: [
      { what, values: [ours.first], aim: 'ratio ≤ 0.25', peer: { name: 'kubectl apply --server-side', values: [one] } },
      { what, values: [ours.first], aim: 'ratio ≤ 0.77', peer: { name: `${kubectls} kubectls`, values: [eight] } },
      { what, values: [ours.first], aim: 'ratio ≤ 0.01', peer: ansiblePeer('kubernetes.core, a loop', ansible?.loop) },
      { what, values: [ours.first], peer: ansiblePeer('kubernetes.core, one file', ansible?.file) },
      { what: `${what}, a second time`, values: [ours.second], aim: '≤ 2 s' },
      { what: `memory of firesteel with ${what}`, values: [ours.peak], unit: 'MB', aim: '≤ 150 MB' },
    ],
    notes: [`${objects} objects; Ansible with ${ansibleStudents} seats, times ${scale}`],
  };
}
