// What events say of a pod that has a node and no container, worded after kubelets, network plugins and CSI drivers.
import { expect, test } from 'vitest';
import { diagnose } from '../../../tasks/causes/diagnosis.ts';
import { pod } from '../runs/seen-run.ts';

const sandbox = 'Failed to create pod sandbox: rpc error: code = Unknown desc = ';
const plugins = 'check the pods of the network plugin: kubectl get pods --namespace kube-system';
const summary =
  'Unable to attach or mount volumes: unmounted volumes=[data], unattached volumes=[], failed to process volumes=[data]: error processing PVC spark/data: ';

test.each([
  [
    'FailedCreatePodSandBox',
    `${sandbox}failed to setup network for sandbox "a": plugin type="calico" failed (add): connection is unauthorized: Unauthorized`,
    `the network of the node cannot take the pod: plugin type="calico" failed (add): connection is unauthorized: Unauthorized; ${plugins}`,
  ],
  ...[
    'failed to assign an IP address to container',
    'no IP addresses available in range set: 10.244.0.1-10.244.0.254',
  ].map((why) => [
    'FailedCreatePodSandBox',
    `${sandbox}failed to setup network for sandbox "a": plugin type="x" failed (add): ${why}`,
    'node node-1 has no address left for the pod; wait for pods on this node to end, or add nodes',
  ]),
  [
    'FailedCreatePodSandBox',
    `${sandbox}write /run/x: no space left on device`,
    'the node cannot set up the pod: no space left on the disk of node node-1; free disk on node node-1',
  ],
  [
    'FailedCreatePodSandBox',
    `${sandbox}runc create failed: container init was OOM-killed (memory limit too low?)`,
    'container cannot start: its start alone needs more memory than 896Mi; raise spark.driver.memory',
  ],
  [
    'FailedCreatePodSandBox',
    `${sandbox}failed to get sandbox image "registry.k8s.io/pause:3.10": dial tcp 1.2.3.4:443: i/o timeout`,
    'the node cannot set up the pod: failed to get sandbox image "registry.k8s.io/pause:3.10": dial tcp 1.2.3.4:443: i/o timeout; check the node: firesteel status',
  ],
  [
    'NetworkNotReady',
    'network is not ready: container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized',
    `the network of the node is not ready: Network plugin returns error: cni plugin not initialized; ${plugins}`,
  ],
  [
    'FailedMount',
    `${summary}failed to fetch PVC from API server: persistentvolumeclaims "data" not found`,
    'volume claim data does not exist; create the claim data',
  ],
  [
    'FailedMount',
    `${summary}PVC is being deleted`,
    'volume claim data is being deleted; create the claim data again, then submit again',
  ],
  [
    'FailedMount',
    'MountVolume.SetUp failed for volume "db" : references non-existent secret key: password',
    'volume cannot be mounted: db: references non-existent secret key: password; create what is missing, or correct its name',
  ],
  [
    'FailedMount',
    'MountVolume.SetUp failed for volume "x" : mount failed: exit status 32\nMounting command: systemd-run\nOutput: Running scope as unit: run-r1.scope\nmount.nfs: No such device',
    "volume cannot be mounted: x: mount.nfs: No such device; correct the volume's server and path, or let the node mount it",
  ],
  [
    'FailedMount',
    'MountVolume.SetUp failed for volume "x" : rpc error: code = Aborted desc = An operation with the given Volume ID x already exists',
    'volume cannot be mounted: x: rpc error: code = Aborted desc = An operation with the given Volume ID x already exists; wait while the node tries again, and check the node if the error stays: firesteel status',
  ],
])('%s: %s', (reason = '', message = '', expected) => {
  const firstTimestamp = '2026-11-21T15:00:00Z';
  const event = {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: 'e' },
    involvedObject: { name: 'pi-1-driver' },
    reason,
    message,
    firstTimestamp,
  };
  const one = pod('driver', { waiting: { reason: 'ContainerCreating' } }, { phase: 'Pending' });
  const found = diagnose({ pod: one, events: [event], now: new Date('2026-11-21T15:00:30Z') });
  expect(`${found?.cause}; ${found?.cure}`).toBe(`driver: ${expected}`);
});
