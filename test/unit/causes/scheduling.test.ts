// What the scheduler says of several nodes, reason by reason, and the one line a person gets.
import { describe, expect, test } from 'vitest';
import { diagnose } from '../../../tasks/causes/diagnosis.ts';
import type { ClusterNode, Pod } from '../../../tasks/spark/pod.ts';

const waiting = (message: string, cpu = '1'): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'pi-1-driver', namespace: 'spark', labels: { 'spark-role': 'driver' } },
  spec: {
    containers: [{ name: 'spark-kubernetes-driver', image: 'spark:x', resources: { requests: { cpu } } }],
    nodeSelector: { disk: 'ssd' },
  },
  status: {
    phase: 'Pending',
    conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }],
  },
});

const node = (name: string, cpu: string, spec: ClusterNode['spec'] = {}): ClusterNode => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name, labels: { disk: 'ssd' } },
  spec,
  status: { allocatable: { cpu, memory: '8Gi' }, conditions: [{ type: 'Ready', status: 'True' }] },
});

const taint = (key: string, value?: string): ClusterNode['spec'] => ({
  taints: [{ key, effect: 'NoSchedule', ...(value ? { value } : {}) }],
});

/** Cause and cure, and whether waiting cannot help. */
function found(pod: Pod, nodes: ClusterNode[] = []): [string, boolean] {
  const { cause = '', cure = '', final = false } = diagnose({ pod, nodes }) ?? {};
  return [`${cause}; ${cure}`, final];
}

const control = '1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }';
const gpu = '{dedicated: gpu}';
const noLabels = "2 node(s) didn't match Pod's node affinity/selector";
const farVolume = '2 node(s) had volume node affinity conflict';
const labels = 'correct spark.kubernetes.node.selector.*, or label a node';
const removeTaint = 'remove the taint from a node, or name the taint of spot nodes in spot.taints';
const move = 'allow the job to run on that node or in that zone, or use another volume';
const check = 'check the nodes: firesteel status';

describe('of three nodes the scheduler says', () => {
  test.each<[string, string, boolean?]>([
    [`${control}, ${noLabels}`, `no node admits the pod: 2 of 3 nodes lack the labels disk=ssd; ${labels}`],
    [
      `1 node(s) were unschedulable, ${noLabels}`,
      `no node admits the pod: 2 of 3 nodes lack the labels disk=ssd; 1 is cordoned; ${labels}, or let a node take pods again: kubectl uncordon NODE`,
    ],
    [
      `1 node(s) had untolerated taint {node.kubernetes.io/not-ready: }, 2 node(s) had untolerated taint ${gpu}`,
      `no node admits the pod: 1 of 3 nodes is not ready; 2 have the taint dedicated: gpu; ${check}`,
    ],
    [
      `1 node(s) had untolerated taint ${gpu}, ${noLabels}`,
      `no node admits the pod: 2 of 3 nodes lack the labels disk=ssd; 1 has the taint dedicated: gpu; ${labels}`,
    ],
    [
      `${control}, 2 node(s) had untolerated taint ${gpu}`,
      `no node admits the pod: 2 of 3 nodes have the taint dedicated: gpu; ${removeTaint}`,
    ],
    [
      `${control}, 2 node(s) had untolerated taint {node.kubernetes.io/unreachable: }`,
      `no node admits the pod: 2 of 3 nodes are not ready; ${check}`,
    ],
    [
      `1 node(s) had untolerated taint {node.kubernetes.io/disk-pressure: }, 1 node(s) were unschedulable, ${control}`,
      'no node admits the pod: 1 of 3 nodes is short of disk; 1 is cordoned; free disk on the nodes',
    ],
    [
      `${control}, 2 node(s) exceed max volume count`,
      'no node admits the pod: 2 of 3 nodes can attach no more volumes; wait for pods with volumes to end, or add nodes',
    ],
    [
      '3 node(s) exceed max volume count',
      'no node can attach another volume; wait for pods with volumes to end, or add nodes',
    ],
    [
      `${control}, 2 node(s) didn't match pod topology spread constraints`,
      'no node admits the pod: 2 of 3 nodes break its topology spread constraints; add nodes, or change the constraints',
    ],
    [
      "3 node(s) didn't match pod anti-affinity rules",
      'no node meets the affinity rules between pods; add nodes, or change the affinity rules',
    ],
    [`${farVolume}, ${control}`, `no node admits the pod: 2 of 3 nodes cannot reach its volume; ${move}`, true],
    [
      `${farVolume}, 1 node(s) had untolerated taint {node.kubernetes.io/not-ready: }`,
      `no node admits the pod: 2 of 3 nodes cannot reach its volume; 1 is not ready; ${move}, or ${check}`,
    ],
    [
      `1 node(s) had a new reason, 2 Too many pods`,
      'no node admits the pod: 2 of 3 nodes have no room for more pods; 1 is left out: had a new reason; wait for other pods to end, or add nodes',
    ],
    // Kubernetes before 1.24.
    [
      "1 node(s) had taint {node-role.kubernetes.io/master: }, that the pod didn't tolerate, 2 node(s) had taint {dedicated: gpu}, that the pod didn't tolerate",
      `no node admits the pod: 2 of 3 nodes have the taint dedicated: gpu; ${removeTaint}`,
    ],
    ["3 node(s) had taints that the pod didn't tolerate", `no node admits the pod: each has a taint; ${removeTaint}`],
    // Kubernetes since 1.34.
    [
      "3 node(s) didn't match PersistentVolume's node affinity",
      `its volume is on another node or in another zone; ${move}`,
      true,
    ],
    [
      '3 node(s) unavailable due to PersistentVolume(s) not found',
      'the volume of its claim does not exist; restore the volume, or create the claim again',
    ],
    [
      '3 cannot allocate all claims',
      'no node has the devices of its resource claims free; wait for pods with such devices to end, or add nodes that have them',
    ],
    ...[
      'ToBeDeletedByClusterAutoscaler: 1760000000',
      'karpenter.sh/disrupted: ',
      'node.kubernetes.io/out-of-service: nodeshutdown',
    ].map((key): [string, string] => [
      `3 node(s) had untolerated taint {${key}}`,
      'no node admits the pod: each is about to be removed; wait for new nodes, or add one',
    ]),
    ...['node.cilium.io/agent-not-ready', 'ebs.csi.aws.com/agent-not-ready', 'karpenter.sh/unregistered'].map(
      (key): [string, string] => [`3 node(s) had untolerated taint {${key}: }`, `no node is ready; ${check}`],
    ),
    [
      'waiting for ephemeral volume controller to create the persistentvolumeclaim "scratch"',
      'volume claim scratch is not created yet; wait for the claim, or check the quotas of the namespace: kubectl get resourcequota',
    ],
    [
      'storageclass.storage.k8s.io "fast" not found',
      'storage class fast does not exist; create storage class fast, or name another one in the volume claim',
    ],
    // One reason alone, as before.
    ["3 node(s) didn't match Pod's node affinity/selector", `no node has the labels disk=ssd; ${labels}`],
    [
      '3 node(s) were unschedulable',
      'no node admits the pod: each is cordoned; let a node take pods again: kubectl uncordon NODE',
    ],
    ['3 node(s) had untolerated taint {node.kubernetes.io/not-ready: }', `no node is ready; ${check}`],
    [
      '3 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }',
      `no node admits the pod: each has the taint node-role.kubernetes.io/control-plane; ${removeTaint}`,
    ],
    ['3 node(s) had untolerated taint(s)', `no node admits the pod: each has a taint; ${removeTaint}`],
    ['3 node(s) had volume node affinity conflict', `its volume is on another node or in another zone; ${move}`, true],
    [
      'pod has unbound immediate PersistentVolumeClaims',
      'its volume claim has no volume; check the storage class of the claim',
    ],
  ])('%s', (reasons, expected, isFinal = false) => {
    const message = `0/3 nodes are available: ${reasons}. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.`;
    expect(found(waiting(message))).toEqual([`driver: ${expected}`, isFinal]);
    expect(found(waiting(message.replace('preemption', 'no new claims to deallocate, preemption')))[0]).toBe(
      `driver: ${expected}`,
    );
  });
});

