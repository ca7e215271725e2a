// Forms of names and paths that the API server takes.
import type { ConfProblem } from './conf-rules.ts';

const dnsName = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const dnsLabel = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** A problem of one property; none if all is well. */
export type Rule = (name: string, value: string) => { at: ConfProblem['at']; message: string } | undefined;

/** The problem of a value that has another form. */
export const value = (expected: string, got: string) => ({
  at: 'value' as const,
  message: `expected ${expected}, got ${JSON.stringify(got)}`,
});

/** Whether a Secret, a ConfigMap or a claim can have this name. */
export const isObjectName = (name: string): boolean => name.length <= 253 && dnsName.test(name);

/** Whether a volume of a pod can have this name. */
export const isVolumeName = (name: string): boolean => dnsLabel.test(name);

/** What a mount needs. */
export const mountPathForm = 'an absolute path without ":"';

/** Whether something can be mounted at this path. */
export const isMountPath = (path: string): boolean => /^\/[^:]*$/.test(path);
