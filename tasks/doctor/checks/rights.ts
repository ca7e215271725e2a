// Checks of the rights of this user, and of the accounts of drivers and executors.
import { accessExpectations, ask, mayAsk, shownAnswer } from '../../access/rights.ts';
import {
  deployNeeds,
  type Need,
  questions,
  refused,
  shownMissing,
  submitNeeds,
} from '../../clusters/context/rights.ts';
import type { Profile } from '../../profile/schema.ts';
import { type Check, findingOf, notAvailable } from '../../steps/check.ts';
import { onCluster } from './reach.ts';

const rbac = 'rbac.authorization.k8s.io';
const apply = ['get', 'create', 'patch'];
const owned = [...apply, 'list', 'delete'];
const network = 'networking.k8s.io';

interface VerbNeeds {
  verbs: readonly string[];
  needs(profile: Profile): readonly Need[];
  /** In all namespaces. */
  isEverywhere?: true;
}

/** What each verb asks of the API in the namespace of jobs, beside what verbs before it do. */
const verbNeeds: readonly VerbNeeds[] = [
  { verbs: ['deploy'], needs: () => deployNeeds },
  { verbs: ['submit'], needs: submitNeeds },
  {
    verbs: ['status', 'runs', 'logs', 'why'],
    needs: () => [
      { resource: 'pods', verbs: ['get', 'list', 'watch'] },
      { resource: 'pods', subresource: 'log', verbs: ['get'] },
      { resource: 'events', verbs: ['list'] },
    ],
  },
  {
    verbs: ['kill', 'gc'],
    needs: () => [
      ...['pods', 'services', 'configmaps', 'persistentvolumeclaims'].map((resource) => ({
        resource,
        verbs: ['list', 'delete'],
      })),
    ],
  },
  { verbs: ['ui'], needs: () => [{ resource: 'pods', subresource: 'portforward', verbs: ['create'] }] },
  {
    verbs: ['history'],
    needs: () => [
      { resource: 'persistentvolumeclaims', verbs: owned },
      { resource: 'services', verbs: owned },
      { group: 'apps', resource: 'deployments', verbs: owned },
    ],
  },
  {
    verbs: ['notebook'],
    needs: () => [
      ...['serviceaccounts', 'persistentvolumeclaims', 'configmaps', 'services', 'secrets'].map((resource) => ({
        resource,
        verbs: owned,
      })),
      { group: 'apps', resource: 'deployments', verbs: owned },
      { group: network, resource: 'networkpolicies', verbs: owned },
      { group: rbac, resource: 'roles', verbs: owned },
      { group: rbac, resource: 'rolebindings', verbs: owned },
      { resource: 'pods', subresource: 'portforward', verbs: ['create'] },
    ],
  },
  {
    verbs: ['classroom'],
    isEverywhere: true,
    needs: () => [
      ...['namespaces', 'resourcequotas', 'limitranges', 'serviceaccounts', 'secrets', 'configmaps', 'services'].map(
        (resource) => ({ resource, verbs: owned }),
      ),
      { group: 'apps', resource: 'deployments', verbs: owned },
      { group: network, resource: 'networkpolicies', verbs: owned },
      { group: rbac, resource: 'roles', verbs: owned },
      { group: rbac, resource: 'rolebindings', verbs: owned },
      { group: 'flowcontrol.apiserver.k8s.io', resource: 'flowschemas', verbs: owned },
      { group: 'flowcontrol.apiserver.k8s.io', resource: 'prioritylevelconfigurations', verbs: owned },
      { group: 'admissionregistration.k8s.io', resource: 'validatingadmissionpolicies', verbs: owned },
      { group: 'admissionregistration.k8s.io', resource: 'validatingadmissionpolicybindings', verbs: owned },
    ],
  },
];

const ofVerb = ({ verbs, needs, isEverywhere }: VerbNeeds): Check => ({
  name: `rights-${verbs[0]}`,
  title: `Your rights for ${verbs.join(', ')}`,
  category: 'Rights',
  affects: verbs.join(', '),
  run: onCluster(async ({ kube, profile }) => {
    const { namespace } = profile;
    const asked = questions(needs(profile), namespace).map(({ namespace: one, ...question }) =>
      isEverywhere ? question : { ...question, ...(one ? { namespace: one } : {}) },
    );
    const role = isEverywhere ? 'clusterrolebinding firesteel-teacher --clusterrole=cluster-admin' : undefined;
    const bind = `rolebinding firesteel-user --namespace=${namespace} --clusterrole=admin`;
    return findingOf('partial', shownMissing(await refused(kube, asked)), {
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