describe('a shortage counts the nodes that may take the pod', () => {
  const nodes = [
    node('control', '8', taint('node-role.kubernetes.io/control-plane')),
    node('small', '2'),
    node('gpu', '16', taint('dedicated', 'gpu')),
  ];
  const less = 'submit again with --set spark.conf.spark.kubernetes.driver.request.cores=1, or add a larger node';

  test.each<[string, string, string, string, boolean]>([
    [
      'and leaves out those of the control plane',
      `${control}, 1 Insufficient cpu`,
      '4',
      `driver: no node is large enough: it needs 4 cpu, there is 2 cpu on small; ${less}`,
      true,
    ],
    [
      'and names the reasons of the others, which may change',
      `${control}, 1 Insufficient cpu, 1 node(s) had untolerated taint ${gpu}`,
      '4',
      `driver: no node is large enough: it needs 4 cpu, there is 2 cpu on small; 1 of 3 nodes has the taint dedicated: gpu; ${less}`,
      false,
    ],
    [
      'and is final if the others are too small as well',
      `1 Insufficient cpu, 2 node(s) had untolerated taint ${gpu}`,
      '32',
      `driver: no node is large enough: it needs 32 cpu, there is 2 cpu on small; 2 of 3 nodes have the taint dedicated: gpu; ${less}`,
      true,
    ],
    [
      'and is of all nodes if all lack something',
      '3 Insufficient cpu, 1 Too many pods',
      '32',
      'driver: no node is large enough: it needs 32 cpu, there is 8 cpu on control, 2 cpu on small, 16 cpu on gpu; submit again with --set spark.conf.spark.kubernetes.driver.request.cores=8, or add a larger node',
      true,
    ],
  ])('%s', (_, reasons, cpu, expected, isFinal) => {
    expect(found(waiting(`0/3 nodes are available: ${reasons}.`, cpu), nodes)).toEqual([expected, isFinal]);
  });
});

test.each([
  ['lower spark.executor.memory in the program, which sets it itself', '20480m'],
  ['submit again with --set spark.conf.spark.executor.memory=2925m', '1024m'],
])('an executor too large gets the cure: %s', (cure, value) => {
  const labels = { 'firesteel/run': 'pi-1' };
  const requests = { cpu: '1', memory: '1408Mi' };
  const driver = waiting('');
  driver.metadata = { ...driver.metadata, labels: { ...labels, 'spark-role': 'driver' } };
  driver.metadata.annotations = { 'firesteel/executors': JSON.stringify({ count: 1, requests }) };
  const executor = waiting('0/1 nodes are available: 1 Insufficient memory.');
  executor.metadata = { ...executor.metadata, name: 'pi-1-exec-1', labels: { ...labels, 'spark-role': 'executor' } };
  const [container] = executor.spec.containers;
  Object.assign(container as object, {
    resources: { requests: { cpu: '1', memory: '22Gi' } },
    env: [{ name: 'SPARK_EXECUTOR_MEMORY', value }],
  });
  const found = diagnose({ pod: executor, nodes: [node('n', '8')], pods: [driver] });
  expect(found?.cure).toBe(`${cure}, or add a larger node`);
});
