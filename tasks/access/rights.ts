// The rights of drivers and executors, and the proof that the cluster grants exactly these.
import { Failure } from '../core/failure.ts';
import { until } from '../core/wait.ts';
import { httpStatusOf } from '../kube/failure.ts';
import type { AccessQuestion, Kube } from '../kube/types.ts';
import type { Profile } from '../profile/schema.ts';
import type { SingleStep } from '../steps/types.ts';

type Right = Omit<AccessQuestion, 'user' | 'namespace'>;

const verbsOf = (resource: string, verbs: string[]): Right[] => verbs.map((verb) => ({ verb, resource }));

/** Everything Spark's driver asks of the API; templates/access.yaml grants this and no more. */
export const grantedRights: readonly Right[] = [
  ...verbsOf('pods', ['create', 'get', 'list', 'watch', 'delete', 'deletecollection']),
  ...verbsOf('configmaps', ['create', 'deletecollection']),
  ...verbsOf('services', ['deletecollection']),
  ...verbsOf('persistentvolumeclaims', ['create', 'list', 'deletecollection']),
];

/** What would let a job reach beyond its own pods. */
export const deniedRights: readonly Right[] = [
  ...verbsOf('secrets', ['get', 'list', 'create']),
  { verb: 'create', resource: 'pods', subresource: 'exec' },
  { verb: 'create', resource: 'pods', subresource: 'portforward' },
  { verb: 'create', resource: 'serviceaccounts', subresource: 'token' },
  ...verbsOf('serviceaccounts', ['create', 'impersonate']),
  { verb: 'create', resource: 'rolebindings', group: 'rbac.authorization.k8s.io' },
  { verb: 'escalate', resource: 'roles', group: 'rbac.authorization.k8s.io' },
];

/** Denied everywhere: kinds that have no namespace, and other namespaces' pods. */
const deniedElsewhere: readonly AccessQuestion[] = [
  { verb: 'list', resource: 'nodes' },
  { verb: 'list', resource: 'namespaces' },
  { verb: 'create', resource: 'clusterrolebindings', group: 'rbac.authorization.k8s.io' },
  { verb: 'list', resource: 'pods', namespace: 'kube-system' },
  { verb: 'create', resource: 'pods', namespace: 'default' },
];

interface Expectation {
  question: AccessQuestion;
  allowed: boolean;
}

/** Every question to ask about a profile's two accounts, with the answer that is right. */
export function accessExpectations(profile: Profile): Expectation[] {
  const { namespace, serviceAccounts } = profile;
  const user = (name: string) => `system:serviceaccount:${namespace}:${name}`;
  const elsewhere = deniedElsewhere.filter((question) => question.namespace !== namespace);
  const driver = { user: user(serviceAccounts.driver) };
  const executor = { user: user(serviceAccounts.executor) };
  const expect = (rights: readonly AccessQuestion[], who: object, allowed: boolean): Expectation[] =>
    rights.map((right) => ({ question: { ...right, ...who }, allowed }));
  return [
    ...expect(grantedRights, { ...driver, namespace }, true),
    ...expect(deniedRights, { ...driver, namespace }, false),
    ...expect(elsewhere, driver, false),
    ...expect([...grantedRights, ...deniedRights], { ...executor, namespace }, false),
    ...expect(elsewhere, executor, false),
  ];
}

/** A question's answer in words: `spark-driver may get secrets in spark`. */
export function shownAnswer({ user, verb, resource, subresource, namespace }: AccessQuestion, may: boolean): string {
  const account = user?.split(':').at(-1) ?? 'you';
  const what = subresource ? `${resource}/${subresource}` : resource;
  return `${account} ${may ? 'may' : 'may not'} ${verb} ${what}${namespace ? ` in ${namespace}` : ''}`;
}

/** What came of asking: `forbidden` are the questions that we may not ask. */
interface Answers {
  wrong: Expectation[];
  forbidden: Expectation[];
}

/** Asks all of these. Only reads. */
export async function ask(kube: Kube, expectations: Expectation[]): Promise<Answers> {
  const answers = await Promise.all(
    expectations.map(({ question }) =>
      kube.can(question).catch((error: unknown) => {
        if (httpStatusOf(error) === forbidden) return undefined;
        throw error;
      }),
    ),
  );
  return {
    wrong: expectations.filter(({ allowed }, i) => answers[i] === !allowed),
    forbidden: expectations.filter((_, i) => answers[i] === undefined),
  };
}

const forbidden = 403;

/** Whether we may ask what others may do in a namespace; who administrates it may. */
export async function mayAsk(kube: Kube, namespace: string): Promise<boolean> {
  // In a dry run a cluster that is not there yet says nothing.
  if ((await kube.raw('/version')) === '') return true;
  return kube.can({ verb: 'create', resource: 'localsubjectaccessreviews', group: 'authorization.k8s.io', namespace });
}

/**
 * Asks the cluster what the driver's and the executor's accounts may do; Failure lists all that is not as meant. What we
 * have no right to ask is named.
 */
export function verifyAccess(profile: Profile): SingleStep {
  return {
    title: 'Verify the rights of job accounts',
    observes: true,
    skip: async ({ kube }) =>
      !(await mayAsk(kube, profile.namespace)) &&
      `not verified: no permission to ask what accounts may do in ${profile.namespace}`,
    run: async ({ kube, signal }, out) => {
      const expectations = accessExpectations(profile);
      let answers: Answers = { wrong: [], forbidden: [] };
      // The authorizer learns of a new Role through a watch, a moment after it was written.
      const settled = until({
        for: 'access as granted',
        probe: async () => {
          answers = await ask(kube, expectations);
          return answers.wrong.length === 0 ? { done: true } : { seen: `${answers.wrong.length} answers differ` };
        },
        seconds: 3,
        signal,
      });
      await settled.catch((error: unknown) => {
        if (answers.wrong.length === 0 || signal.aborted) throw error;
        throw new Failure(answers.wrong.map(({ question, allowed }) => shownAnswer(question, !allowed)).join('\n'), {
          hint: `check other bindings of these accounts: kubectl get rolebindings,clusterrolebindings -A -o wide`,
        });
      });
      const unknown = answers.forbidden.map(({ question }) => shownAnswer(question, true));
      const asked = expectations.length - unknown.length;
      out.line(
        `${asked} rights checked, all as expected${unknown.length > 0 ? `; no permission to ask whether ${unknown.join(', ')}` : ''}`,
      );
    },
  };
}
