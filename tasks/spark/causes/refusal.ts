// Why the API server did not take an object: quota, limits, Pod Security, accounts. From its message alone.
import type { Diagnosis } from './finding.ts';

interface Refusal {
  match: RegExp;
  cause: (found: RegExpExecArray) => string;
  cure: string;
}

const refusals: Refusal[] = [
  {
    match: /violates PodSecurity "([^"]+)": (.+?)(?:\.$|$)/m,
    cause: ([, level, why]) => `Pod Security "${level}" refuses the pod: ${why}`,
    cure: 'let the pod meet it, or ask for another namespace',
  },
  {
    match: /failed quota: ([^:]+): must specify ([^"]+?)(?: for:.*)?$/m,
    cause: ([, quota, what]) => `quota ${quota} asks every pod for ${what}`,
    cure: 'set spark.kubernetes.driver.limit.cores and spark.kubernetes.executor.limit.cores',
  },
  {
    match: /exceeded quota: ([^,]+), requested: ([^\s]+), used: ([^\s]+), limited: ([^\s"]+?)\.?(?=\s|"|$)/,
    cause: ([, quota, requested, used, limited]) =>
      `quota ${quota} is full: ${requested} asked for, ${used} used of ${limited}`,
    cure: 'wait for other jobs to end, ask for less, or raise the quota',
  },
  {
    match: /error looking up service account ([^/]+)\/([^:]+): serviceaccount ".*?" not found/,
    cause: ([, namespace, name]) => `service account ${name} does not exist in ${namespace}`,
    cure: 'make it: firesteel deploy',
  },
  {
    match: /(maximum|minimum) (\S+) usage per (Container|Pod) is ([^,]+), but (?:limit|request) is ([^,.\]"]+)/,
    cause: ([, bound, resource, per, allowed, asked]) =>
      `${resource} ${asked} is beyond the ${bound} ${allowed} a ${per?.toLowerCase()} may have here`,
    cure: "ask for an amount within the namespace's LimitRange",
  },
  {
    match: /namespaces "([^"]+)" not found/,
    cause: ([, namespace]) => `namespace ${namespace} does not exist`,
    cure: 'make it: firesteel deploy',
  },
  {
    match: /because it is being terminated/,
    cause: () => 'the namespace is being deleted',
    cure: 'wait until it is gone, then firesteel deploy',
  },
  {
    match: /User "([^"]+)" cannot (\w+) resource "([^"]+)"/,
    cause: ([, user, verb, resource]) =>
      `${user?.replace(/^system:serviceaccount:/, 'service account ')} may not ${verb} ${resource}`,
    cure: 'grant it: firesteel deploy',
  },
];

/** Cause and cure of a refusal; undefined if the message is of another kind. */
export function diagnoseRefusal(message: string): Diagnosis | undefined {
  for (const { match, cause, cure } of refusals) {
    const found = match.exec(message);
    if (found) return { cause: cause(found), cure, final: true };
  }
  return undefined;
}

/** The last of many lines of a driver's log that tells why executors cannot be made. */
export function diagnoseLog(lines: string): Diagnosis | undefined {
  if (!refused.test(lines)) return undefined;
  return lines
    .split('\n')
    .map(diagnoseLogLine)
    .findLast((found) => found !== undefined);
}

const refused = /forbidden|not found/i;

/** A line of the driver's log that tells why executors cannot be made; undefined for any other line. */
export function diagnoseLogLine(line: string): Diagnosis | undefined {
  if (!refused.test(line) || !/pods|configmaps|Message:/.test(line)) return undefined;
  // What else its account may not do is the driver's own trouble.
  if (/ cannot (?!create resource "pods")\w+ resource /.test(line)) return undefined;
  const refusal = diagnoseRefusal(line);
  return refusal && { ...refusal, cause: `executors: ${refusal.cause}`, final: false };
}
