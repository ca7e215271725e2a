// What an autoscaler says of a pod that finds no node, in the words of its events.
import { describe, expect, test } from 'vitest';
import { unschedulable } from '../../../tasks/causes/scheduling.ts';
import type { KubeEvent, Pod } from '../../../tasks/spark/pod.ts';

const pod: Pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'pi-driver', namespace: 'spark', labels: { 'spark-role': 'driver' } },
  spec: { containers: [{ name: 'spark-kubernetes-driver', resources: { requests: { cpu: '2' } } }] },
  status: {
    conditions: [
      {
        type: 'PodScheduled',
        status: 'False',
        reason: 'Unschedulable',
        message: '0/3 nodes are available: 3 Insufficient cpu. preemption: 0/3 nodes are available.',
      },
    ],
  },
};

const event = (reason: string, message: string, minute = 1): KubeEvent => ({
  apiVersion: 'v1',
  kind: 'Event',
  metadata: { name: `${reason}-${minute}` },
  involvedObject: { name: 'pi-driver' },
  reason,
  message,
  lastTimestamp: `2026-11-30T10:0${minute}:00Z`,
});

const said = (...events: KubeEvent[]) => unschedulable({ pod, events, nodes: [], pods: [] });
const alone = said();

const triggered = event(
  'TriggeredScaleUp',
  'pod triggered scale-up: [{https://www.googleapis.com/compute/v1/projects/p/zones/z/instanceGroups/g 3->4 (max: 5)}]',
);

describe('a pod without a node says what the autoscaler does', () => {
  test.each([
    [triggered, 'is adding a node', /^wait for the new node/],
    [
      event('Nominated', 'Pod should schedule on: nodeclaim/default-x7k2p'),
      'is adding a node',
      /^wait for the new node/,
    ],
    [
      event(
        'FailedScaleUp',
        'Node scale up in zones us-central1-a associated with this pod failed: GCE quota exceeded. Pod is at risk of not being scheduled.',
      ),
      'a quota of the cloud is reached',
      /^raise the quota/,
    ],
    [
      event(
        'FailedScaleUp',
        'Node scale up in zones europe-west1-b associated with this pod failed: GCE out of resources. Pod is at risk of not being scheduled.',
      ),
      'no free machine of that type',
      /another zone/,
    ],
    [
      event(
        'FailedScaleUp',
        'Node scale up in zones a associated with this pod failed: Internal error. Pod is at risk of not being scheduled.',
      ),
      'cannot add a node: Internal error',
      undefined,
    ],
    [
      event('NotTriggerScaleUp', "pod didn't trigger scale-up: 1 max node group size reached"),
      'it has reached its largest number',
      /^raise the largest size/,
    ],
    [
      event('NotTriggerScaleUp', "pod didn't trigger scale-up: 2 in backoff after failed scale-up, 1 Insufficient cpu"),
      'waits after a node that it could not add',
      /^wait some minutes/,
    ],
    [
      event(
        'NotTriggerScaleUp',
        "pod didn't trigger scale-up (it wouldn't fit if a new node is added): 1 Insufficient cpu, 1 Insufficient memory",
      ),
      'a new one would be too small',
      undefined,
    ],
    [
      event('NotTriggerScaleUp', "pod didn't trigger scale-up: 1 node(s) had untolerated taint {gpu: true}"),
      'adds no node: 1 node(s) had untolerated taint {gpu: true}',
      undefined,
    ],
    [
      event(
        'FailedScheduling',
        'Failed to schedule pod, incompatible with nodepool "default", no instance type satisfied resources {"cpu":"200"}',
      ),
      'Karpenter has no machine type for the pod',
      undefined,
    ],
  ])('%j', (one, words, cure) => {
    const found = said(one);
    expect(found?.cause.startsWith(`${alone?.cause}; `)).toBe(true);
    expect(found?.cause).toContain(words);
    expect(found?.cure).toMatch(cure ?? alone?.cure ?? 'none');
  });
});

test('the newest event counts', () => {
  const later = event('NotTriggerScaleUp', "pod didn't trigger scale-up: 1 max node group size reached", 5);
  expect(said(triggered, later)?.cause).toContain('largest number');
  expect(said(later, { ...triggered, lastTimestamp: '2026-11-30T10:09:00Z' })?.cause).toContain('is adding a node');
});

test('other events say nothing of an autoscaler', () =>
  expect(said(event('FailedScheduling', '0/3 nodes are available: 3 Insufficient cpu.'))).toEqual(alone));
