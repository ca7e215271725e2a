// CoreDNS in all its states on a real API server, with logs from a kubelet that says what the test gives it: what is seen and done.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { forwardTo, readCorefile, restart } from '../../tasks/coredns/change.ts';
import { createDiagnosis } from '../../tasks/coredns/diagnosis.ts';
import { configMapRef, needDeployment } from '../../tasks/coredns/objects.ts';
import { repairSteps } from '../../tasks/coredns/repair.ts';
import { report } from '../../tasks/coredns/report.ts';
import { rolloutEnd } from '../../tasks/coredns/rollout.ts';
import type { Kube } from '../../tasks/kube/types.ts';
import { profileSchema } from '../../tasks/profile/schema.ts';
import type { Cluster } from '../../tasks/steps/cluster.ts';
import type { Context } from '../../tasks/steps/types.ts';
import {
  corefile,
  crashLoop,
  loopLine,
  type PlacedCoredns,
  placeCoredns,
  ready,
  repaired,
  templateAnnotations,
} from './coredns.ts';
import { changingRequests, needControlPlane, patchBySomebody } from './harness.ts';

needControlPlane();

let coredns: PlacedCoredns;
let kube: Kube;
beforeEach(async () => {
  coredns = await placeCoredns();
  kube = coredns.kube;
});
afterEach(() => coredns.remove());

const diagnose = () => createDiagnosis({ kube, kubeletDns: [] })();
const servers = ['192.0.2.1', '192.0.2.2'];

const contextWith = (dns: { upstream?: string[]; repair?: boolean }, cluster: Partial<Cluster> = {}) => {
  const profile = { ...profileSchema.parse({ dns }), name: 'local', clusterName: 'local' };
  const signal = new AbortController().signal;
  return { profile, cluster, kube, signal, state: {}, read: async () => '' } as unknown as Context;
};

/** Runs the steps as a run does; returns why they were skipped. */
async function perform(context: Context, titles: string[]): Promise<string[]> {
  const reasons: string[] = [];
  for (const step of repairSteps({ mayRepair: context.profile.dns.repair, probeImage: async () => undefined })) {
    if (!titles.includes(step.title)) continue;
    const reason = await step.skip?.(context);
    if (reason) reasons.push(reason);
    else await step.run(context, { line: () => {} });
  }
  return reasons;
}
const waitAndRepair = ['Wait for CoreDNS', 'Repair the forwarding loop of CoreDNS'];

test('a cluster without CoreDNS, or with CoreDNS scaled to 0, needs no look', async () => {
  expect(await diagnose()).toEqual({
    state: 'inapplicable',
    reason: 'the cluster has no Deployment kube-system/coredns',
  });
  expect((await report(contextWith({}))).exitCode).toBe(0);
  await coredns.createDeployment(0);
  expect(await diagnose()).toMatchObject({ state: 'inapplicable', reason: expect.stringMatching(/scaled to 0/) });
  expect(await perform(contextWith({}), waitAndRepair)).toHaveLength(2);
});

test('a healthy CoreDNS takes two reads', async () => {
  await coredns.createDeployment();
  await coredns.createPod('a', ready);
  const reads: string[] = [];
  const counting: Kube = {
    ...kube,
    get: (ref) => {
      reads.push(ref.kind);
      return kube.get(ref);
    },
    list: (collection) => {
      reads.push(collection.kind);
      return kube.list(collection);
    },
  };
  const reasons = await perform({ ...contextWith({}), kube: counting }, [
    ...waitAndRepair,
    'Check that cluster DNS answers',
  ]);
  expect(reasons).toEqual(Array(3).fill('CoreDNS is healthy'));
  expect(reads).toEqual(['Deployment', 'Pod']);
});

test('a new and ready CoreDNS is healthy only if its kubelet has real name servers', async () => {
  await coredns.createDeployment();
  await coredns.createPod('a', { ready: true, state: { running: { startedAt: new Date().toISOString() } } });
  const state = async (kubeletDns: string[]) => (await createDiagnosis({ kube, kubeletDns })()).state;
  expect(await state([])).toBe('starting');
  expect(await state(['127.0.0.53'])).toBe('starting');
  expect(await state(['192.0.2.1'])).toBe('healthy');
  await forwardTo(kube, ['127.0.0.1']);
  expect(await state(['192.0.2.1'])).toBe('starting');
});

