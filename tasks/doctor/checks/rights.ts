// Checks of the rights of this user, and of the accounts of drivers and executors.
import { accessExpectations, ask, mayAsk, shownAnswer } from '../../access/rights.ts';
import { questions, refused, shownMissing } from '../../clusters/context/rights.ts';
import { type Check, findingOf, notAvailable, ok } from '../../steps/check.ts';
import { onCluster } from './reach.ts';
import { type VerbNeeds, verbNeeds } from './rights-needs.ts';

const ofVerb = ({ name, verbs, needs, isEverywhere, namespace: own, isDone, whyNot }: VerbNeeds): Check => ({
  name: `rights-${name ?? verbs[0]}`,
  title: `Your rights for ${verbs.join(', ')}`,
  category: 'Rights',
  affects: verbs.join(', '),
  run: onCluster(async (context) => {
    const { kube, profile } = context;
    const reason = whyNot?.(context);
    if (reason) return notAvailable(reason);
    const namespace = own ?? profile.namespace;
    const asked = questions(needs(profile), namespace).map(({ namespace: one, ...question }) =>
      isEverywhere ? question : { ...question, ...(one ? { namespace: one } : {}) },
    );
    const role = isEverywhere ? 'clusterrolebinding firesteel-teacher --clusterrole=cluster-admin' : undefined;
    const bind = `rolebinding firesteel-user --namespace=${namespace} --clusterrole=admin`;
    const missing = await refused(kube, asked);
    if (missing.length > 0 && (await isDone?.(profile, kube))) return ok('all that it makes is there already');
    return findingOf('partial', shownMissing(missing), {
      fine: `all ${asked.length} rights in ${isEverywhere ? 'the cluster' : namespace}`,
      remedies: [{ text: `ask an administrator: kubectl create ${role ?? bind} --user=YOUR-NAME` }],
    });
  }),
});

/** Both accounts, as `deploy` verifies them. */
const accounts: Check = {
  name: 'rights-driver',
  title: 'Rights of drivers and executors',
  category: 'Rights',
  affects: 'submit: drivers without the right to create executors, or with too many rights',
  run: onCluster(async ({ kube, profile }) => {
    const { namespace, serviceAccounts } = profile;
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', namespace, name: serviceAccounts.driver };
    if (!(await mayAsk(kube, namespace)))
      return notAvailable(`no permission to ask what accounts may do in ${namespace}`);
    if (!(await kube.get(account)))
      return {
        state: 'missing',
        seen: `there is no account ${serviceAccounts.driver} in ${namespace}`,
        remedies: [{ command: ['firesteel', 'deploy'] }],
      };
    const expectations = accessExpectations(profile);
    const { wrong } = await ask(kube, expectations);
    const [denied, granted] = [true, false].map((allowed) => wrong.filter((one) => one.allowed === allowed));
    return findingOf(
      'missing',
      wrong.map(({ question, allowed }) => shownAnswer(question, !allowed)),
      {
        fine: `${expectations.length} answers, all as expected`,
        remedies: [
          ...(denied?.length ? [{ command: ['firesteel', 'deploy'] as const }] : []),
          ...(granted?.length
            ? [{ text: 'check other bindings: kubectl get rolebindings,clusterrolebindings -A -o wide' }]
            : []),
        ],
      },
    );
  }),
};

export const rightsChecks: readonly Check[] = [...verbNeeds.map(ofVerb), accounts];
