// Attempts of a student to make forbidden pods, services and volumes, and to end pods.
import type { Kube, Manifest, Ref } from '../../kube/types.ts';
import { notebookName } from '../seat/labels.ts';
import { allowedContext, podOf } from '../seat/short-pod.ts';
import type { Attempt } from './row.ts';

const volume = (source: object) => ({ volumes: [{ name: 'attempt', ...source }] });

const service = (namespace: string, spec: object): Manifest => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'verify-attempt', namespace },
  spec: { ports: [{ port: 80 }], ...spec },
});

const withFinalizer = (object: Manifest): Manifest => ({
  ...object,
  metadata: { ...object.metadata, finalizers: ['example.org/verify-attempt'] },
});

/** What admission refuses: each is sent as a dry run, so that nothing of it ever exists. */
export function objectAttempts(student: Kube, namespace: string, neighbour: string, image: string): Attempt[] {
  const pod = (spec: object, container: object = {}) => podOf(namespace, image, spec, container);
  const rows: [area: 'pods' | 'limits', what: string, isAllowed: boolean, object: Manifest][] = [
    ['pods', 'make a pod like those of Spark', true, pod({})],
    ['pods', 'make a privileged pod', false, pod({}, { securityContext: { privileged: true } })],
    [
      'pods',
      'make a pod that runs as root',
      false,
      pod({}, { securityContext: { ...allowedContext, runAsNonRoot: false, runAsUser: 0 } }),
    ],
    [
      'pods',
      'make a pod without a grace period, which evades its policies',
      false,
      pod({ terminationGracePeriodSeconds: 0 }),
    ],
    ['pods', 'make a pod that takes a year to end', false, pod({ terminationGracePeriodSeconds: 31_536_000 })],
    ['pods', 'make a pod that a finalizer keeps from ending', false, withFinalizer(pod({}))],
    ['pods', 'make a pod that displaces others', false, pod({ priorityClassName: 'system-node-critical' })],
    ['pods', 'make a pod that shares the network of the node', false, pod({ hostNetwork: true })],
    ['pods', 'make a pod that shares the processes of the node', false, pod({ hostPID: true })],
    ['pods', 'make a pod that mounts a folder of the node', false, pod(volume({ hostPath: { path: '/' } }))],
    [
      'pods',
      'make a pod with capabilities of the kernel',
      false,
      pod({}, { securityContext: { ...allowedContext, capabilities: { add: ['NET_ADMIN'] } } }),
    ],
    ['limits', 'request more CPU than the seat has', false, pod({}, { resources: { requests: { cpu: '1000' } } })],
    [
      'limits',
      'request more memory than the seat has',
      false,
      pod({}, { resources: { requests: { memory: '1Ti' }, limits: { memory: '1Ti' } } }),
    ],
    ['limits', 'open a port on all nodes', false, service(namespace, { type: 'NodePort' })],
    ['limits', 'request a load balancer', false, service(namespace, { type: 'LoadBalancer' })],
    ['limits', 'take over an address outside the seat', false, service(namespace, { externalIPs: ['203.0.113.9'] })],
    [
      'limits',
      'redirect the door to another seat with their own service',
      false,
      service(namespace, { type: 'ExternalName', externalName: `${notebookName}.${neighbour}.svc.cluster.local` }),
    ],
    [
      'limits',
      'request a volume of a terabyte',
      false,
      {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: { name: 'verify-attempt', namespace },
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Ti' } } },
      },
    ],
  ];
  return rows.map(([area, what, isAllowed, object]) => ({
    area,
    what,
    isAllowed,
    attempt: () => student.refusal(object),
  }));
}

/** A pod that goes at once would leave its policies before its processes end. */
export function deletionAttempts(student: Kube, pod: Ref): Attempt[] {
  const rows = [
    ['delete their own pod with its grace period', true, 30],
    ['delete their own pod without a grace period, which evades its policies', false, 0],
  ] as const;
  return rows.map(([what, isAllowed, grace]) => ({
    area: 'pods',
    what,
    isAllowed,
    attempt: () => student.removalRefusal(pod, grace),
  }));
}
