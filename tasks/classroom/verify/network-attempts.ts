// Tests which places a pod of a student can connect to, all at once from one pod.
import { readFileSync } from 'node:fs';
import { Failure } from '../../core/failure.ts';
import { projectPath } from '../../core/paths.ts';
import type { Kube, Manifest } from '../../kube/types.ts';
import { podOf, runToEnd } from '../seat/short-pod.ts';
import type { Attempt } from './row.ts';

/** A place that a pod tries to reach. */
export interface Place {
  what: string;
  isAllowed: boolean;
  /** Name or address, or `nodeByIpv6`. */
  host: string;
  /** `lookUp` for the name alone. */
  port: number;
  /** What is there: a program that listens for certain, or a machine at least. Left out, perhaps nothing. */
  at?: 'listener' | 'machine';
}

/** The node of the pod, at its link-local address of IPv6; docker/classroom/connect.py has the same word. */
export const nodeByIpv6 = 'node-by-ipv6';

/** In place of a port: no connection, docker/classroom/connect.py looks the name up. */
export const lookUp = 0;

/** What came of each place by `keyOf`: null where it connected, else why not. */
export type Results = Readonly<Record<string, string | null>>;

export const keyOf = ({ host, port }: Pick<Place, 'host' | 'port'>): string => `${host} ${port}`;

/** Of a port at which nothing listens, or of a rule that answers instead of being silent. */
const answered = 'Connection refused';

/**
 * What kept the pod from a place; undefined if it got there. A machine that answers that nothing listens was reached,
 * unless this cluster's rules give the same answer where something does listen.
 */
export function hindranceOf(place: Place, places: readonly Place[], results: Results): string | undefined {
  const result = results[keyOf(place)];
  if (result === undefined) throw new Failure('the pod did not try this connection');
  const doRulesAnswer = places.some(
    (one) => !one.isAllowed && one.at === 'listener' && results[keyOf(one)] === answered,
  );
  if (!place.isAllowed && place.at === 'machine' && result === answered && !doRulesAnswer) return undefined;
  return result ?? undefined;
}

const seconds = 120;

/** A pod in the seat, made by the student; it ends by itself. */
function probe(namespace: string, image: string, places: readonly Place[]): Manifest {
  const program = readFileSync(projectPath('docker', 'classroom', 'connect.py'), 'utf8');
  const pod = podOf(namespace, image, {}, { command: ['python3', '-c', program, ...places.map(keyOf)] });
  return { ...pod, metadata: { ...pod.metadata, name: `verify-${Math.random().toString(36).slice(2, 8)}` } };
}

/** What the pod says of each place. The pod is removed, whatever becomes of it. */
async function tryAll(student: Kube, { namespace, image, places, signal }: NetworkTry): Promise<Results> {
  const title = 'result of the pod for connection tests';
  const { lines } = await runToEnd(student, probe(namespace, image, places), { title, seconds, signal });
  const said = lines.find((line) => line.startsWith('{'));
  if (!said) throw new Failure('the pod for connection tests failed', { output: lines.join('\n') });
  return JSON.parse(said) as Results;
}

interface NetworkTry {
  namespace: string;
  image: string;
  places: readonly Place[];
  signal: AbortSignal;
}

/** All places; the pod runs once, when the first of them is requested. */
export function networkAttempts(student: Kube, request: NetworkTry): Attempt[] {
  let results: Promise<Results> | undefined;
  return request.places.map((place) => ({
    area: 'network',
    what: place.what,
    isAllowed: place.isAllowed,
    attempt: async () => {
      results ??= tryAll(student, request);
      return hindranceOf(place, request.places, await results);
    },
  }));
}