test('a loop is shown with its way, and repaired with the servers of the profile or the cluster', async () => {
  await coredns.createDeployment();
  await coredns.createPod('a', crashLoop);
  coredns.kubelet.write('2026-01-02T03:04:05Z', loopLine);
  const seen = await report(contextWith({ upstream: servers }));
  expect(seen).toEqual({
    lines: [
      'CoreDNS is in a loop: queries come back to CoreDNS (127.0.0.1:5 → :53, zone ".")',
      'forwards to: /etc/resolv.conf',
      'repair by firesteel: none',
      'a repair would forward to: 192.0.2.1 192.0.2.2 (dns.upstream)',
    ],
    exitCode: 1,
  });
  expect(coredns.kubelet.requests[0]?.searchParams.get('previous')).toBe('true');
  await perform(contextWith({}, { upstreamDns: async () => ['127.0.0.53', '192.0.2.7'] }), waitAndRepair);
  expect(await readCorefile(kube)).toMatchObject({ text: repaired('192.0.2.7'), original: corefile });
});

test.each([
  ['no server is known', {}, {}, /firesteel knows no name servers/],
  ['the profile forbids it', { repair: false, upstream: servers }, {}, /127\.0\.0\.1:5 → :53.*dns\.repair is off/],
  ['the Corefile imports', { upstream: servers }, { Corefile: '. {\n import x\n}' }, /imports other files/],
])('a loop is not repaired if %s', async (_, dns, data, message) => {
  await coredns.createDeployment();
  await coredns.createPod('a', crashLoop);
  coredns.kubelet.write('2026-01-02T03:04:05Z', loopLine);
  for (const [key, value] of Object.entries(data))
    await kube.patch(configMapRef, [{ op: 'replace', path: `/data/${key}`, value }]);
  const before = await readCorefile(kube);
  await expect(perform(contextWith(dns), waitAndRepair)).rejects.toThrow(message);
  expect(await readCorefile(kube)).toEqual(before);
});

test('a log that its kubelet has just removed proves neither a loop nor another fault', async () => {
  await coredns.createDeployment();
  await coredns.createPod('a', crashLoop);
  coredns.kubelet.write('2026-01-02T03:04:05Z', 'unable to retrieve container logs for containerd://0123');
  expect(await diagnose()).toMatchObject({ state: 'starting', seen: expect.stringMatching(/its log cannot be read/) });
});

test.each([
  'Failed to list *v1.Service: Get https://10.96.0.1:443/api/v1/services: dial tcp 10.96.0.1:443: no route to host',
  'Corefile:9 - Error during parsing: plugin/hosts: this plugin can only be used once per Server Block',
  "Corefile:4 - Error during parsing: Unknown directive 'forwrad'",
])('an impostor is not touched, and its last line is shown: %s', async (line) => {
  await coredns.createDeployment();
  await coredns.createPod('a', crashLoop);
  coredns.kubelet.write('2026-01-02T03:04:05Z', '.:53');
  coredns.kubelet.write('2026-01-02T03:04:05Z', line);
  const before = await readCorefile(kube);
  const changes = changingRequests('kube-system').length;
  await expect(perform(contextWith({ upstream: servers }), waitAndRepair)).rejects.toThrow(
    `CoreDNS crashes, but not because of a loop: ${line}; firesteel changed nothing`,
  );
  expect(await readCorefile(kube)).toEqual(before);
  expect(changingRequests('kube-system')).toHaveLength(changes);
});

test('the end of a restart is a rollout that leaves no old pod, or new pods that loop', async () => {
  await coredns.createDeployment();
  await restart(kube);
  const statusIs = (status: object) =>
    patchBySomebody('/apis/apps/v1/namespaces/kube-system/deployments/coredns/status', 'merge-patch+json', { status });
  const { generation } = (await needDeployment(kube)).metadata;
  const seen: string[] = [];
  const end = () => rolloutEnd({ kube, signal: new AbortController().signal, onSeen: (text) => void seen.push(text) });
  await coredns.createPod('old', crashLoop);
  coredns.kubelet.write('2026-01-02T03:04:05Z', loopLine);
  const first = end();
  await expect.poll(() => seen).toContain('the controller has not seen the change yet');
  await statusIs({
    observedGeneration: generation,
    replicas: 2,
    updatedReplicas: 1,
    readyReplicas: 1,
    availableReplicas: 1,
  });
  await expect.poll(() => seen.at(-1)).toMatch(/^1 of 1 pods ready, 1 old ones left/);
  await statusIs({ replicas: 1 });
  expect(await first).toBe('rolled out');
  await statusIs({ availableReplicas: 0 });
  await coredns.createPod('new', crashLoop, await templateAnnotations(kube));
  expect(await end()).toMatchObject({ state: 'loop', pod: `${coredns.label}-new` });
});
