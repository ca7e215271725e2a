// One run of a job from its command line to its driver pod, and where a newcomer finds what: by exported names.
import { type Graph, reachable, withoutImplied } from './graph.ts';
import { exporterOf, type Source } from './sources.ts';

/** Where a submit comes through, in its order: an exported name, and what is done there. */
const stations: [name: string, does: string][] = [
  ['runWords', 'takes the words'],
  ['verbs', 'the flags and help of each verb'],
  ['runVerb', 'profile, plan, problems, questions, tools, steps, exit code'],
  ['readProfile', 'one YAML file and --set, checked whole'],
  ['submitWith', 'all steps of a submit, in order'],
  ['readJob', 'the program, or its job.yaml'],
  ['planJob', 'its files, data, claims and packages'],
  ['buildSteps', 'the Spark image, unless it is there'],
  ['layerSteps', "the job's packages on top of it"],
  ['chooseSizes', 'sizes that fit what is free'],
  ['engineNamed', "firesteel's own way, or spark-submit"],
  ['runObjects', 'everything that a run consists of'],
  ['sparkProperties', 'conf of firesteel, job and profile'],
  ['driverPod', 'the driver pod'],
  ['environment', "the driver's variables"],
  ['ensureSubmitted', 'creates the pod and what belongs to it'],
  ['followToEnd', 'log and state, shown and kept'],
  ['runSteps', 'runs the steps, shows each'],
];

/** The station that creates the driver pod. */
const creator = 'ensureSubmitted';

/** Which source uses which: imports of types alone call nothing. */
const usesOf = (sources: readonly Source[]): Graph =>
  new Map(sources.map(({ path, imports }) => [path, new Set(imports.flatMap((one) => (one.isType ? [] : one.path)))]));

/** Which of these files uses which. One that none of them imports is led to through files that are not among them. */
export function stationGraph(sources: readonly Source[], files: readonly string[]): Graph {
  const uses = usesOf(sources);
  const used = (from: string): Set<string> => new Set(files.filter((to) => uses.get(from)?.has(to)));
  const graph = new Map(files.map((file) => [file, used(file)]));
  for (const [at, file] of files.entries()) {
    if (at === 0 || [...graph.values()].some((targets) => targets.has(file))) continue;
    // The last one before it in the order of a run is the nearest.
    const before = files.slice(0, at).findLast((other) => reachable(uses, other).has(file));
    if (before !== undefined) graph.get(before)?.add(file);
  }
  return withoutImplied(graph);
}

/** Mermaid text. A dotted arrow leads through files that are not drawn. */
export function runPicture(sources: readonly Source[]): string {
  const drawn = stations.map(([name, does]) => ({ name, does, file: exporterOf(sources, name) }));
  const graph = stationGraph(
    sources,
    drawn.map(({ file }) => file),
  );
  const uses = usesOf(sources);
  const arrows = drawn.flatMap(({ name, file }) =>
    drawn
      .filter((target) => graph.get(file)?.has(target.file))
      .map((target) => `  ${name} ${uses.get(file)?.has(target.file) ? '-->' : '-.->'} ${target.name}`),
  );
  return [
    '```mermaid',
    'flowchart LR',
    '  argv(["npx firesteel submit my_job.py -- 10"])',
    ...drawn.map(({ name, does, file }) => `  ${name}["<b>${name}</b><br/>${does}<br/>${file}"]`),
    '  pod(["driver pod in the cluster"])',
    `  argv --> ${drawn[0]?.name}`,
    ...arrows,
    `  ${creator} --> pod`,
    '```',
  ].join('\n');
}

/** What newcomers look for: what it is, and the exported name that they find. */
const places: [what: string, name: string][] = [
  ['flags and help of verbs about clusters', 'clusterVerbs'],
  ['flags and help of `submit` and other verbs about jobs', 'jobVerbs'],
  ['flags of `submit`, and what is wrong with them', 'flagProblems'],
  ['flags that all verbs have', 'createProgram'],
  ['questions before a run, and what --yes answers', 'askForConsent'],
  ['what a verb is, and what its plan holds', 'Task'],
  ['the order of a whole demo', 'demo'],
  ['a key of the profile', 'profileSchema'],
  ['the kinds of clusters', 'clusters'],
  ['what a kind of cluster must do', 'Cluster'],
  ['packages and programs that this machine lacks', 'missingTools'],
  ['programs that `tools` brings', 'toolbox'],
  ['the local cluster: programs of Kubernetes', 'fetchBinaries'],
  ['the local cluster: keys and certificates', 'pkiFiles'],
  ['the local cluster: programs of a node and their flags', 'componentsOf'],
  ['the local cluster: control plane', 'controlPlaneSteps'],
  ['the local cluster: loading of images', 'hasImages'],
  ['CoreDNS: what is wrong with it', 'createDiagnosis'],
  ['CoreDNS: whether its loop is one', 'judge'],
  ['CoreDNS: when and how it is repaired', 'repairSteps'],
  ['CoreDNS: the part of `deploy`, with `dns.repair` of the profile', 'dnsSteps'],
  ['the namespace of jobs', 'ensureNamespace'],
  ['what is granted, and the proof', 'verifyAccess'],
  ['download of Spark', 'fetchSpark'],
  ['build of the Spark image', 'buildImage'],
  ["a job's packages in the image", 'layerSteps'],
  ['keys of a job.yaml', 'jobSchema'],
  [
    'the variables of a driver of the native engine (those of a job are made by `variables` in `tasks/jobs/job.ts`)',
    'environment',
  ],
  ['Spark properties of a run, and who wins', 'sparkProperties'],
  ['why a pod does not run (crash, memory), and the cure, shown as a hint', 'stateCauses'],
  ['why a container waits (failed pull, configuration), and the cure', 'waitingCauses'],
  ['why a log ends badly, and the cure', 'logCauses'],
  ['why nodes do not take a pod', 'nodeReasons'],
  ['what a job printed, shown at its end', 'outcomeLines'],
  ['which lines of a log are the job’s own', 'isJobOutput'],
  ['results that a job.yaml names', 'findResults'],
  ['conversion of a notebook', 'convertNotebook'],
  ['JupyterLab on this machine', 'startParts'],
  ['JupyterLab in the cluster', 'labObjects'],
];

/** A Markdown table of the files that hold what newcomers look for. */
export function placeTable(sources: readonly Source[]): string {
  const rows = places.map(([what, name]) => `| ${what} | \`${exporterOf(sources, name)}\` | \`${name}\` |`);
  return ['| what | file | name |', '| --- | --- | --- |', ...rows].join('\n');
}
