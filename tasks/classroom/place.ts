// Where a class is: its cluster and the address of its door, as the folder of the class keeps them.
import { existsSync } from 'node:fs';
import * as z from 'zod';
import { Failure, usageFailure } from '../core/failure.ts';
import { counted } from '../core/screen/counted.ts';
import type { FileContent } from '../core/types.ts';
import { shownClass } from '../profile/blocks/classroom.ts';
import type { Context } from '../steps/types.ts';
import { classPath, privateMode, readJson } from './folder.ts';
import { classSelector, studentLabel } from './seat/labels.ts';

const version = 1;

const placeFile = z.strictObject({
  version: z.literal(version),
  cluster: z.strictObject({ uid: z.string(), context: z.string(), kubeconfig: z.string() }).optional(),
  entrance: z.strictObject({ address: z.string(), port: z.int() }).optional(),
});

/** Where students find the door. */
export interface Entrance {
  /** IP address or host without a domain. */
  address: string;
  /** Of the first seat; each further seat has the next port. With a domain, that of all seats. */
  port: number;
}

/** The cluster of a class; another one with the same name took its place if the uid differs. */
interface ClassCluster {
  /** Of the namespace kube-system, which no other cluster has. */
  uid: string;
  context: string;
  kubeconfig: string;
}

/** Where a class was at its last apply. */
export interface ClassPlace {
  cluster?: ClassCluster | undefined;
  /** None where a load balancer leads to the door. */
  entrance?: Entrance | undefined;
}

const pathOf = (className: string): string => classPath(className, 'place.json');

/** Where the class was at its last apply; undefined if nothing says so. */
export const readPlace = (className: string): Promise<ClassPlace | undefined> =>
  readJson(pathOf(className), placeFile, 'without it, links of students may change');

/** The file that keeps it. */
export const placeContent = (className: string, { cluster, entrance }: ClassPlace): FileContent => ({
  path: pathOf(className),
  content: `${JSON.stringify({ version, cluster, entrance }, null, 2)}\n`,
  mode: privateMode,
});

/** The cluster of this command; undefined if it does not say who it is. */
export async function thisCluster({ kube, cluster, profile }: Context): Promise<ClassCluster | undefined> {
  const system = await kube.get({ apiVersion: 'v1', kind: 'Namespace', name: 'kube-system' }).catch(() => undefined);
  const { path: kubeconfig, context } = cluster.kubeconfig(profile);
  const uid = system?.metadata.uid;
  return uid === undefined ? undefined : { uid, context, kubeconfig };
}

const shownCluster = ({ context, kubeconfig }: Omit<ClassCluster, 'uid'>): string =>
  `context ${context} of ${kubeconfig}`;

/** Usage Failure if the class is in another cluster than this one. A new cluster of the same name takes its place. */
export async function verifyCluster(context: Context): Promise<void> {
  const { cluster, profile } = context;
  const { name } = profile.classroom;
  const kept = (await readPlace(name))?.cluster;
  const { path: kubeconfig, context: contextName } = cluster.kubeconfig(profile);
  const here = { context: contextName, kubeconfig };
  if (!kept || shownCluster(kept) === shownCluster(here)) return;
  // A cluster that does not exist any more does not say who it was.
  if ((await thisCluster(context))?.uid === kept.uid) return;
  throw usageFailure(
    `${shownClass(name)} is in another cluster: ${shownCluster(kept)}; this command is for ${shownCluster(here)}`,
    `name a class in this cluster differently: --set classroom.name=…; if the other cluster no longer exists: rm ${pathOf(name)}`,
  );
}

/** Failure if the cluster has seats of the class and this machine has no keys: every student would get a new code. */
export async function verifyKeys({ kube, profile }: Pick<Context, 'kube' | 'profile'>): Promise<void> {
  const { name } = profile.classroom;
  if (['students.json', 'keys.json'].every((file) => existsSync(classPath(name, file)))) return;
  const labelSelector = `${classSelector(name)},${studentLabel}`;
  const seats = await kube.list({ apiVersion: 'v1', kind: 'Namespace', labelSelector });
  if (seats.length === 0) return;
  throw new Failure(
    `the cluster has ${counted(seats.length, 'seat')} of ${shownClass(name)}, and this machine has no keys to them`,
    {
      hint: `copy ${classPath(name)} from the machine that made the class; if that folder is lost, give all students new codes: firesteel classroom apply --new-codes`,
    },
  );
}
