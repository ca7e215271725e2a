// From a job's name to a driver pod that the API server has, with all that belongs to it: firesteel and two others.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { binariesFolder } from '../../tasks/clusters/local/programs/binaries.ts';
import { readJob } from '../../tasks/jobs/job.ts';
import { connectKube } from '../../tasks/kube/client.ts';
import { renderTemplate } from '../../tasks/kube/render.ts';
import { readProfile } from '../../tasks/profile/read.ts';
import type { Profile } from '../../tasks/profile/schema.ts';
import { newRunId, runNames } from '../../tasks/spark/run-names.ts';
import { runObjects } from '../../tasks/submission/run-objects.ts';
import { ensureSubmitted } from '../../tasks/submission/submission.ts';
import type { ControlPlane } from '../cluster/control-plane.ts';
import { startControlPlane, whyNot } from '../cluster/control-plane.ts';
import { bundle, exec, roundsOf, secondsOf, stop } from './measure.ts';
import { startSparkOnK8s } from './spark-on-k8s.ts';
import { noSparkHome, sparkHome, sparkSubmitCommand } from './spark-submit.ts';
import type { Peer, Row } from './statistics.ts';
import { percentile } from './statistics.ts';

const rounds = 3;
const image = 'spark:bench';
const waits = 'spark.kubernetes.submission.waitAppCompletion';
/** spark-on-k8s cannot give a driver what the restricted standard asks for. */
const laxNamespace = 'lax';

/** Seconds of each submission, and of all of them. */
export interface Submitted {
  each: number[];
  all: number;
}

/** One way to submit, and what it took in all rounds. */
interface Way {
  submit(count: number, atOnce: number): Promise<Submitted>;
  /** How many submissions a round has one after the other, then several at once. */
  inSequence: number;
  together: number;
  atOnce: number;
  seconds: number[];
  perMinute: number[];
}

/** What all ways submit to. */
interface Target {
  plane: ControlPlane;
  profile: Profile;
  /** The profile's file. */
  path: string;
  /** A folder that may be written to. */
  folder: string;
}

/** In a process that continues: cheap enough for many. */
const lasting = { inSequence: 40, together: 200, atOnce: 8 };
/** A process for each submission wants its own core. */
const perProcess = { inSequence: 1, together: 2 * availableParallelism(), atOnce: availableParallelism() };

/** Rows of the table, and what its reader must know. */
export async function submissionRows(): Promise<{ rows: Row[]; notes: string[] }> {
  const programs = binariesFolder(await readProfile('local', []));
  const missing = whyNot(programs);
  if (missing) return { rows: [], notes: [`submissions left out: ${missing}`] };
  const folder = mkdtempSync(join(tmpdir(), 'firesteel-bench-'));
  const { info: plane, stop: stopPlane } = await startControlPlane(programs);
  try {
    const path = join(folder, 'bench.yaml');
    const context = { context: 'admin', kubeconfig: plane.kubeconfig };
    writeFileSync(path, JSON.stringify({ cluster: 'context', context }));
    return await measure({ plane, profile: await readProfile(path, []), path, folder });
  } finally {
    await stopPlane();
    rmSync(folder, { recursive: true });
  }
}

async function measure(target: Target): Promise<{ rows: Row[]; notes: string[] }> {
  const native = await nativeWay(target);
  const whole = wholeCommand(target);
  const home = sparkHome();
  const sparkSubmit = home ? sparkSubmitWay(home, target) : noSparkHome;
  const python = await startSparkOnK8s(
    [target.plane.kubeconfig, 'admin', laxNamespace, target.profile.serviceAccounts.driver, image],
    stop.signal,
  ).catch((error: Error) => error.message);
  const sparkOnK8s = typeof python === 'string' ? python : newWay(python.submit, lasting);

  const ways = [native, sparkOnK8s, whole, sparkSubmit].filter((way) => typeof way !== 'string');
  // The first ones pay for connections, for modules and classes that are read, and for an image that is not built yet.
  for (const way of ways) await way.submit(1, 1);
  for (const _ of roundsOf('submissions', rounds))
    for (const way of ways) {
      way.seconds.push(...(await way.submit(way.inSequence, 1)).each);
      const { each, all } = await way.submit(way.together, way.atOnce);
      way.perMinute.push((each.length / all) * 60);
    }
  if (typeof python !== 'string') python.end();
  return { rows: rowsOf({ native, whole, sparkSubmit, sparkOnK8s }), notes };
}

