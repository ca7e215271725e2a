// What a log harness gives: a pod of a pretended node, whose kubelet shows what a test writes.
import { networkInterfaces } from 'node:os';
import { afterEach, beforeEach, expect } from 'vitest';
import { issue } from '../../tasks/core/certificates.ts';
import type { Kube, LogOptions } from '../../tasks/kube/types.ts';
import type { FakeKubelet } from '../fakes/kubelet.ts';
import { startFakeKubelet } from '../fakes/kubelet.ts';
import { connect, controlPlane, newNamespace, patchBySomebody } from './harness.ts';

/** What a test has; all of it is new for each. */
export interface Logs {
  kubelet: FakeKubelet;
  kube: Kube;
  pod: { name: string; namespace: string };
  node: string;
  containerIs(state: object): Promise<void>;
  /** Ends the container, and then its streams. */
  finish(): Promise<void>;
  /** The lines of the log, added to `into` as they come. */
  collect(options: LogOptions, into?: string[], through?: Kube): Promise<string[]>;
  /** How many have asked to follow. */
  followers(): number;
}

/** An address of this machine that API servers take for a node's: none of loopback, nor of a cluster's own link. */
const ownAddress = Object.entries(networkInterfaces())
  .filter(([name]) => !name.startsWith('fs-'))
  .flatMap(([, addresses = []]) => addresses)
  .find(({ internal, family }) => !internal && family === 'IPv4')?.address;

/** Makes all of it again before each test of the file that calls this, and skips its tests where there is no network. */
export function useLogs(): Logs {
  const logs = {} as Logs;
  beforeEach(async (context) => {
    if (!ownAddress) return context.skip('this machine has no address but those of loopback');
    const serving = await issue(controlPlane.authority, {
      commonName: 'kubelet',
      usage: 'server',
      ipAddresses: [ownAddress],
    });
    const kubelet = await startFakeKubelet(serving, ownAddress);
    const kube = connect();
    const namespace = await newNamespace(kube);
    const pod = { name: 'writer', namespace };
    const node = `node-of-${namespace}`;
    await kube.create({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: node },
      status: {
        addresses: [{ type: 'InternalIP', address: ownAddress }],
        daemonEndpoints: { kubeletEndpoint: { Port: kubelet.port } },
      },
    });
    await kube.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace } });
    await kube.create({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: pod,
      spec: { nodeName: node, automountServiceAccountToken: false, containers: [{ name: 'main', image: 'none' }] },
    });
    Object.assign(logs, { kubelet, kube, pod, node });
    await logs.containerIs({ running: {} });
  });
  afterEach(() => logs.kubelet?.close());

  return Object.assign(logs, {
    containerIs: (state: object) =>
      patchBySomebody(`/api/v1/namespaces/${logs.pod.namespace}/pods/writer/status`, 'merge-patch+json', {
        status: {
          phase: 'Running',
          containerStatuses: [{ name: 'main', state, ready: false, restartCount: 0, image: 'none', imageID: '' }],
        },
      }),
    async finish() {
      await logs.containerIs({ terminated: { exitCode: 0 } });
      logs.kubelet.finish();
    },
    async collect(options: LogOptions, into: string[] = [], through = logs.kube) {
      for await (const { gap, bytes } of through.logPieces(logs.pod, options)) {
        if (gap) into.push(gap.trimEnd());
        if (bytes.length > 0) into.push(...bytes.toString().replace(/\n$/, '').split('\n'));
      }
      return into;
    },
    followers: () => logs.kubelet.requests.filter(({ searchParams }) => searchParams.get('follow') === 'true').length,
  });
}

/** Waits until these are the lines. */
export const becomes = (lines: string[], expected: string[]) =>
  expect.poll(() => lines, { timeout: 10_000 }).toEqual(expected);
