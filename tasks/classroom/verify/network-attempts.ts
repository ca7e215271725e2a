// What a pod of a student can connect to: one pod in the seat tries all places at once.
import { readFileSync } from 'node:fs';
import { Failure } from '../../lib/failure.ts';
import { projectPath } from '../../lib/paths.ts';
import type { Kube, Manifest } from '../../lib/types.ts';
import { podOf, runToEnd } from '../seat/short-pod.ts';
import type { Attempt } from './row.ts';

/** A place that a pod tries to reach. */
export interface Place {
  what: string;
  isAllowed: boolean;
  host: string;
  port: number;
}

const keyOf = ({ host, port }: Place): string => `${host} ${port}`;

const seconds = 120;

/** A pod in the seat, made by the student; it ends by itself. */
function probe(namespace: string, image: string, places: readonly Place[]): Manifest {
  const program = readFileSync(projectPath('docker', 'classroom', 'connect.py'), 'utf8');
  const pod = podOf(namespace, image, {}, { command: ['python3', '-c', program, ...places.map(keyOf)] });
  return { ...pod, metadata: { ...pod.metadata, name: `verify-${Math.random().toString(36).slice(2, 8)}` } };
}

/** What the pod says of each place; undefined where it connected. The pod is removed, whatever becomes of it. */
async function tryAll(
  student: Kube,
  { namespace, image, places, signal }: NetworkTry,
): Promise<Record<string, string | null>> {
  const title = 'end of the pod that tries connections';
  const { lines } = await runToEnd(student, probe(namespace, image, places), { title, seconds, signal });
  const said = lines.find((line) => line.startsWith('{'));
  if (!said) throw new Failure('the pod that tries connections failed', { output: lines.join('\n') });
  return JSON.parse(said) as Record<string, string | null>;
}

interface NetworkTry {
  namespace: string;
  image: string;
  places: readonly Place[];
  signal: AbortSignal;
}

/** All places; the pod runs once, when the first of them is requested. */
export function networkAttempts(student: Kube, request: NetworkTry): Attempt[] {
  let results: Promise<Record<string, string | null>> | undefined;
  return request.places.map((place) => ({
    area: 'network',
    what: place.what,
    isAllowed: place.isAllowed,
    attempt: async () => {
      results ??= tryAll(student, request);
      const result = (await results)[keyOf(place)];
      if (result === undefined) throw new Failure('the pod did not try it');
      return result ?? undefined;
    },
  }));
}
