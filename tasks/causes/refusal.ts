// Explains why the API server refused an object, from its message alone.
import { printable } from '../spark/driver-log.ts';
import type { Diagnosis } from './finding.ts';

interface Refusal {
  match: RegExp;
  cause: (found: RegExpExecArray) => string;
  cure: string | ((found: RegExpExecArray) => string);
}

const limitCores = 'spark.kubernetes.driver.limit.cores and spark.kubernetes.executor.limit.cores';
const rangeDefault = "the default of the namespace's LimitRange";

const outOfBounds =
  /(maximum|minimum) (\S+) usage per (Container|Pod) is ([^,]+), but (?:limit|request) is ([^,.\]"]+)/;

/** Every amount that a LimitRange does not allow. */
const shownBounds = (text: string): string[] =>
  [...text.matchAll(new RegExp(outOfBounds, 'g'))].map(
    ([, bound, resource, per, allowed, asked]) =>
      `${resource} ${asked} breaks the ${bound} of ${allowed} for a ${per?.toLowerCase()}`,
  );

/** The resources in `limits.cpu for: a,b; limits.memory for: a`, or in `limits.cpu,limits.memory`. */
const requiredBy = (text = ''): string =>
  text
    .replaceAll(/ for: [^;]*/g, '')
    .split(/[;,]\s*/)
    .join(', ');

const refusals: Refusal[] = [
  {
    match: /(?:Validating|Mutating)AdmissionPolicy '([^']+)' with binding '[^']+' denied request: (.+)/,
    cause: ([, policy, why]) => `policy ${policy} denies the pod: ${message(why)}`,
    cure: 'give the pod what the policy requires, or change the policy',
  },
  {
    match: /admission webhook "([^"]+)" denied the request(?: without explanation|: (.*))?/,
    cause: ([, webhook, why = '']) =>
      `admission webhook ${webhook} denies the pod${message(why) ? `: ${message(why)}` : ''}`,
    cure: 'give the pod what the webhook requires, or change its policy',
  },
  {
    match: /failed calling (?:admission )?webhook "([^"]+)": .*?\b(x509: .+)/,
    cause: ([, webhook, why]) => `admission webhook ${webhook} has a certificate that is not trusted: ${message(why)}`,
    cure: 'renew the certificate of the webhook, and caBundle in its configuration',
  },
  {
    match: /failed calling (?:admission )?webhook "([^"]+)": (.+)/,
    cause: ([, webhook, why = '']) =>
      `admission webhook ${webhook} ${/\binvalid\b/.test(why) ? 'gives an invalid answer' : 'does not answer'}: ${message(why)}`,
    cure: 'check the service behind the webhook, or remove its configuration',
  },
  {
    match: /must be less than or equal to ([-\w./]+) limit of ([^\s,\]]+?)\.?(?=[\s,\]]|$)/m,
    cause: ([, resource, limit]) => `the pod requests more ${resource} than its limit, ${limit}`,
    cure: ([, resource]) =>
      resource === 'cpu' ? `set ${limitCores}, or raise ${rangeDefault}` : `request less, or raise ${rangeDefault}`,
  },
  {
    match: /\b[A-Z]\w+ "[^"]*" is invalid: (.+)/,
    cause: ([, why]) => `the API server finds a field invalid: ${message(why)}`,
    cure: 'correct the property that sets this field',
  },
  {
    match: /cannot be handled as a [A-Z]\w+: (.+)/,
    cause: ([, why]) => `the API server cannot read a field: ${message(why)}`,
    cure: 'correct the property that sets this field',
  },
  {
    match: /violates PodSecurity "([^"]+)": (.+?)(?:\.$|$)/m,
    cause: ([, level, why]) => `Pod Security "${level}" refuses the pod: ${message(why)}`,
    cure: 'change the pod to comply, or use another namespace',
  },
  {
    match: /failed quota: ([^:]+): must specify ([^"]+?)\.?$/m,
    cause: ([, quota, what]) => `quota ${quota} requires ${requiredBy(what)} of every pod`,
    cure: ([, , what]) =>
      requiredBy(what) === 'limits.cpu'
        ? `set ${limitCores}`
        : `give the namespace a LimitRange with a default for ${requiredBy(what)}`,
  },
  {
    match: /status unknown for quota: ([^,]+)/,
    cause: ([, quota]) => `the use of quota ${quota} is not counted yet`,
    cure: 'wait a moment, then submit again',
  },
  {
    match: /exceeded quota: ([^,]+), requested: ([^\s]+), used: ([^\s]+), limited: ([^\s"]+?)\.?(?=\s|"|$)/,
    cause: ([, quota, requested, used, limited]) =>
      `quota ${quota} is full: ${requested} requested, ${used} used of ${limited}`,
    cure: 'wait for other jobs to end, request less, or raise the quota',
  },
  {
    match: /error looking up service account ([^/]+)\/([^:]+): serviceaccount ".*?" not found/,
    cause: ([, namespace, name]) => `service account ${name} does not exist in ${namespace}`,
    cure: 'correct the name under serviceAccounts, or create the account: firesteel deploy',
  },
  {
    match: outOfBounds,
    cause: ({ input }) => `${[...new Set(shownBounds(input))].join(', ')} in this namespace`,
    cure: "request an amount within the namespace's LimitRange",
  },
  {
    match: /(maximum|minimum) (\S+) usage per (Container|Pod) is ([^,]+?)\.\s+No (limit|request) is specified/,
    cause: ([, bound, resource, per, allowed, what]) =>
      `a ${per?.toLowerCase()} in this namespace needs a ${what} of ${resource}: its ${bound} is ${allowed}`,
    cure: ([, , resource]) =>
      resource === 'cpu' ? `set ${limitCores}` : `give the LimitRange a default for ${resource}`,
  },
  {
    match:
      /(\S+) max limit to request ratio per (Container|Pod) is ([^,]+), but provided ratio is ([\d.]+?)\.?0*(?=\D|$)/,
    cause: ([, resource, , allowed, asked]) =>
      `the limit of ${resource} is ${asked} times its request; this namespace allows at most ${allowed} times`,
    cure: "bring limit and request closer together, or change the namespace's LimitRange",
  },
  {
    match: /no (PriorityClass) with name (\S+) was found|(RuntimeClass) "([^"]+)" not found/,
    cause: ([, priority, name, runtime, other]) => `${priority ?? runtime} ${name ?? other} does not exist`,
    cure: ([, priority = 'RuntimeClass']) => `create the ${priority}, or correct the policy that names it`,
  },
  {
    match: /image policy webhook backend denied one or more images: (.+)/,
    cause: ([, why]) => `the image policy denies the image: ${message(why)}`,
    cure: 'use an image that the policy allows, or change the policy',
  },
  {
    match: /pod node label selector conflicts with its namespace node label selector/,
    cause: () => "the pod's node selector conflicts with the node selector of its namespace",
    cure: 'correct spark.kubernetes.node.selector.…, or the annotation of the namespace',
  },
  {
    match: /unable to validate against any security context constraint: (.+)/,
    cause: ([, why]) => `no security context constraint allows the pod: ${message(why)}`,
    cure: 'let the service account use a constraint that allows user 185, such as nonroot-v2',
  },
  {
    match: /namespaces "([^"]+)" not found/,
    cause: ([, namespace]) => `namespace ${namespace} does not exist`,
    cure: 'create it: firesteel deploy',
  },
  {
    match: /because it is being terminated/,
    cause: () => 'the namespace is being deleted',
    cure: 'wait until the namespace is gone, then create it again: firesteel deploy',
  },
  {
    match: /User "([^"]+)" cannot (\w+) resource "([^"]+)"/,
    cause: ([, user, verb, resource]) =>
      `${user?.replace(/^system:serviceaccount:/, 'service account ')} may not ${verb} ${resource}`,
    cure: 'grant the rights of jobs: firesteel deploy',
  },
  // Whatever else an admission plugin says.
  {
    match: /\b(pod|configmap|service|persistentvolumeclaim)s(?: "[^"]*")? is forbidden: (.+)/,
    cause: ([, what, why]) => `the API server forbids the ${what}: ${message(why)}`,
    cure: 'correct what the message names, or ask an administrator of the cluster',
  },
];

