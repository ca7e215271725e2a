// A machine for unit tests of setup, and drafts on it.
import { setupKinds } from '../../../tasks/clusters/offers.ts';
import type { ClusterKind } from '../../../tasks/profile/schema.ts';
import { type Draft, offerNamed } from '../../../tasks/setup/draft.ts';
import type { Prompter } from '../../../tasks/setup/prompter.ts';
import type { Interview } from '../../../tasks/setup/proposals.ts';
import type { Found, Host, Offer } from '../../../tasks/steps/setup.ts';

/** A machine on which every kind of cluster that needs no cloud is ready. */
export const host: Host = {
  system: 'linux',
  architecture: 'x64',
  cores: 4,
  mebibytes: 16_384,
  freeGigabytes: 100,
  rights: 'sudo',
  hasSystemd: true,
  docker: 'running',
  programs: {},
  proxies: {},
  addresses: ['192.0.2.7'],
  network: 'answers',
};

/** What looks at a cloud find on it. */
export const nothing: Found = { rows: [], facts: {} };

/** What can be had on a machine. */
export const offersOn = (machine: Host): Offer[] =>
  Object.values(setupKinds).flatMap((kind) => kind.offers(machine, nothing));
export const offers = offersOn(host);

/** A draft for one kind of cluster, without answers. */
export function draftOf(kind: string, base: Draft['base'] = {}): Draft {
  const offer = offerNamed(kind, offers);
  if ('problem' in offer) throw new Error(offer.problem);
  return { name: 'lab', offer, base, answers: new Map() };
}

/** An interview about a draft; `said` gets what it says, `found` is what the draft's kind of cluster found. */
export function interviewOf(draft: Draft, prompter?: Prompter, said: string[] = [], found = nothing): Interview {
  const kinds = Object.keys(setupKinds).map((kind) => [kind, found] as const);
  const detection = { host, found: Object.fromEntries(kinds) as Record<ClusterKind, Found>, offers, proposed: 'local' };
  const say = (text: string) => void said.push(text);
  return { draft, detection, prompter, say, signal: new AbortController().signal };
}
