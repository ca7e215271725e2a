// classroom verify: everything a student could try against others, tried as a student; one difference is a failure.
import { labPort, sessionPorts } from '../../lab/names.ts';
import { addressOf, numberOf } from '../../lib/addresses.ts';
import { Failure } from '../../lib/failure.ts';
import { refOf } from '../../lib/ref.ts';
import { table } from '../../lib/report.ts';
import type { Context, Kube, Manifest, SingleStep } from '../../lib/types.ts';
import type { Pod } from '../../spark/pod.ts';
import type { ClassRun } from '../apply.ts';
import { doorTarget } from '../door/cluster.ts';
import { doorPort } from '../door/configuration.ts';
import { classEnd } from '../door/steps.ts';
import { classPath, privateMode } from '../folder.ts';
import { apiEndpoints } from '../isolation/networks.ts';
import { classNamespace, notebookName } from '../seat/labels.ts';
import { serverStates } from '../seat/start-seats.ts';
import { apiServerOf, studentConfig } from '../student-config.ts';
import type { Seat } from '../types.ts';
import { deletionAttempts, labHost, objectAttempts, rightAttempts } from './api-attempts.ts';
import { doorAttempts } from './door-attempts.ts';
import { enforcementAttempt } from './enforcement-attempt.ts';
import { networkAttempts, type Place } from './network-attempts.ts';
import { type Attempt, isAsExpected, type Row, rowOf } from './row.ts';

/** Two seats whose servers run: against one that is paused, every attempt would fail for that alone. */
async function twoSeats(context: Context, run: ClassRun): Promise<[Seat, Seat]> {
  const states = await serverStates(context);
  const [own, neighbour] = (await run.seats()).filter(({ student }) => states.get(student) === 'ready');
  if (!own || !neighbour)
    throw new Failure('two seats must be open to test that one cannot reach the other', {
      hint: 'start them: firesteel classroom start',
    });
  return [own, neighbour];
}

interface RunningPod extends Pod {
  status: { phase: string; podIP: string };
}

async function runningPod(kube: Kube, namespace: string, labelSelector: string): Promise<RunningPod> {
  const pods = (await kube.list({ apiVersion: 'v1', kind: 'Pod', namespace, labelSelector })) as RunningPod[];
  const found = pods.find(({ status }) => status?.phase === 'Running' && status.podIP);
  if (!found) throw new Failure(`no pod with ${labelSelector} runs in ${namespace}`);
  return found;
}

const labSelector = `app.kubernetes.io/name=${notebookName}`;

interface Node extends Manifest {
  spec?: { podCIDR?: string };
  status?: { addresses?: { type: string; address: string }[] };
}

/** The last address of a node's pods: nobody has it before all others are given away. */
const lastAddress = (network: string): string => {
  const [first = '', bits = '24'] = network.split('/');
  return addressOf(numberOf(first) + 2 ** (32 - Number(bits)) - 2);
};