const endOfMessage = 'Received status: ';

/** The API server's own words, without what Spark's Kubernetes client says behind them. */
const ownWords = (text: string): string => text.replaceAll(new RegExp(`\\s*${endOfMessage}.*`, 'g'), '').trim();

/** A part of a message, to be shown. */
const message = (text = ''): string =>
  printable(text)
    .replace(/\.?\s*$/, '')
    .trim()
    .slice(0, 300);

/** Cause and cure of a refusal, from its message; undefined if the message is of another kind. */
export function diagnoseRefusal(message: string): Diagnosis | undefined {
  const text = ownWords(joined(message.split('\n')));
  for (const { match, cause, cure } of refusals) {
    const found = match.exec(text);
    if (found) return { cause: cause(found), cure: typeof cure === 'string' ? cure : cure(found), final: true };
  }
  return undefined;
}

/** The same, from the output of a program. */
export function diagnoseOutput(lines: readonly string[]): Diagnosis | undefined {
  for (const at of lines.keys()) {
    const found = diagnoseRefusal(messageAt(lines, at));
    if (found) return found;
  }
  return undefined;
}

/** The last lines of a driver's log that tell why executors cannot be made, in a text of many lines. */
export const diagnoseLogText = (text: string): Diagnosis | undefined =>
  refused.test(text) ? diagnoseLog(text.split('\n')) : undefined;

