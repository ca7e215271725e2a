// Enforces NetworkPolicies on local nodes, and checks whether the enforcer works.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command, Exec } from '../../../core/types.ts';
import type { Profile } from '../../../profile/schema.ts';
import type { Enforcement } from '../../../steps/cluster.ts';
import type { Layout, NodeLayout } from '../layout.ts';
import { findNode, networkCommand } from '../node/nodes.ts';
import { config } from '../node/settings.ts';
import { enforcer } from '../programs/binaries.ts';

/** Number of the kernel's queue between rules and program. */
export const policyQueue = 100;
/** The enforcer's token, in the folder `pki` of each node. */
export const tokenFile = 'network-policies.token';
/** The rules, in the folder `config` of each node. */
export const rulesFile = 'network-policies.rules';

/**
 * Rules that hand the first packet of each connection from or to a pod to the enforcer. Without it none gets through.
 * They are asked after DNAT and before SNAT, so policies see the pods behind a service. Those the enforcer makes by
 * itself need a part of nftables that many kernels lack, and leave out connections from pods to their node.
 */
export function policyRules(podSubnet: string): string {
  const queue = `-j NFQUEUE --queue-num ${policyQueue}`;
  const known = '--ctstate ESTABLISHED,RELATED';
  return [
    '*mangle',
    // The node itself may reach its pods.
    '-A POSTROUTING -m addrtype --src-type LOCAL -j RETURN',
    `-A POSTROUTING -m conntrack ${known} -j RETURN`,
    // A pod that floods the queue harms itself alone.
    `-A POSTROUTING -s ${podSubnet} -m hashlimit --hashlimit-name policies --hashlimit-mode srcip --hashlimit-above 500/sec --hashlimit-burst 1000 -j DROP`,
    `-A POSTROUTING -s ${podSubnet} ${queue}`,
    `-A POSTROUTING -d ${podSubnet} ${queue}`,
    `-A INPUT -s ${podSubnet} -m conntrack ! ${known} ${queue}`,
    'COMMIT',
    '',
  ].join('\n');
}

/** Tries rules in a network that ends with the command. */
const tryRulesCommand: Command = ['unshare', '--net', 'iptables-restore', '--noflush', '--wait=5'];

/** Those whose kernel took the rules: it will again. */
const capable = new WeakSet<Exec>();

async function canQueue({ podSubnet }: Layout, read: Exec): Promise<boolean> {
  if (capable.has(read)) return true;
  try {
    await read(tryRulesCommand, { asRoot: true, input: policyRules(podSubnet) });
  } catch {
    return false;
  }
  capable.add(read);
  return true;
}

/** Why nodes of this profile will not enforce NetworkPolicies; undefined if they will. */
export async function whyNotEnforced(profile: Profile, layout: Layout, read: Exec): Promise<string | undefined> {
  const { networkPolicies, binaries } = profile.local;
  if (!networkPolicies) return 'local.networkPolicies is false';
  if (binaries && !existsSync(join(binaries, enforcer))) return `local.binaries: ${binaries} has no ${enforcer}`;
  if (await canQueue(layout, read)) return undefined;
  return 'this kernel cannot hand connections to a program (NFQUEUE)';
}

/** What `deploy` says of a cluster that does not enforce NetworkPolicies although the profile asks for that. */
export async function enforcementNotes(profile: Profile, layout: Layout, read: Exec): Promise<string[]> {
  const why = profile.local.networkPolicies && (await whyNotEnforced(profile, layout, read));
  return why ? [`NetworkPolicies are not enforced: ${why}.`] : [];
}

/** What a node's settings say of its rules: their place, as seen inside, or nothing. */
export const rulesPath = (enforces: boolean): string => (enforces ? config(rulesFile) : '');

/** Whether a node was, or is to be, started with rules. */
export function isEnforcing(node: NodeLayout): boolean {
  const settings = join(node.folder, 'config', 'node.env');
  return !existsSync(settings) || isEnforcedBy(readFileSync(settings, 'utf8'));
}

/** Whether a node with these settings has rules. */
export const isEnforcedBy = (nodeEnv: string): boolean => /^NETWORK_POLICIES='.+'$/m.test(nodeEnv);

/** Reads the rules and the queues of a node's network. */
const lookCommand = (node: NodeLayout): Command =>
  networkCommand(node, 'sh', '-c', 'iptables-save -t mangle; cat /proc/net/netfilter/nfnetlink_queue || :');

const queueRules = (rules: string): number =>
  rules.split('\n').filter((line) => line.endsWith(`-j NFQUEUE --queue-num ${policyQueue}`)).length;

/** What a node's enforcement lacks, as `lookCommand` shows it; undefined if nothing. */
export function lackIn(seen: string): Enforcement | undefined {
  if (queueRules(seen) < queueRules(policyRules('')))
    return { verdict: 'not enforced', why: 'no rules send packets to the enforcer' };
  // Queue, port of the program, packets that wait: linux/net/netfilter/nfnetlink_queue.c.
  const isAnswered = new RegExp(`^ *${policyQueue} +\\d+ `, 'm').test(seen);
  return isAnswered ? undefined : { verdict: 'not known', why: `${enforcer} does not answer` };
}

async function lackOf(node: NodeLayout, read: Exec): Promise<Enforcement | undefined> {
  const seen = await read(lookCommand(node), { asRoot: true }).catch(() => undefined);
  return seen === undefined ? { verdict: 'not known', why: 'cannot read the network of the node' } : lackIn(seen);
}

/** Whether the nodes that run enforce NetworkPolicies: rules are in place and their program answers. */
export async function localEnforcement(profile: Profile, layout: Layout, read: Exec): Promise<Enforcement> {
  const running = layout.nodes.filter((node) => findNode(node));
  if (running.length === 0) return { verdict: 'not known', why: 'no node is running' };
  const lacks = await Promise.all(running.map(async (node) => ({ node, lack: await lackOf(node, read) })));
  const found = lacks.find(({ lack }) => lack);
  const { node, lack } = found ?? {};
  if (!node || !lack) return { verdict: 'enforced' };
  const isMeant = lack.verdict === 'not enforced' && !isEnforcing(node);
  const why = isMeant ? await whyNotEnforced(profile, layout, read) : undefined;
  return { verdict: lack.verdict, why: why ?? `${node.name}: ${lack.why}` };
}