/** Everything a pod of one seat tries to connect to. */
async function places({ kube, profile }: Context, own: Seat, neighbour: Seat): Promise<Place[]> {
  const door = classNamespace(profile.classroom.name);
  const [node] = (await kube.list({ apiVersion: 'v1', kind: 'Node' })) as Node[];
  const podAddress = async (namespace: string, selector: string) =>
    (await runningPod(kube, namespace, selector)).status.podIP;
  const nodeAddress = node?.status?.addresses?.find(({ type }) => type === 'InternalIP')?.address ?? '';
  const [neighbourPod, doorPod, dnsPod, [api]] = await Promise.all([
    podAddress(neighbour.namespace, labSelector),
    podAddress(door, 'app.kubernetes.io/name=door'),
    podAddress('kube-system', 'k8s-app=kube-dns'),
    apiEndpoints(kube),
  ]);
  const allowed = (what: string, host: string, port: number): Place => ({ what, isAllowed: true, host, port });
  const refused = (what: string, host: string, port: number): Place => ({ what, isAllowed: false, host, port });
  return [
    allowed('reach the own notebook server by name', labHost(own.namespace), labPort),
    allowed('reach the API server by name', 'kubernetes.default.svc', 443),
    ...(api ? [allowed('reach the API server by address', api.address, api.port)] : []),
    allowed('ask DNS by TCP', dnsPod, 53),
    refused('reach the notebook server of another seat by name', labHost(neighbour.namespace), labPort),
    refused('reach the notebook server of another seat by address', neighbourPod, labPort),
    refused("reach a driver's port of another seat", neighbourPod, sessionPorts.driver),
    refused('reach the pages of Spark of another seat', neighbourPod, 4040),
    refused('reach the door from inside of the cluster', doorPod, doorPort),
    refused('reach a port of CoreDNS that is not for names', dnsPod, 8181),
    refused('reach the kubelet of the node', nodeAddress, 10250),
    refused('reach metadata of a cloud', '169.254.169.254', 80),
    ...(node?.spec?.podCIDR ? [refused('reach an address that no pod has', lastAddress(node.spec.podCIDR), 80)] : []),
  ];
}

async function attempts(context: Context, run: ClassRun): Promise<Attempt[]> {
  const { kube, profile, state, signal, write, connect } = context;
  const [own, neighbour] = await twoSeats(context, run);
  const server = await apiServerOf(context.cluster.kubeconfig(profile));
  const config = await studentConfig(context, server, own, classEnd(profile));
  await write([config]);
  const student = connect({ path: config.path, context: own.namespace });
  const image = state.image ?? '';
  const door = await doorTarget(kube, classNamespace(profile.classroom.name));
  return [
    ...rightAttempts(student, own.namespace, neighbour.namespace, classNamespace(profile.classroom.name)),
    ...objectAttempts(student, own.namespace, image),
    ...deletionAttempts(student, refOf(await runningPod(kube, own.namespace, labSelector))),
    enforcementAttempt(context, image),
    ...networkAttempts(student, {
      namespace: own.namespace,
      image,
      places: await places(context, own, neighbour),
      signal,
    }),
    ...doorAttempts(door, own, neighbour),
  ];
}

const mark = (row: Row): string => (isAsExpected(row) ? '✔' : '✖');

/** The table for people. */
const verifyLines = (rows: readonly Row[]): string[] =>
  table([
    ['', 'A STUDENT TRIES TO', 'EXPECTED', 'SEEN', ''],
    ...rows.map((row) => [mark(row), row.what, row.expected, row.seen, row.detail.split('\n')[0]?.slice(0, 60) ?? '']),
  ]);

/** Tries everything, keeps the table in the class's folder, and fails where one row is not as expected. */
export const verifySeats = (run: ClassRun): SingleStep => ({
  title: 'Test the isolation of students',
  run: async (context, out) => {
    const rows: Row[] = [];
    for (const attempt of await attempts(context, run)) {
      rows.push(await rowOf(attempt));
      out.line(`${rows.length} tried: ${attempt.what}`);
    }
    const { name } = context.profile.classroom;
    const path = classPath(name, 'verify.json');
    const content = `${JSON.stringify({ class: name, at: new Date().toISOString(), rows }, null, 2)}\n`;
    await context.write([{ path, content, mode: privateMode }]);
    const wrong = rows.filter((row) => !isAsExpected(row));
    context.state.lines = [...verifyLines(rows), '', `written to ${path}`];
    if (wrong.length > 0)
      throw new Failure(
        [`seats are not isolated: ${wrong.length} of ${rows.length} attempts differ`, ...verifyLines(wrong)].join('\n'),
        { hint: 'repair this before students come; firesteel classroom apply restores changed objects' },
      );
    context.state.lines.push(`All ${rows.length} attempts end as they should: the seats are isolated.`);
  },
});
