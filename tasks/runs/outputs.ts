// Downloads the outputs of a job into the run's folder, while its pod serves them.
import { createWriteStream, mkdirSync, renameSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Failure } from '../core/failure.ts';
import { until } from '../core/wait.ts';
import type { Kube } from '../kube/types.ts';
import { type RunRecord, runFolder, updateRun } from '../record/run-folder.ts';
import { outputsContainer, outputsPort } from '../spark/outputs.ts';
import type { ContainerStatus, Pod } from '../spark/pod.ts';
import { getDriver } from './start.ts';

/** One file of the outputs. */
interface OutputFile {
  /** Below the folder. */
  path: string;
  /** Bytes. */
  size: number;
}

/** What the container beside the driver says of the folder. */
interface Listing {
  files: OutputFile[];
  /** Paths that are not UTF-8, as far as they can be shown. */
  leftOut?: string[];
}

/** All outputs of a run together; more is for a claim or an object store. */
const mostBytes = 1024 ** 3;
const mostFiles = 10_000;

/** The container beside may start after a short driver has ended, and learns of that a moment later; seconds. */
const patience = 30;

/** Where a run's outputs are kept. */
export const outputsOf = (id: string): string => join(runFolder(id), 'outputs');

/** Whether a run's outputs may still be in its pod. */
export const awaitsOutputs = ({ keepsOutputs, outputs }: RunRecord): boolean =>
  keepsOutputs === true && outputs === undefined;

/** What is said of a run's outputs: where they are, or how to get them. */
export function outputLines({ id, keepsOutputs, outputs, outputsLeftOut, exitCode }: RunRecord): string[] {
  if (!keepsOutputs) return [];
  if (outputsLeftOut)
    return [
      ...(outputs ? [`Outputs: ${outputsOf(id)}`] : []),
      `! outputs not fetched, because their names are not UTF-8: ${outputsLeftOut.join(', ')}`,
    ];
  if (outputs) return [`Outputs: ${outputsOf(id)}`];
  if (outputs === 0) return ['Outputs: none were written to $FIRESTEEL_OUTPUTS'];
  return exitCode === undefined
    ? []
    : [`Outputs: not fetched; fetch them within an hour of the run's end: firesteel logs ${id}`];
}

const statusOf = (pod: Pod): ContainerStatus | undefined =>
  pod.status?.containerStatuses?.find(({ name }) => name === outputsContainer);

/** What cannot be kept of these; undefined if all can. */
export function outputsProblem(files: readonly OutputFile[]): string | undefined {
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  if (bytes > mostBytes) return `${(bytes / 1024 ** 3).toFixed(1)} GiB; at most 1 GiB is kept`;
  if (files.length > mostFiles) return `${files.length} files; at most ${mostFiles} are kept`;
  const strange = files.find(({ path }) => path.startsWith('/') || path !== normalize(path) || path.startsWith('..'));
  return strange && `unsafe file name ${JSON.stringify(strange.path)}`;
}

/**
 * Fetches the outputs of a run whose driver has ended, and lets its pod end; notes how many there were. Failure with the
 * reason if they cannot be had.
 */
export async function fetchOutputs(kube: Kube, run: RunRecord, signal: AbortSignal): Promise<void> {
  const stop = new AbortController();
  try {
    const isThere = await until({
      for: 'outputs of the driver',
      seconds: patience,
      everyMs: 250,
      signal,
      probe: async () => {
        const pod = await getDriver(kube, run);
        if (!pod) throw new Failure('the driver pod is gone');
        const state = statusOf(pod)?.state;
        if (state?.terminated?.exitCode === 0) return { done: false };
        if (state?.terminated) throw new Failure(whyEnded(state.terminated.exitCode));
        return state?.running ? { done: true } : { seen: state?.waiting?.reason ?? 'not started' };
      },
    });
    if (!isThere) return await updateRun(runFolder(run.id), { outputs: 0 });
    const target = { namespace: run.namespace, pod: run.driverPod, port: outputsPort };
    let trouble = 'no answer';
    const { address } = await kube.forward([target], {
      signal: AbortSignal.any([signal, stop.signal]),
      onTrouble: (why) => {
        trouble = why;
      },
    });
    const ask = (path: string, method = 'GET'): Promise<Response> =>
      fetch(`http://${address}${path}`, { method, signal }).catch((error: unknown) => {
        throw signal.aborted ? error : new Failure(trouble, { cause: error });
      });
    const { files, leftOut = [] } = (await (await ask('/files')).json()) as Listing;
    const problem = outputsProblem(files);
    if (problem) throw new Failure(problem);
    for (const { path } of files) await save(await ask(`/file?path=${encodeURIComponent(path)}`), run, path);
    await updateRun(runFolder(run.id), {
      outputs: files.length,
      ...(leftOut.length > 0 ? { outputsLeftOut: leftOut } : {}),
    });
    // The pod ends by itself if it does not hear of it.
    await ask('/done', 'POST').catch(() => {});
  } finally {
    stop.abort();
  }
}

const whyEnded = (exitCode: number): string =>
  exitCode === 3
    ? 'the pod serves them for one hour, which is over'
    : `the container that serves them ended with exit code ${exitCode}`;

async function save(answer: Response, run: RunRecord, path: string): Promise<void> {
  if (!answer.ok || !answer.body) throw new Failure(`${path}: the file is gone`);
  const to = join(outputsOf(run.id), path);
  const part = `${to}.part`;
  mkdirSync(dirname(to), { recursive: true, mode: 0o700 });
  await pipeline(
    Readable.fromWeb(answer.body as import('node:stream/web').ReadableStream),
    createWriteStream(part, { mode: 0o600 }),
  );
  renameSync(part, to);
}
