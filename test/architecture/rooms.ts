// The rooms of the sources: a picture of who imports whom, and a table of what each room holds.
import { type Graph, inOrder, withoutImplied } from './graph.ts';
import type { Source } from './sources.ts';

/** What each room holds. */
const contents: Readonly<Record<string, string>> = {
  scripts: 'front end: argv, questions, printing, exit codes, help',
  verbs: 'one file for each verb: what happens, in order',
  access: 'namespace, roles, proof of what is granted',
  causes: 'tables of what goes wrong with pods and logs',
  classroom: 'roster, seats, door, hand-outs, isolation',
  clusters: 'a folder for each kind of cluster',
  connect: 'Spark Connect servers in the cluster, and forwards to them',
  core: 'exec, failure, retry, lock, paths, YAML',
  coredns: 'CoreDNS: look, repair, prove, undo',
  doctor: 'what verbs need: checks, their list, what cures; an archive for a bug report',
  host: 'looks at this machine: kernel, disks, ports, names, web',
  images: 'Spark distribution, base, layers, registries, OCI archives',
  jobs: 'job.yaml: schema, files, data, volumes, options, results',
  kube: 'client of the Kubernetes API',
  notebooks: 'JupyterLab on this machine and in the cluster; a notebook as a job',
  servers: 'what servers of one user share: names, token, account, state',
  profile: 'schema, rules, reading, --set',
  record: "a run's folder and kept logs",
  runs: 'following, keeping, diagnosing; what runs leave',
  setup: 'the wizard: looks, questions, answers with their sources, the file it writes',
  shells: 'Spark shells, with drivers in a pod and on this machine',
  spark: 'releases, conf, sizes, volumes, labels, pod security',
  standalone: "Spark's own master and workers",
  steps: 'what a verb is made of: context, steps, runner, dry run; what a kind of cluster does',
  storage: 'remote file systems, the S3 server, data put where jobs read it',
  submission: 'driver pod and its objects, engines',
  toolbox: 'programs and packages of this machine',
};

/** The room that a source is in. */
function roomOf(path: string): string {
  const [top = '', room = '', ...rest] = path.split('/');
  if (top !== 'tasks') return top;
  return rest.length > 0 ? room : 'verbs';
}

/** Which rooms import which, types included. */
export function roomGraph(sources: readonly Source[]): Graph {
  const graph = new Map<string, Set<string>>();
  for (const { path, imports } of sources) {
    const room = roomOf(path);
    const imported = graph.get(room) ?? new Set();
    for (const target of imports.map((one) => roomOf(one.path))) if (target !== room) imported.add(target);
    graph.set(room, imported);
  }
  return graph;
}

/** Mermaid text: https://mermaid.js.org/syntax/flowchart.html */
export function roomPicture(sources: readonly Source[]): string {
  const graph = withoutImplied(roomGraph(sources));
  const order = inOrder(graph);
  const arrows = order.flatMap((room) =>
    order.filter((target) => graph.get(room)?.has(target)).map((target) => `  ${room} --> ${target}`),
  );
  return ['```mermaid', 'flowchart TD', ...order.map((room) => `  ${room}`), ...arrows, '```'].join('\n');
}

/** The folders within a room. */
function foldersOf(sources: readonly Source[], room: string): string[] {
  const within = sources
    .map(({ path }) => path.split('/'))
    .filter((parts) => parts[0] === 'tasks' && parts[1] === room);
  return [...new Set(within.filter((parts) => parts.length > 3).map((parts) => parts[2] ?? ''))].sort();
}

/** A Markdown table, in the order of the picture. */
export function roomTable(sources: readonly Source[]): string {
  const rows = inOrder(roomGraph(sources)).map((room) => {
    const place = { scripts: '`scripts/`', verbs: '`tasks/*.ts`' }[room] ?? `\`tasks/${room}/\``;
    const folders = foldersOf(sources, room).map((folder) => `\`${folder}/\``);
    return `| ${place} | ${contentsOf(room)} | ${folders.join(' ')} |`;
  });
  return ['| room | what it holds | folders |', '| --- | --- | --- |', ...rows].join('\n');
}

function contentsOf(room: string): string {
  const held = contents[room];
  if (!held) throw new Error(`test/architecture/rooms.ts does not say what the room ${room} holds`);
  return held;
}