const notes = [
  'native: in a process that continues, as spark-on-k8s is measured; accepted with all it owns, against etcd without fsync',
  "a native submission is a driver pod, its service, two ConfigMaps and a NetworkPolicy, as spark-submit's; spark-on-k8s makes a pod and a service",
];

function rowsOf(ways: Record<'native' | 'whole', Way> & Record<'sparkSubmit' | 'sparkOnK8s', Way | string>): Row[] {
  const { native, whole } = ways;
  const p99 = ({ seconds }: Way) => [percentile(seconds, 0.99)];
  const peer = (name: string, way: Way | string, values: (way: Way) => number[]): Peer =>
    typeof way === 'string' ? { name, values: [], leftOut: way } : { name, values: values(way) };
  const sparkOnK8s = (values: (way: Way) => number[]) => peer('spark-on-k8s', ways.sparkOnK8s, values);
  const sparkSubmit = (values: (way: Way) => number[]) => peer('spark-submit', ways.sparkSubmit, values);
  const seconds = (way: Way) => way.seconds;
  const perMinute = (way: Way) => way.perMinute;
  const rates = { unit: 'a minute', aim: '≥ 1200 a minute' } as const;
  const together = `native submits, ${native.atOnce} at once`;
  return [
    { what: 'native submit', values: native.seconds, aim: '≤ 0.05 s', peer: sparkOnK8s(seconds) },
    { what: 'native submit, 99th percentile', values: p99(native), peer: sparkOnK8s(p99) },
    { what: 'native submit', values: native.seconds, aim: '≤ 0.05 s', peer: sparkSubmit(seconds) },
    { what: 'firesteel submit, whole command', values: whole.seconds, peer: sparkSubmit(seconds) },
    { what: together, values: native.perMinute, ...rates, peer: sparkOnK8s(perMinute) },
    { what: together, values: native.perMinute, ...rates, peer: sparkSubmit(perMinute) },
    {
      what: `firesteel submit, ${whole.atOnce} commands at once`,
      values: whole.perMinute,
      unit: 'a minute',
      peer: sparkSubmit(perMinute),
    },
  ];
}

const newWay = (submit: Way['submit'], counts: typeof lasting): Way => ({
  submit,
  ...counts,
  seconds: [],
  perMinute: [],
});

/** Submits by calling `one`, several at once. */
const repeated =
  (one: () => Promise<unknown>): Way['submit'] =>
  async (count, atOnce) => {
    const each: number[] = [];
    let left = count;
    const worker = async () => {
      while (left-- > 0) each.push(await secondsOf(one));
    };
    const all = await secondsOf(() => Promise.all(Array.from({ length: atOnce }, worker)));
    return { each, all };
  };

/** Makes what a run needs, as deploy does, and a namespace for those who need a laxer one. */
async function nativeWay({ plane, profile }: Target): Promise<Way> {
  const kube = connectKube(() => ({ path: plane.kubeconfig, context: 'admin' }), stop.signal);
  for (const template of ['namespace', 'access'])
    for (const manifest of await renderTemplate(template, profile)) await kube.apply(manifest);
  await kube.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: laxNamespace } });
  for (const manifest of await renderTemplate('access', { ...profile, namespace: laxNamespace }))
    await kube.apply(manifest);
  return newWay(
    repeated(() => {
      const job = readJob(['pi']);
      const names = runNames(newRunId(job.name));
      return ensureSubmitted(kube, runObjects({ job, profile, image, names, user: 'bench' }));
    }),
    lasting,
  );
}

function wholeCommand({ path, folder }: Target): Way {
  const words = ['submit', 'pi', '--yes', '--profile', path, '--set', `spark.conf.${waits}=false`];
  // Its runs are nobody's.
  const env = { XDG_DATA_HOME: folder };
  return newWay(
    repeated(() => exec([process.execPath, bundle, ...words], { env })),
    perProcess,
  );
}

function sparkSubmitWay(home: string, { plane, profile, folder }: Target): Way {
  const further = { [waits]: 'false', 'spark.kubernetes.context': 'admin' };
  const command = sparkSubmitCommand(home, { profile, image, server: plane.server, folder }, further);
  // The key of the kubeconfig is no RSA key, which its client would take it for.
  const env = { KUBECONFIG: plane.kubeconfig, KUBERNETES_CERTS_CLIENT_KEY_ALGO: 'EC' };
  return newWay(
    repeated(() => exec(command, { env })),
    perProcess,
  );
}
