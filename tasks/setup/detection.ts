// Looks at the machine and at each kind of cluster, and proposes a kind.
import { setupKinds } from '../clusters/offers.ts';
import { createExec } from '../core/exec.ts';
import type { ClusterKind } from '../profile/schema.ts';
import type { Found, Host, Offer } from '../steps/setup.ts';
import { toolbox } from '../toolbox/table.ts';
import { lookAtHost } from './host.ts';

/** What is there, and which clusters it can be used for. */
export interface Detection {
  host: Host;
  found: Record<ClusterKind, Found>;
  /** Best first. */
  offers: Offer[];
  /** Name of the offer to take; undefined where nothing is ready. */
  proposed: string | undefined;
}

const nothing: Found = { rows: [], facts: {} };

/** Looks, and changes nothing. */
export async function detect(signal: AbortSignal): Promise<Detection> {
  const read = createExec(signal);
  const host = await lookAtHost(read);
  const kinds = Object.entries(setupKinds);
  const looks = await Promise.all(kinds.map(async ([kind, { look }]) => [kind, (await look?.(host, read)) ?? nothing]));
  const found = Object.fromEntries(looks) as Detection['found'];
  const offers = kinds.flatMap(([kind, one]) => one.offers(host, found[kind as ClusterKind]));
  return { host, found, offers, proposed: offers.find(({ fit }) => fit === 'ready')?.name };
}

/** What people read of it: a label and a text in each row. */
export function detectionRows({ host, found }: Detection): (readonly [string, string])[] {
  const { system, architecture, cores, mebibytes, freeGigabytes, rights, docker, programs } = host;
  const { proxies, addresses, network } = host;
  const tools = toolbox().flatMap(({ name }) => (name in programs ? name : []));
  const proxy = Object.entries(proxies).map(([name, address]) => `$${name} ${address}`);
  return [
    ['machine', `${system} ${architecture}, ${cores} cores, ${(mebibytes / 1024).toFixed(1)} GB of memory`],
    ['free disk', `${freeGigabytes} GB`],
    ['rights', { root: 'root', sudo: 'sudo without a password', none: 'neither root nor sudo' }[rights]],
    ['Docker', docker],
    ['programs', tools.length > 0 ? tools.join(', ') : 'no program that firesteel tools installs'],
    ...Object.values(found).flatMap(({ rows }) => rows),
    ['network', `the package index ${network}${addresses.length > 0 ? `; address ${addresses.join(', ')}` : ''}`],
    ['proxy', proxy.length > 0 ? proxy.join(', ') : 'none'],
  ];
}

/** What programs read of it. */
export const detectionFacts = ({ host, found, offers, proposed }: Detection): Record<string, unknown> => ({
  host,
  found: Object.fromEntries(Object.entries(found).map(([kind, { facts }]) => [kind, facts])),
  offers: offers.map(({ name, title, fit, reason }) => ({ name, title, fit, reason })),
  proposed: proposed ?? null,
});
