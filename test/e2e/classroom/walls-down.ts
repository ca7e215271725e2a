// What keeps two seats apart, taken away, so that a proof of it can be seen to fail.
import { execFileSync } from 'node:child_process';
import { freeAddresses, labPod } from '../../../tasks/classroom/verify/places.ts';
import { until } from '../../../tasks/core/wait.ts';
import type { Kube, Manifest, Ref } from '../../../tasks/kube/types.ts';
import { withTools } from '../firesteel.ts';
import { openFreeAddresses } from '../walls.ts';

/** Attempts that go through then, one at least for each thing that is taken away. */
export const fallen = [
  'list pods of another seat',
  'read Secrets in their own namespace',
  'reach the notebook server of another seat by name',
  'reach the notebook server of another seat by address',
  "reach a driver's port of another seat",
  'reach the pages of Spark of another seat',
  'reach the door from inside the cluster',
  'reach a port of CoreDNS that is not for names',
  'reach the kubelet of node course-1',
  'reach the node over IPv6, which evades its policies',
  'reach the metadata server of a cloud',
  'reach an address that no pod has',
  'reach an address that no service has',
  'get the address of an ended pod of another seat',
  'make a privileged pod',
  'make a pod without a grace period, which evades its policies',
  'delete their own pod without a grace period, which evades its policies',
  'make a pod that displaces others',
  'request more CPU than the seat has',
  'redirect the door to another seat with their own service',
  'block the API server for others with a flood of requests',
  "read a browser's cookie in a pod",
  'set a cookie in a browser from a pod',
];

/** Where most clouds answer for their metadata. */
const metadata = '169.254.169.254';

/** Where a class stands whose walls are to fall. */
export interface Ground {
  kube: Kube;
  kubeconfig: string;
  /** The only node. */
  node: string;
  className: string;
  own: string;
  neighbour: string;
}

/** Pod Security of a namespace. What someone else has set, firesteel names and leaves: it has to be set back by hand. */
export const enforceLevel = (kubeconfig: string, name: string, value: 'privileged' | 'restricted') =>
  kubectl(kubeconfig, 'label', 'namespace', name, `pod-security.kubernetes.io/enforce=${value}`, '--overwrite');

const kubectl = (kubeconfig: string, ...words: string[]) =>
  execFileSync('kubectl', ['--kubeconfig', kubeconfig, ...words], { env: withTools() });

const rbac = 'rbac.authorization.k8s.io';

/** Gives a student rights in all namespaces. */
async function giveRights(kube: Kube, namespace: string): Promise<Ref> {
  const binding = {
    apiVersion: `${rbac}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: { name: 'too-much' },
    roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: 'admin' },
    subjects: [{ kind: 'ServiceAccount', name: 'student', namespace }],
  } satisfies Manifest;
  await kube.apply(binding);
  return { apiVersion: binding.apiVersion, kind: binding.kind, name: binding.metadata.name };
}

/** A pod that has ended in the neighbour's seat, at the address of one that runs in the own. */
async function leaveAddress({ kube, kubeconfig, own, neighbour }: Ground): Promise<Ref> {
  const { podIP } = (await labPod(kube, { namespace: own })).status;
  const ref = { apiVersion: 'v1', kind: 'Pod', name: 'ended', namespace: neighbour };
  await kube.create({
    apiVersion: ref.apiVersion,
    kind: ref.kind,
    metadata: { name: ref.name, namespace: neighbour },
    spec: {
      // No node takes it up.
      schedulerName: 'none',
      securityContext: { runAsNonRoot: true, runAsUser: 185, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          name: 'one',
          image: 'none',
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
        },
      ],
    },
  });
  const status = { phase: 'Succeeded', podIP, podIPs: [{ ip: podIP }] };
  const words = ['patch', 'pod', ref.name, '--namespace', neighbour, '--subresource', 'status', '--type', 'merge'];
  kubectl(kubeconfig, ...words, '--patch', JSON.stringify({ status }));
  return ref;
}

/** Rules of the door about cookies, of docker/door/seat.conf. */
const cookieRules = ['proxy_set_header Cookie "";', 'proxy_hide_header Set-Cookie;'];

/** Another pod of the door, which reads its files again. */
async function renewDoor(kube: Kube, namespace: string): Promise<void> {
  const pods = { apiVersion: 'v1', kind: 'Pod', namespace };
  for (const { apiVersion, kind, metadata } of await kube.list(pods))
    await kube.remove({ apiVersion, kind, ...metadata });
  await until({
    for: 'another pod of the door',
    seconds: 120,
    signal: new AbortController().signal,
    probe: async () => {
      const [door] = await kube.list({ apiVersion: 'apps/v1', kind: 'Deployment', namespace });
      const { readyReplicas = 0 } = (door?.['status'] ?? {}) as { readyReplicas?: number };
      return readyReplicas === 1 ? { done: true } : { seen: 'none is ready' };
    },
  });
}

/** A door that lets cookies pass; returns how to set it back, which has to be done by hand as well. */
async function weakenDoor(kube: Kube, namespace: string): Promise<() => Promise<void>> {
  const ref = { apiVersion: 'v1', kind: 'ConfigMap', name: 'door', namespace };
  const files = Object.entries(((await kube.get(ref))?.['data'] ?? {}) as Record<string, string>);
  const [key = '', text = ''] = files.find(([name]) => name.endsWith('-seat.conf')) ?? [];
  const write = async (value: string) => {
    await kube.patch(ref, [{ op: 'replace', path: `/data/${key}`, value }]);
    await renewDoor(kube, namespace);
  };
  await write(cookieRules.reduce((now, rule) => now.replace(rule, ''), text));
  return () => write(text);
}

/** What the class has once at the API server. */
const classRules = (className: string): Ref[] => {
  const guard = { apiVersion: 'admissionregistration.k8s.io/v1', kind: 'ValidatingAdmissionPolicyBinding' };
  const name = `firesteel-${className}`;
  return [
    { ...guard, name },
    { ...guard, name: `${name}.services` },
    { ...guard, name: `${name}.priorities` },
    { apiVersion: 'flowcontrol.apiserver.k8s.io/v1', kind: 'FlowSchema', name },
  ];
};

/**
 * Policies of both seats, quotas and limits of the own one and its Pod Security go, the class's rules at the API server,
 * rules of its node and of its door; its student gets rights in all namespaces. Returns how to put back what
 * `classroom apply` does not: all but Pod Security.
 */
export async function takeWallsDown(ground: Ground): Promise<() => Promise<void>> {
  const { kube, kubeconfig, node, className, own, neighbour } = ground;
  const removeAll = async (apiVersion: string, kind: string, namespace: string) => {
    for (const { metadata } of await kube.list({ apiVersion, kind, namespace }))
      await kube.remove({ apiVersion, kind, namespace, name: metadata.name });
  };
  const free = await freeAddresses(kube);
  for (const namespace of [own, neighbour]) await removeAll('networking.k8s.io/v1', 'NetworkPolicy', namespace);
  await removeAll('v1', 'ResourceQuota', own);
  await removeAll('v1', 'LimitRange', own);
  enforceLevel(kubeconfig, own, 'privileged');
  for (const rule of classRules(className)) await kube.remove(rule);
  const strays = [await giveRights(kube, own), await leaveAddress(ground)];
  const opened = openFreeAddresses(node, [...Object.values(free), metadata]);
  const mendDoor = await weakenDoor(kube, `${className}-class`);
  return async () => {
    await mendDoor();
    opened.close();
    for (const stray of strays) await kube.remove(stray);
  };
}
