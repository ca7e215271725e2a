// What a profile must keep to beyond the shape of each key: names, networks, Spark properties.
import { isIPv4 } from 'node:net';
import { numberOf } from '../core/network/addresses.ts';
import { confProblems } from './conf-rules.ts';
import { elasticProblems } from './elastic-rules.ts';
import { keySchemaAt } from './keys.ts';
import type { ProfileProblem } from './problems.ts';
import { shownValue } from './problems.ts';
import type { Profile } from './schema.ts';
import { storageProblems } from './storage-rules.ts';

/** Every rule a profile of the right shape breaks. */
export function ruleProblems(profile: Profile): ProfileProblem[] {
  return [
    ...nameProblems(profile),
    ...elasticProblems(profile),
    ...doorProblems(profile.classroom.door),
    ...storageProblems(profile),
    ...(profile.cluster === 'local' ? networkProblems(profile.local) : []),
    ...confProblems(profile.spark.conf, { key: 'spark.notSecrets', names: profile.spark.notSecrets }).map(
      ({ key, at, message }) => ({
        path: ['spark', 'conf', key],
        at,
        message,
      }),
    ),
  ];
}

/** Blocks that belong to other kinds of cluster; `given` are the profile's own keys. */
export function foreignBlocks(given: readonly string[], kind: string): ProfileProblem[] {
  const kinds = keySchemaAt(['cluster'])?.enum ?? [];
  return given
    .filter((key) => key !== kind && kinds.includes(key))
    .map((key) => ({ path: [key], at: 'key', message: `belongs to cluster: ${key}, but this is cluster: ${kind}` }));
}

function nameProblems({ name, clusterName, namespace, serviceAccounts }: Profile): ProfileProblem[] {
  const problems: ProfileProblem[] = [];
  if (clusterName === name && (name.length > 40 || !/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(name)))
    problems.push({
      path: ['clusterName'],
      at: 'value',
      message: `the profile's name ${shownValue(name)} is not a valid name of a cluster: expected at most 40 lower-case letters, digits and "-"`,
    });
  if (namespace === 'default' || namespace.startsWith('kube-'))
    problems.push({
      path: ['namespace'],
      at: 'value',
      message: `expected a namespace for jobs alone, got ${shownValue(namespace)}, which belongs to Kubernetes`,
    });
  if (serviceAccounts.driver === serviceAccounts.executor)
    problems.push({
      path: ['serviceAccounts', 'executor'],
      at: 'value',
      message: `expected another account than the driver's, got ${shownValue(serviceAccounts.executor)}`,
    });
  return problems;
}

function doorProblems({ certificate, key, acme, domain }: Profile['classroom']['door']): ProfileProblem[] {
  const path = ['classroom', 'door', 'acme'];
  if (acme && !domain) return [{ path, at: 'key', message: 'needs classroom.door.domain' }];
  if (acme && certificate)
    return [{ path, at: 'key', message: 'does not go with classroom.door.certificate: keep one of the two' }];
  if ((certificate === undefined) === (key === undefined)) return [];
  const [given, missing] = key === undefined ? ['certificate', 'key'] : ['key', 'certificate'];
  return [
    {
      path: ['classroom', 'door', given],
      at: 'value',
      message: `needs classroom.door.${missing}`,
    },
  ];
}

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

const lengthOf = (cidr: string): number => Number(cidr.split('/')[1] ?? 0);

const notFirst = (cidr: string): string =>
  `expected the first address of a network and its length, as in 198.18.7.0/24, got "${cidr}"`;

function networkProblems({ nodes, range, nodeNetwork, podSubnet, serviceSubnet }: Profile['local']): ProfileProblem[] {
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
    if (!here) report(key, notFirst(cidr));
    else if (other) report(key, `expected no address of ${other[0]} (${other[1]}), got "${cidr}"`);
    else known.push([key, cidr, here]);
  }
  const podLength = lengthOf(podSubnet ?? '');
  if (podSubnet && (podLength > 24 || 2 ** (24 - podLength) < nodes))
    report('podSubnet', `expected room for a /24 for each of ${nodes} nodes, got "${podSubnet}"`);
  if (nodeNetwork && !nodeNetwork.endsWith('/24')) report('nodeNetwork', `expected a /24, got "${nodeNetwork}"`);
  if (range && !network(range)) report('range', notFirst(range));
  else if (range && (lengthOf(range) < 8 || lengthOf(range) > 18))
    report('range', `expected a /8 to /18, got "${range}"`);
  return problems;
}