/** The same in lines. */
export function diagnoseLog(lines: readonly string[]): Diagnosis | undefined {
  for (let at = lines.length - 1; at >= 0; at--) {
    const found = diagnoseLine(lines, at);
    if (found) return found;
  }
  return undefined;
}

const refused =
  /forbidden|not found|denied (?:the )?request|is invalid:|failed calling webhook|cannot be handled as|POST at: \S+\/pods\. Message: /i;

/** Some webhooks and policies explain themselves on further lines, after an empty one. */
const explanationLines = 30;

function diagnoseLine(lines: readonly string[], at: number): Diagnosis | undefined {
  const line = lines[at] ?? '';
  if (!refused.test(line) || !/\b(?:pods|configmaps)\b|\b(?:POST|PUT|PATCH) at: /.test(line)) return undefined;
  // What else its account may not do is the driver's own trouble.
  if (/ cannot (?!create resource "pods")\w+ resource /.test(line)) return undefined;
  const whole = messageAt(lines, at);
  const refusal = diagnoseRefusal(whole) ?? otherRefusal(whole);
  return refusal && { ...refusal, cause: `executors: ${refusal.cause}`, final: false };
}

/** What the API server says of no pod that it does not make, in its own words. */
function otherRefusal(text: string): Diagnosis | undefined {
  const [, why] = /POST at: \S+\/pods\. Message: (.+)/.exec(ownWords(text)) ?? [];
  if (why === undefined || / already exists/.test(why)) return undefined;
  return {
    cause: `the API server makes no pod: ${message(why)}`,
    cure: 'correct what the message names, and check the API server: firesteel status',
    final: false,
  };
}

/** A line, with the lines that its message goes on in. */
function messageAt(lines: readonly string[], at: number): string {
  const line = lines[at] ?? '';
  if (!line.includes('Message: ') || line.includes(endOfMessage)) return line;
  const following = lines.slice(at + 1, at + 1 + explanationLines);
  const next = following.findIndex((one) => /^\s+at |^\d\d\/\d\d\/\d\d /.test(one));
  const last = following.findIndex((one) => one.includes(endOfMessage)) + 1;
  return joined([line, ...following.slice(0, last || (next < 0 ? following.length : next))]);
}

/** Lines as one. */
const joined = (lines: readonly string[]): string =>
  lines
    .map((line) => line.trim())
    .filter(Boolean)
    .join(' ');
