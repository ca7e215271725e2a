// Rules for the networks of a local cluster: whole, separate and large enough.
import { isIPv4 } from 'node:net';
import { numberOf } from '../../core/network/addresses.ts';
import type { ProfileProblem } from '../problems.ts';
import type { Profile } from '../schema.ts';

interface Network {
  first: number;
  last: number;
}

/** The addresses of a CIDR as numbers; undefined if it is none. */
function network(cidr: string): Network | undefined {
  const [address = '', length] = cidr.split('/');
  const size = 2 ** (32 - Number(length));
  if (!isIPv4(address) || Number(length) > 32) return undefined;
  const number = numberOf(address);
  return number % size === 0 ? { first: number, last: number + size - 1 } : undefined;
}

/** Networks whose addresses no node or pod can have: https://www.iana.org/assignments/iana-ipv4-special-registry */
const unusable: readonly [cidr: string, what: string][] = [
  ['0.0.0.0/8', 'this network'],
  ['127.0.0.0/8', 'loopback'],
  ['169.254.0.0/16', 'link-local addresses'],
  ['224.0.0.0/3', 'multicast and reserved addresses'],
];

/** `127.0.0.0/8, which is for loopback`, if a network shares an address with that. */
function unusableIn({ first, last }: Network): string | undefined {
  const found = unusable.find(([cidr]) => {
    const other = network(cidr);
    return other && first <= other.last && other.first <= last;
  });
  return found && `${found[0]}, which is for ${found[1]}`;
}

const lengthOf = (cidr: string): number => Number(cidr.split('/')[1] ?? 0);

const notFirst = (cidr: string): string =>
  `expected the first address of a network and its length, as in 198.18.7.0/24, got "${cidr}"`;

/** Every network of the block that is wrong. */
export function networkProblems({
  nodes,
  range,
  nodeNetwork,
  podSubnet,
  serviceSubnet,
}: Profile['local']): ProfileProblem[] {
  const problems: ProfileProblem[] = [];
  const report = (key: string, message: string) => problems.push({ path: ['local', key], at: 'value', message });
  const known: [key: string, cidr: string, network: Network][] = [];
  const given: [key: string, cidr: string | undefined][] = [
    ['podSubnet', podSubnet],
    ['serviceSubnet', serviceSubnet],
    ['nodeNetwork', nodeNetwork],
  ];
  for (const [key, cidr] of given) {
    if (cidr === undefined) continue;
    const here = network(cidr);
    const other = here && known.find(([, , there]) => here.first <= there.last && there.first <= here.last);
    const special = here && unusableIn(here);
    if (!here) report(key, notFirst(cidr));
    else if (special) report(key, `expected no address of ${special}, got "${cidr}"`);
    else if (other) report(key, `expected no address of ${other[0]} (${other[1]}), got "${cidr}"`);
    else known.push([key, cidr, here]);
  }
  const podLength = lengthOf(podSubnet ?? '');
  if (podSubnet && (podLength > 24 || 2 ** (24 - podLength) < nodes))
    report('podSubnet', `expected room for a /24 for each of ${nodes} nodes, got "${podSubnet}"`);
  if (nodeNetwork && !nodeNetwork.endsWith('/24')) report('nodeNetwork', `expected a /24, got "${nodeNetwork}"`);
  const whole = range ? network(range) : undefined;
  const special = whole && unusableIn(whole);
  if (range && !whole) report('range', notFirst(range));
  else if (special) report('range', `expected no address of ${special}, got "${range}"`);
  else if (range && (lengthOf(range) < 8 || lengthOf(range) > 18))
    report('range', `expected a /8 to /18, got "${range}"`);
  return problems;
}
