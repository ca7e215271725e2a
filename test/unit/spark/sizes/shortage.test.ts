// Why a pod finds no room: who holds what it needs, and words that help.
import { describe, expect, test } from 'vitest';
import { diagnose } from '../../../../tasks/causes/diagnosis.ts';
import type { Pod } from '../../../../tasks/spark/pod.ts';
import { coreDns, node, pod } from './rooms.ts';

const nodes = [node('node-1', '2', '8Gi')];

const executor = (
  requests: Record<string, string>,
  labels: Record<string, string> = { 'firesteel/run': 'a' },
): Pod => ({
  ...pod('a-exec-2', undefined, requests, { labels: { ...labels, 'spark-role': 'executor', 'spark-exec-id': '2' } }),
  status: {
    phase: 'Pending',
    conditions: [
      {
        type: 'PodScheduled',
        status: 'False',
        reason: 'Unschedulable',
        message: `0/1 nodes are available: ${Object.keys(requests)
          .map((name) => `1 Insufficient ${name}`)
          .join(', ')}.`,
      },
    ],
  },
});

const ofRun = (run: string, name: string, requests: Record<string, string>): Pod =>
  pod(name, 'node-1', requests, { labels: { 'firesteel/run': run } });

const shown = (waiting: Pod, pods: Pod[], more: object = {}) => {
  const found = diagnose({ pod: waiting, nodes, pods, ...more });
  return [found?.cause, found?.cure, found?.final];
};

describe('a pod that finds no room', () => {
  test('waits for another run, which can be ended', () =>
    expect(
      shown(executor({ cpu: '500m' }), [
        coreDns,
        ofRun('a', 'a-driver', { cpu: '500m' }),
        ofRun('b', 'b-driver', { cpu: '1' }),
      ]),
    ).toEqual([
      'executor 2: not enough cpu free: it needs 500m cpu; of 2 cpu on node-1, run b holds 1 cpu, its run 500m, Kubernetes itself 100m',
      'wait for them to end, or end one: firesteel kill b',
      false,
    ]));

  test('has no hint to wait for its own run: less for each pod helps', () => {
    const own = [ofRun('a', 'a-driver', { cpu: '1' }), executor({ cpu: '1' })];
    expect(shown(executor({ cpu: '1' }), [coreDns, ...own])).toEqual([
      'executor 2: not enough cpu free: it needs 1 cpu; of 2 cpu on node-1, its run holds 1 cpu, Kubernetes itself 100m',
      'submit again with --set spark.conf.spark.kubernetes.executor.request.cores=950m',
      false,
    ]);
  });

  test('of memory gets less heap, or fewer executors where that is too little', () => {
    const cure = (memory: string, count: number) =>
      shown(
        executor({ memory }),
        Array.from({ length: count }, (_, i) => ofRun('a', `a-${i}`, { memory })),
      )[1];
    expect(cure('3Gi', 3)).toBe('submit again with --set spark.conf.spark.executor.memory=1950m');
    expect(cure('1Gi', 10)).toBe('submit again with --num-executors 1');
  });

  test('of a Connect server names its verb', () => {
    const server = executor({ cpu: '3' }, { 'firesteel/connect': 'connect' });
    expect(shown(server, [])[1]).toMatch(
      /^run connect up with --set spark\.conf\.spark\.kubernetes\.executor\.request\./,
    );
  });

  test('of a notebook names the notebook’s own keys', () => {
    const labels = { 'firesteel/notebook': 'notebook' };
    const server = { ...executor({ cpu: '3' }, labels) };
    server.metadata = { ...server.metadata, labels: { ...labels, 'spark-role': 'driver' } };
    expect(shown(server, [])[1]).toBe('run notebook up with --set notebook.cores=1, or add a larger node');
    expect(
      shown(executor({ cpu: '1' }, labels), [pod('x', 'node-1', { cpu: '1500m' }, { namespace: 'kube-system' })])[1],
    ).toMatch(/^run notebook up with --set spark\.conf\.spark\.kubernetes\.executor\.request\.cores=250m/);
  });

  test('larger than what system pods leave of the node never starts', () =>
    expect(shown(executor({ cpu: '2' }), [coreDns])).toEqual([
      'executor 2: no node is large enough: it needs 2 cpu, there is 1.9 cpu on node-1',
      'submit again with --set spark.conf.spark.kubernetes.executor.request.cores=950m, or add a larger node',
      true,
    ]));

  test('larger than every node may wait for a new node', () =>
    expect(shown(executor({ cpu: '4' }), [], { grows: true })[2]).toBe(false));
});
