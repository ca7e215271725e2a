// What cluster tests share: a client, their own namespace, and the audit log's count of changing requests.
import { writeFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { beforeEach, inject } from 'vitest';
import { connectKube } from '../../tasks/kube/client.ts';
import type { Timing } from '../../tasks/kube/retry.ts';
import type { Kube, Manifest } from '../../tasks/kube/types.ts';
import { changingRequests as changesIn } from '../audit-log.ts';
import type { ControlPlane } from './control-plane.ts';
import { kubeconfigText } from './control-plane.ts';

const provided = inject('controlPlanes');

/** This worker's own control plane: files beside it may end theirs. Vitest counts workers from 1. */
export const controlPlane = (
  'missing' in provided ? undefined : provided[Number(process.env['VITEST_POOL_ID']) - 1]
) as ControlPlane;

/** Skips the tests of a file, by name and reason, where there is no control plane. */
export function needControlPlane(): void {
  beforeEach((context) => {
    if ('missing' in provided) context.skip(provided.missing);
  });
}

/** Never aborted: one worker runs all files, and connections that nobody uses keep no process alive. */
const forever = new AbortController().signal;

/** A client as administrator, or of another kubeconfig. */
export const connect = (timing: Partial<Timing> = {}, path?: string, context = 'admin'): Kube =>
  connectKube(() => ({ path: path ?? controlPlane.kubeconfig, context }), forever, timing);

let namespaces = 0;

/** A namespace that no other test uses; there is no controller that could remove it again. */
export async function newNamespace(kube: Kube): Promise<string> {
  const name = `test-${process.pid}-${Date.now().toString(36)}-${namespaces++}`;
  await kube.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  return name;
}

export const configMap = (namespace: string, data: Record<string, string>, name = 'settings'): Manifest => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace },
  data,
});

/** Our requests in a namespace that could have changed something. */
export const changingRequests = (namespace: string): string[] =>
  changesIn(
    controlPlane.auditLog,
    ({ userAgent, objectRef }) => userAgent?.startsWith('firesteel/') === true && objectRef?.namespace === namespace,
  );

/** A PATCH past our client, as administrator; `kind` of patch as in its media type. */
export const patchBySomebody = (path: string, kind: string, body: unknown): Promise<void> =>
  requestBySomebody('PATCH', path, kind, body);

/** Removes a pod without waiting for a kubelet, which no node here has. */
export const removePodAtOnce = ({ metadata: { namespace, name } }: Manifest): Promise<void> =>
  requestBySomebody('DELETE', `/api/v1/namespaces/${namespace}/pods/${name}`, 'json', { gracePeriodSeconds: 0 });

async function requestBySomebody(method: string, path: string, kind: string, body: unknown): Promise<void> {
  const { authority, admin, server } = controlPlane;
  const agent = new Agent({ ca: authority.certificatePem, cert: admin.certificatePem, key: admin.keyPem });
  const status = await new Promise((done, fail) => {
    const text = JSON.stringify(body);
    // Of a DELETE node sends no length by itself, and the server then takes the body for none.
    const headers = { 'content-type': `application/${kind}`, 'content-length': Buffer.byteLength(text) };
    const sent = request(server + path, { agent, method, headers }, (answer) => done(answer.resume().statusCode));
    sent.on('error', fail).end(text);
  });
  if (status !== 200 && status !== 201) throw new Error(`${method} ${path}: ${status}`);
}

/** Writes a kubeconfig that leads through a proxy; returns a client of it. */
export function connectThrough(proxy: { address: string }, path: string, timing: Partial<Timing> = {}): Kube {
  writeFileSync(path, kubeconfigText(proxy.address, controlPlane.authority.certificatePem, 'admin', { token: 'any' }));
  return connect(timing, path);
}
