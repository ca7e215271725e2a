// Rules of a profile beyond the shape of each key: names, networks, Spark properties.
import { traitsOf } from './blocks/traits.ts';
import { confProblems } from './conf-rules.ts';
import { elasticProblems } from './elastic-rules.ts';
import type { ProfileProblem } from './problems.ts';
import { shownValue } from './problems.ts';
import { clusterKinds, type Profile } from './schema.ts';
import { storageProblems } from './storage-rules.ts';

/** Every rule a profile of the right shape breaks. */
export function ruleProblems(profile: Profile): ProfileProblem[] {
  return [
    ...nameProblems(profile),
    ...elasticProblems(profile),
    ...doorProblems(profile.classroom.door),
    ...(traitsOf(profile).problems?.(profile) ?? []),
    ...storageProblems(profile),
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
  const kinds: readonly string[] = clusterKinds;
  return given
    .filter((key) => key !== kind && kinds.includes(key))
    .map((key) => ({
      path: [key],
      at: 'key',
      message: `belongs to cluster: ${key}, but this is cluster: ${kind}; omit it, or set cluster: ${key}`,
    }));
}

function nameProblems({ name, clusterName, namespace, serviceAccounts }: Profile): ProfileProblem[] {
  const problems: ProfileProblem[] = [];
  if (clusterName === name && (name.length > 40 || !/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(name)))
    problems.push({
      path: ['clusterName'],
      at: 'value',
      message: `the profile's name ${shownValue(name)} is not a valid name of a cluster: expected at most 40 lower-case letters, digits and "-"; set clusterName`,
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
    return [{ path, at: 'key', message: 'conflicts with classroom.door.certificate: keep one of the two' }];
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
