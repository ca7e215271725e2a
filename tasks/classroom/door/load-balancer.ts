// The door's load balancer: requested, waited for, and found by name.
import { randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import { Failure } from '../../core/failure.ts';
import { until } from '../../core/wait.ts';
import { shownClass } from '../../profile/blocks/classroom.ts';
import type { KubeEvent } from '../../spark/pod.ts';
import { applyObjects } from '../../steps/apply.ts';
import type { Context, SingleStep } from '../../steps/types.ts';
import type { ClassRun } from '../run.ts';
import { classNamespace } from '../seat/labels.ts';
import { balancerAddress, balancersOf, doorService, serviceFor } from './entrance.ts';
import { addressesOf } from './lookups.ts';
import { entranceObjects } from './objects.ts';

/** Clouds take one to five minutes. */
const seconds = 900;

/** What `apply` would create that is paid for; nothing where there is a door already. */
export async function balancerCosts(context: Context): Promise<string[]> {
  const { kube, profile } = context;
  const { name } = profile.classroom;
  const balancers = balancersOf(context);
  if (!balancers || (await kube.get(doorService(name)))) return [];
  return [
    `a load balancer for the door of ${shownClass(name)}, ${balancers.price ?? 'at the price of the cluster’s cloud'}`,
  ];
}

/** The Service comes before the door itself: without a domain, the address is part of every link. */
const askForBalancer = (run: ClassRun): SingleStep =>
  applyObjects({
    title: 'Request a load balancer',
    manifests: async (context) => {
      const { name } = context.profile.classroom;
      const service = serviceFor(context, await run.seats(context));
      return entranceObjects({ namespace: classNamespace(name), class: name, service });
    },
  });

/** What the cloud says of a Service that waits, such as that a quota is used up. */
async function newestTrouble({ kube, profile }: Context): Promise<string> {
  const namespace = classNamespace(profile.classroom.name);
  const fieldSelector = 'involvedObject.kind=Service,involvedObject.name=door';
  const events = (await kube
    .list({ apiVersion: 'v1', kind: 'Event', namespace, fieldSelector })
    .catch(() => [])) as KubeEvent[];
  const [newest] = events
    .filter(({ type }) => type === 'Warning')
    .sort((a, b) => (b.lastTimestamp ?? '').localeCompare(a.lastTimestamp ?? ''));
  return newest?.message ?? 'the cloud has not assigned an address yet';
}

/** Until the cloud has made it. */
export const waitForAddress: SingleStep = {
  title: 'Wait for the address of the load balancer',
  observes: true,
  run: async (context, out) => {
    const { kube, profile, signal } = context;
    const { name } = profile.classroom;
    const address = await until<string>({
      for: 'address of the load balancer',
      seconds,
      everyMs: 2000,
      signal,
      onSeen: (seen) => out.line(`waiting for an address: ${seen}`),
      hint: `see what the cloud reports: kubectl --namespace ${classNamespace(name)} describe service door`,
      probe: async () => {
        // Nobody would ever give one.
        if (!(await kube.get(doorService(name))))
          throw new Failure(`${shownClass(name)} has no door`, { hint: 'open the door: firesteel classroom apply' });
        const done = await balancerAddress(kube, name);
        return done ? { done } : { seen: await newestTrouble(context) };
      },
    });
    out.line(address);
  },
};

/** The record that leads all hosts of a domain to an address, as a zone file has it. */
export const recordLine = (domain: string, address: string): string =>
  `*.${domain} ${isIP(address) === 0 ? 'CNAME' : isIP(address) === 6 ? 'AAAA' : 'A'} ${address}`;

/** A new name: resolvers remember for long that a name is missing. */
const anyHost = (domain: string): string => `check-${randomBytes(4).toString('hex')}.${domain}`;

/** What to do so that the record leads there, given where it leads now; undefined if it does. Pure. */
export function recordAdvice(record: string, wanted: readonly string[], found: readonly string[]): string | undefined {
  if (found.length === 0) return `create this DNS record: ${record}`;
  if (found.every((address) => wanted.includes(address))) return undefined;
  return `change this DNS record: ${record} (now it points to ${found.join(', ')})`;
}

/** Says which record is missing; only with it do links lead to the door. */
const checkRecord: SingleStep = {
  title: 'Look for the DNS record of the class',
  observes: true,
  run: async ({ kube, profile, state }, out) => {
    const { name, door } = profile.classroom;
    const address = await balancerAddress(kube, name);
    if (!door.domain || !address) return;
    const wanted = isIP(address) ? [address] : await addressesOf(address, address);
    const record = recordLine(door.domain, address);
    const missing = recordAdvice(record, wanted, await addressesOf(anyHost(door.domain), door.domain));
    out.line(missing ?? `found: ${record}`);
    if (missing) state.lines = [...(state.lines ?? []), missing];
  },
};

/** Before anything of the class depends on its address; nothing where students come in by this machine. */
export function balancerSteps(context: Pick<Context, 'cluster' | 'profile'>, run: ClassRun): SingleStep[] {
  if (!balancersOf(context)) return [];
  const { domain } = context.profile.classroom.door;
  return [askForBalancer(run), waitForAddress, ...(domain ? [checkRecord] : [])];
}
