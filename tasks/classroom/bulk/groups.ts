// Writes many groups of objects at once, and the objects of one group in order.
import { eachAtOnce } from '../../core/at-once.ts';
import { seeingRetries } from '../../core/trouble.ts';
import { isApplied } from '../../kube/compare.ts';
import { httpStatusOf } from '../../kube/failure.ts';
import { refOf, shownRef } from '../../kube/ref.ts';
import type { Collection, Kube, Manifest } from '../../kube/types.ts';
import type { Limit } from './limit.ts';

/** Objects that belong together, such as a seat's; what comes first is what the next ones need. */
export interface Group {
  name: string;
  objects: readonly Manifest[];
}

/** A group with the objects that are not as they should be. */
export interface GroupPlan extends Group {
  /** Those of them that exist. */
  existing?: ReadonlySet<Manifest>;
}

/** How a group ended. */
export interface GroupEnd {
  name: string;
  /** Objects that were not as they should be, and are now. */
  written: number;
  /** Why the others are not; what was written stays. */
  failure?: unknown;
}

interface BulkOptions {
  kube: Kube;
  /** Finds every object of the groups, and no other object of this tool. */
  labelSelector: string;
  limit: Limit;
  /** Kinds whose fields are taken over from others who have set them; of other kinds that is a failure. */
  ownKinds?: ReadonlySet<string>;
  signal: AbortSignal;
  /** Called when a group ends. */
  onEnd?: (end: GroupEnd, done: number) => void;
}

/** What a look at all groups has found. */
export interface BulkPlan {
  /** A group that is as it should be is not among them. */
  groups: GroupPlan[];
  /** How many objects are as they should be. */
  same: number;
  /** What carries the label and is wanted no more. */
  surplus: Manifest[];
}

const keyOf = (object: Manifest): string => {
  const { apiVersion, kind, namespace, name } = refOf(object);
  return [apiVersion, kind, namespace, name].join(' ');
};

/** Enough to keep a server busy; pages of more kinds only wait in memory. */
const kindsAtOnce = 3;

/** Lists each kind once, page by page, and compares. Changes nothing. */
export async function planBulk(groups: readonly Group[], { kube, labelSelector }: BulkOptions): Promise<BulkPlan> {
  const wanted = new Map(groups.flatMap(({ objects }) => objects.map((object) => [keyOf(object), object])));
  const same = new Set<string>();
  const existing = new Set<Manifest>();
  const surplus = new Map<string, Manifest>();
  const look = async (collection: Collection) => {
    for await (const page of kube.pages(collection))
      for (const live of page) {
        const key = keyOf(live);
        const object = wanted.get(key);
        if (!object) surplus.set(key, { apiVersion: live.apiVersion, kind: live.kind, metadata: live.metadata });
        else if (isApplied(object, live)) same.add(key);
        else existing.add(object);
      }
  };
  await eachAtOnce(kindsOf(groups), kindsAtOnce, (kind) => look({ ...kind, labelSelector }));
  const left = groups.map(({ name, objects }) => ({
    name,
    objects: objects.filter((one) => !same.has(keyOf(one))),
    existing,
  }));
  return {
    groups: left.filter(({ objects }) => objects.length > 0),
    same: same.size,
    surplus: [...surplus.values()],
  };
}

const kindsOf = (groups: readonly Group[]): Pick<Manifest, 'apiVersion' | 'kind'>[] => [
  ...new Map(
    groups.flatMap(({ objects }) =>
      objects.map(({ apiVersion, kind }) => [`${apiVersion} ${kind}`, { apiVersion, kind }]),
    ),
  ).values(),
];

/** Writes what a plan names. A group that fails stops no other; after `signal` no further request begins. */
export async function applyBulk(groups: readonly GroupPlan[], options: BulkOptions): Promise<GroupEnd[]> {
  const { kube, limit, ownKinds, signal, onEnd } = options;
  const waiting = [...groups];
  const ends: GroupEnd[] = [];
  let underWay = 0;

  /** A request that had to be sent again says more of the server than its time does. */
  async function timed(request: () => Promise<unknown>): Promise<void> {
    const begun = performance.now();
    let wasRefused = false;
    const refused = () => {
      wasRefused = true;
      limit.refused();
    };
    await seeingRetries(refused, request);
    if (!wasRefused) limit.answered(performance.now() - begun, underWay);
  }

  /** False if it exists: someone else made it, or it has no label yet. */
  const isCreated = (object: Manifest): Promise<boolean> =>
    kube.create(object).then(
      () => true,
      (error: unknown) => {
        if (httpStatusOf(error) === 409) return false;
        throw error;
      },
    );

  /** A create is two thirds of the work that an apply is for the server. */
  async function write(object: Manifest, exists: boolean): Promise<void> {
    if (!exists && (await isCreated(object))) return;
    await kube.apply(object, { isForced: ownKinds?.has(object.kind) === true, mayBeCreated: true });
  }

  async function apply({ name, objects, existing }: GroupPlan): Promise<GroupEnd> {
    let written = 0;
    try {
      for (const object of objects) {
        signal.throwIfAborted();
        await timed(() => write(object, existing?.has(object) === true));
        written += 1;
      }
      return { name, written };
    } catch (failure) {
      return { name, written, failure };
    }
  }

  await new Promise<void>((done) => {
    const begin = () => {
      if (underWay === 0 && (waiting.length === 0 || signal.aborted)) done();
      while (underWay < limit.current && !signal.aborted) {
        const group = waiting.shift();
        if (!group) return;
        underWay += 1;
        void apply(group).then((end) => {
          underWay -= 1;
          ends.push(end);
          onEnd?.(end, ends.length);
          begin();
        });
      }
    };
    begin();
  });
  signal.throwIfAborted();
  return ends;
}

/** `Role ada/student, Secret ada/token and 3 more`. */
export function shownObjects(objects: readonly Manifest[], most = 3): string {
  const shown = objects.slice(0, most).map((object) => shownRef(refOf(object)));
  const more = objects.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
