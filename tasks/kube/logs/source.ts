// The container whose log is read: whether it runs, and where its node keeps the log.
import type { V1Pod } from '@kubernetes/client-node';
import type { KubeObject } from '../object.ts';
import type { LogOptions, Manifest } from '../types.ts';
import type { LogFolder } from './files.ts';

/** What is known of the container whose log is read. */
export interface LogSource {
  isRunning: boolean;
  /** Seconds since 1970. */
  startedAt: number | undefined;
  /** Undefined where the pod has no node. */
  folder: LogFolder | undefined;
}

/** Of the named container, else of the first; undefined if the pod is gone. */
export function logSource(pod: Manifest | undefined, { container, previous }: LogOptions): LogSource | undefined {
  if (!pod) return undefined;
  const { metadata, spec, status } = pod as KubeObject<V1Pod>;
  const { nodeName } = spec;
  const all = [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])];
  const one = container ? all.find(({ name }) => name === container) : all[0];
  const state = previous ? one?.lastState : one?.state;
  const startedAt = (state?.running ?? state?.terminated)?.startedAt;
  const { name, namespace, uid } = metadata;
  return {
    isRunning: one?.state?.running !== undefined,
    startedAt: startedAt ? Date.parse(startedAt) / 1000 : undefined,
    folder:
      nodeName && one
        ? {
            node: nodeName,
            pod: `${namespace}_${name}_${uid}`,
            container: one.name,
            start: (one.restartCount ?? 0) - (previous ? 1 : 0),
          }
        : undefined,
  };
}
