// The table of refusals of the API server: what its messages say, with cause and cure. Pure.
import { quantityValue } from '../kube/quantity.ts';
import { printable } from '../spark/driver-log.ts';

interface Refusal {
  match: RegExp;
  cause: (found: RegExpExecArray) => string;
  cure: string | ((found: RegExpExecArray) => string);
}

const limitCores = 'spark.kubernetes.driver.limit.cores and spark.kubernetes.executor.limit.cores';
const rangeDefault = "the default of the namespace's LimitRange";

const outOfBounds =
  /(maximum|minimum) (\S+) usage per (Container|Pod|PersistentVolumeClaim) is ([^,]+), but (?:limit|request) is ([^,.\]"]+)/;

/** Every amount that a LimitRange does not allow. */
const shownBounds = (text: string): string[] =>
  [...text.matchAll(new RegExp(outOfBounds, 'g'))].map(
    ([, bound, resource, per, allowed, asked]) =>
      `${resource} ${asked} breaks the ${bound} of ${allowed} for a ${per === 'PersistentVolumeClaim' ? 'volume claim' : per?.toLowerCase()}`,
  );

/** The resources in `limits.cpu for: a,b; limits.memory for: a`, or in `limits.cpu,limits.memory`. */
const requiredBy = (text = ''): string =>
  text
    .replaceAll(/ for: [^;]*/g, '')
    .split(/[;,]\s*/)
    .join(', ');

/** A part of a message, to be shown. */
export const message = (text = ''): string =>
  printable(text)
    .replace(/\.?\s*$/, '')
    .trim()
    .slice(0, 300);

/** Amounts such as `requests.cpu=2,pods=1`, by their names. */
const amountsIn = (text = ''): Map<string, number> =>
  new Map(
    text.split(',').map((one) => {
      const [name = '', amount = ''] = one.split('=');
      return [name, quantityValue(amount) ?? 0];
    }),
  );

/** Whether something requested is more than a whole quota: nobody's end makes room for that. */
const isMoreThan = (requested: string | undefined, limited: string | undefined): boolean => {
  const hard = amountsIn(limited);
  return [...amountsIn(requested)].some(([name, amount]) => amount > (hard.get(name) ?? Number.POSITIVE_INFINITY));
};

const exceeded = /exceeded quota: ([^,]+), requested: ([^\s]+), used: ([^\s]+), limited: ([^\s"]+?)\.?(?=\s|"|$)/;

/** Every known refusal, the most telling first. */
export const refusals: readonly Refusal[] = [
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
    match: exceeded,
    cause: ([, quota, requested, used, limited]) =>
      isMoreThan(requested, limited)
        ? `quota ${quota} is too small: ${requested} requested, ${limited} allowed`
        : `quota ${quota} is full: ${requested} requested, ${used} used of ${limited}`,
    cure: ([, , requested, , limited]) =>
      isMoreThan(requested, limited)
        ? 'request less, or raise the quota'
        : 'wait for other jobs to end, request less, or raise the quota',
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
      /(\S+) max limit to request ratio per (Container|Pod) is ([^,]+), but provided ratio is (\d+(?:\.\d*?[1-9])?)\.?0*(?!\d)/,
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
    cure: ([, user = '']) =>
      user.startsWith('system:serviceaccount:')
        ? 'grant the rights of jobs: firesteel deploy'
        : 'ask an administrator of the cluster for that permission',
  },
  // Whatever else an admission plugin says.
  {
    match: /\b(pod|configmap|service|persistentvolumeclaim)s(?: "[^"]*")? is forbidden: (.+)/,
    cause: ([, what, why]) => `the API server forbids the ${what}: ${message(why)}`,
    cure: 'correct what the message names, or ask an administrator of the cluster',
  },
];
