// A run in a cluster that plays a given course of events, and what follows the run.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect } from 'vitest';
import { writeFiles } from '../../../../tasks/core/files/changes.ts';
import type { Kube, Manifest, WatchEvent } from '../../../../tasks/kube/types.ts';
import type { RunRecord } from '../../../../tasks/record/run-folder.ts';
import { followRun } from '../../../../tasks/runs/following/follow.ts';
import type { ContainerStatus, Pod } from '../../../../tasks/spark/pod.ts';
import { statusOf } from '../../../../tasks/spark/pod.ts';
import { run } from '../seen-run.ts';

export const record: RunRecord = { ...run, args: ['10'] };

export const running: ContainerStatus['state'] = { running: { startedAt: '2026-11-21T15:00:01Z' } };
export const ended = (exitCode: number, reason = 'Error'): ContainerStatus['state'] => ({
  terminated: { exitCode, reason },
});

/** A driver or executor of it, its container in this state. */
export function pod(role: 'driver' | 'executor', state: ContainerStatus['state'], number = 1): Pod {
  const name = role === 'driver' ? 'pi-1-driver' : `pi-1-exec-${number}`;
  const container = `spark-kubernetes-${role}`;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'spark',
      labels: { 'spark-role': role, ...(role === 'executor' ? { 'spark-exec-id': `${number}` } : {}) },
    },
    spec: {
      containers: [
        {
          name: container,
          resources: { limits: { memory: '896Mi' } },
          env: [{ name: '_SPARK_AUTH_SECRET', value: 'hush' }],
        },
      ],
    },
    status: { phase: 'Running', containerStatuses: [statusOf(container, state)] },
  };
}

export const event = (type: WatchEvent['type'], object: Manifest): WatchEvent => ({ type, object });
/** Plays the pods' course, each step after the one before was taken; then is quiet until the signal. */
export function cluster(course: WatchEvent[], logs: Record<string, string[]>): Kube {
  const never = (): never => expect.unreachable('a follower only looks');
  return {
    get: async () => undefined,
    list: async () => [],
    ...{ pages: never, create: never, apply: never, previewApply: never, previewPatch: never },
    refusal: never,
    removalRefusal: never,
    flowSchema: never,
    openProcess: never,
    serverTime: never,
    patch: never,
    isApplied: never,
    remove: never,
    endPods: never,
    removeNamespaces: never,
    can: never,
    issueToken: never,
    forward: never,
    raw: never,
    logs: never,
    async *logPieces({ name }) {
      for (const line of logs[name] ?? []) yield { bytes: Buffer.from(`${line}\n`) };
    },
    async *watch({ kind }, signal) {
      if (kind === 'Pod')
        for (const step of course) {
          await new Promise((resume) => setImmediate(resume));
          yield step;
        }
      if (!signal.aborted) await new Promise((resume) => signal.addEventListener('abort', resume));
    },
  };
}

/** Follows runs for the tests of a file, each in a folder of the run that is in `place`. */
export function ownFollower() {
  const place = { folder: '' };
  beforeEach(async () => {
    place.folder = await mkdtemp(join(tmpdir(), 'firesteel-run-'));
    await writeFiles([{ path: join(place.folder, 'run.json'), content: JSON.stringify(record), mode: 0o600 }]);
  });
  afterEach(() => rm(place.folder, { recursive: true }));

  async function follow(course: WatchEvent[], logs: Record<string, string[]> = {}) {
    const [states, lines]: [string[], string[]] = [[], []];
    const end = await followRun(cluster(course, logs), record, {
      folder: place.folder,
      signal: new AbortController().signal,
      onLog: (some) => lines.push(...some.toString().trimEnd().split('\n')),
      onState: (state) => states.push(state),
    });
    return { end, states, lines };
  }
  return { place, follow };
}
