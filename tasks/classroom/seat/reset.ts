// classroom reset: restarts a student's notebook server without its hidden files.
import { readFileSync } from 'node:fs';
import { Failure } from '../../core/failure.ts';
import { projectPath } from '../../core/paths.ts';
import { until } from '../../core/wait.ts';
import type { Manifest } from '../../kube/types.ts';
import { workFolder } from '../../notebooks/server/settings.ts';
import type { SingleStep, Step } from '../../steps/types.ts';
import type { ClassRun } from '../run.ts';
import type { Seat } from '../types.ts';
import { applySeat } from './apply-seats.ts';
import { notebookName } from './labels.ts';
import { seatNamed } from './open.ts';
import { podOf, runToEnd } from './short-pod.ts';
import { waitForServers } from './start-seats.ts';
import { stopServer } from './stop-server.ts';

const seconds = 180;
/** For a server that saves; no pod of a student has more. */
const graceSeconds = 30;

/** Every pod of the seat: the server, its executors, and jobs. */
const endPods = (run: ClassRun, student: string): SingleStep => ({
  title: 'Delete all pods of the seat',
  run: async (context, out) => {
    const { kube, signal } = context;
    const seat = await seatNamed(context, run, student);
    await stopServer(context, seat.namespace);
    const collection = { apiVersion: 'v1', kind: 'Pod', namespace: seat.namespace };
    const pods = await kube.list(collection);
    await kube.endPods(seat.namespace, graceSeconds);
    await until({
      for: 'end of the pods',
      seconds,
      signal,
      probe: async () => {
        const left = (await kube.list(collection)).length;
        return left === 0 ? { done: true } : { seen: `${left} pods` };
      },
    });
    out.line(`${pods.length} ended`);
  },
});

/** A pod with the work folder that puts hidden files aside. */
function resetPod({ namespace }: Seat, image: string): Manifest {
  const program = readFileSync(projectPath('docker', 'classroom', 'reset.py'), 'utf8');
  const pod = podOf(
    namespace,
    image,
    {
      securityContext: { fsGroup: 185 },
      volumes: [{ name: 'work', persistentVolumeClaim: { claimName: notebookName } }],
    },
    { command: ['python3', '-c', program, workFolder], volumeMounts: [{ name: 'work', mountPath: workFolder }] },
  );
  return { ...pod, metadata: { ...pod.metadata, name: 'reset' } };
}

const putSettingsAside = (run: ClassRun, student: string): SingleStep => ({
  title: 'Move hidden files aside',
  run: async (context, out) => {
    const { kube, state, signal } = context;
    const seat = await seatNamed(context, run, student);
    const title = 'result of the pod that moves hidden files aside';
    const { hasFailed, lines } = await runToEnd(kube, resetPod(seat, state.image ?? ''), { title, seconds, signal });
    for (const line of lines) out.line(line);
    if (hasFailed) throw new Failure('cannot move hidden files aside');
  },
});

const startAgain = (run: ClassRun, student: string): SingleStep => ({
  title: 'Start the notebook server',
  run: async (context, out) => {
    await applySeat(context, await seatNamed(context, run, student), true);
    const late = await waitForServers(context, [student], out);
    if (late.size > 0) throw new Failure(late.get(student) ?? '');
  },
});

/** Ends everything of the seat and starts its server again; what is hidden in the work folder is renamed, nothing deleted. */
export const resetSeat = (run: ClassRun, student: string): Step[] => [
  endPods(run, student),
  putSettingsAside(run, student),
  startAgain(run, student),
];
