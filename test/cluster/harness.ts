// What cluster tests share: a client, a namespace of their own, and the audit log's count of changing requests.
import { readFileSync } from 'node:fs';
import { afterAll, beforeEach, inject } from 'vitest';
import { connectKube } from '../../tasks/lib/kube.ts';
import type { Timing } from '../../tasks/lib/kube-retry.ts';
import type { Kube, Manifest } from '../../tasks/lib/types.ts';
import type { ControlPlane } from './control-plane.ts';

const provided = inject('controlPlane');

/** The running control plane; in a file that calls `needControlPlane`. */
export const controlPlane = provided as ControlPlane;

/** Skips the tests of a file, by name and reason, where there is no control plane. */
export function needControlPlane(): void {
  beforeEach((context) => {
    if ('missing' in provided) context.skip(provided.missing);
  });
}

const everything = new AbortController();

/** Ends with the file's tests. */
export function endConnections(): void {
  afterAll(() => everything.abort());
}

/** A client as administrator, or of another kubeconfig. */
export const connect = (timing: Partial<Timing> = {}, path?: string, context = 'admin'): Kube =>
  connectKube(() => ({ path: path ?? controlPlane.kubeconfig, context }), everything.signal, timing);

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

interface AuditEvent {
  verb: string;
  userAgent?: string;
  requestURI: string;
  objectRef?: { apiGroup?: string; namespace?: string };
}

/** Our requests in a namespace that could have changed something; questions to the authorizer change nothing. */
export function changingRequests(namespace: string): string[] {
  return readFileSync(controlPlane.auditLog, 'utf8')
    .split('\n')
    .filter((line) => line.includes(namespace))
    .map((line) => JSON.parse(line) as AuditEvent)
    .filter(({ userAgent, objectRef }) => userAgent?.startsWith('firesteel/') && objectRef?.namespace === namespace)
    .filter(({ objectRef }) => objectRef?.apiGroup !== 'authorization.k8s.io')
    .filter(({ verb }) => !['get', 'list', 'watch'].includes(verb))
    .map(({ verb, requestURI }) => `${verb} ${requestURI}`);
}
