// What a job leaves in its folder for outputs: the container that hands it out, and how it comes home.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { projectPath } from '../../../tasks/core/paths.ts';
import { readJob } from '../../../tasks/jobs/job.ts';
import type { Kube } from '../../../tasks/kube/types.ts';
import { readProfile } from '../../../tasks/profile/read.ts';
import { type RunRecord, readRun, runFolder } from '../../../tasks/record/run-folder.ts';
import { fetchOutputs, outputLines, outputsOf, outputsProblem } from '../../../tasks/runs/outputs.ts';
import { outputsContainer, withOutputs } from '../../../tasks/spark/outputs.ts';
import type { ContainerStatus } from '../../../tasks/spark/pod.ts';
import { runNames } from '../../../tasks/spark/run-names.ts';
import { runObjects } from '../../../tasks/submission/run-objects.ts';

const { signal } = new AbortController();
let box: string;
let server: ChildProcess | undefined;
beforeEach(() => {
  box = mkdtempSync(join(tmpdir(), 'fs-outputs-'));
  vi.stubEnv('XDG_DATA_HOME', join(box, 'data'));
});
afterEach(() => {
  server?.kill();
  server = undefined;
  vi.unstubAllEnvs();
  rmSync(box, { recursive: true });
});

test('a driver has the folder, and a container beside it that reads it; without the flag neither', async () => {
  const profile = await readProfile('local', []);
  const podOf = (job = readJob(['pi'])) =>
    runObjects({ job, profile, image: 'spark:1', names: runNames('pi-0'), user: 'me' }).pod;
  expect(podOf().spec.containers).toHaveLength(1);
  expect(JSON.stringify(podOf())).not.toContain('outputs');
  const { spec } = podOf(withOutputs(readJob(['pi'])));
  const [driver, beside] = spec.containers;
  expect(driver?.env).toContainEqual({ name: 'FIRESTEEL_OUTPUTS', value: '/opt/spark/outputs' });
  expect(driver?.volumeMounts).toContainEqual({ name: 'outputs', mountPath: '/opt/spark/outputs', readOnly: false });
  expect(spec.volumes).toContainEqual({ name: 'outputs', emptyDir: {} });
  expect(beside).toMatchObject({
    name: outputsContainer,
    image: 'spark:1',
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
    volumeMounts: [{ name: 'outputs', mountPath: '/opt/spark/outputs', readOnly: true }],
  });
});

test.each([
  [[{ path: 'a/b.png', size: 10 }], undefined],
  [
    [
      { path: 'a', size: 1024 ** 3 },
      { path: 'b', size: 1 },
    ],
    '1.0 GiB; at most 1 GiB is kept',
  ],
  [Array.from({ length: 10_001 }, (_, i) => ({ path: `${i}`, size: 0 })), '10001 files; at most 10000 are kept'],
  [[{ path: '../run.json', size: 1 }], 'unsafe file name "../run.json"'],
  [[{ path: '/etc/passwd', size: 1 }], 'unsafe file name "/etc/passwd"'],
  [[{ path: 'a/../../b', size: 1 }], 'unsafe file name "a/../../b"'],
])('of outputs too large or strangely named none is kept', (files, problem) => {
  const found = outputsProblem(files);
  if (problem) expect(found).toContain(problem);
  else expect(found).toBeUndefined();
});

describe('a run whose driver has ended', () => {
  const run = {
    id: 'pi-1',
    namespace: 'jobs',
    driverPod: 'pi-1-driver',
    startedAt: 'now',
    keepsOutputs: true,
  } as RunRecord;
  beforeEach(() => {
    mkdirSync(runFolder(run.id), { recursive: true });
    writeFileSync(join(runFolder(run.id), 'run.json'), JSON.stringify(run));
  });

  /** A cluster in which the container beside the driver is like this, and its port leads to that address. */
  const kubeWith = (state: ContainerStatus['state'], address = '127.0.0.1:9'): Kube =>
    ({
      get: async () => ({ status: { containerStatuses: [{ name: outputsContainer, state }] } }),
      forward: async () => ({ address }),
    }) as unknown as Kube;

  /** Runs the very program of the container on a folder; returns its address. */
  async function handOut(folder: string): Promise<string> {
    const probe = createServer().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    const { port } = probe.address() as { port: number };
    probe.close();
    const program = projectPath('docker', 'outputs', 'hand-out.py');
    server = spawn('python3', ['-I', program, folder, `${port}`, '60', 'driver'], { stdio: 'ignore' });
    const address = `127.0.0.1:${port}`;
    await vi.waitFor(() => fetch(`http://${address}/files`), { timeout: 20_000, interval: 100 });
    return address;
  }

  test('has its files brought into its folder, links left out, and lets its pod end', async () => {
    const folder = join(box, 'out');
    mkdirSync(join(folder, 'plots'), { recursive: true });
    writeFileSync(join(folder, 'plots', 'größe & mehr.png'), Buffer.from([1, 2, 3]));
    writeFileSync(join(folder, 'x.ipynb'), '{}');
    symlinkSync('/etc/hostname', join(folder, 'link'));
    const address = await handOut(folder);
    expect((await fetch(`http://${address}/file?path=${encodeURIComponent('../run')}`)).status).toBe(404);
    await fetchOutputs(kubeWith({ running: {} }, address), run, signal);
    expect(readFileSync(join(outputsOf(run.id), 'plots', 'größe & mehr.png'))).toEqual(Buffer.from([1, 2, 3]));
    expect(readRun(runFolder(run.id))?.outputs).toBe(2);
    expect(await once(server as ChildProcess, 'exit')).toEqual([0, null]);
  });

  test('has files left out and named whose names are not UTF-8', async () => {
    const folder = join(box, 'out');
    mkdirSync(folder);
    writeFileSync(join(folder, 'a.csv'), '1');
    writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0x62, 0xff, 0x63])]), '2');
    await fetchOutputs(kubeWith({ running: {} }, await handOut(folder)), run, signal);
    expect(readFileSync(join(outputsOf(run.id), 'a.csv'), 'utf8')).toBe('1');
    expect(readRun(runFolder(run.id))).toMatchObject({ outputs: 1, outputsLeftOut: ['b\uFFFDc'] });
  });

  test('may have written none', async () => {
    await fetchOutputs(kubeWith({ terminated: { exitCode: 0 } }), run, signal);
    expect(readRun(runFolder(run.id))?.outputs).toBe(0);
  });

  test.each([
    [{ terminated: { exitCode: 3 } }, 'the pod serves them for one hour, which is over'],
    [{ terminated: { exitCode: 127 } }, 'the container that serves them ended with exit code 127'],
    [{ running: {} }, 'no answer'],
  ])('with %j says why there are none, and may be asked again', async (state, why) => {
    await expect(fetchOutputs(kubeWith(state), run, signal)).rejects.toThrow(why);
    expect(readRun(runFolder(run.id))?.outputs).toBeUndefined();
  });
});

test.each([
  [{}, []],
  [{ keepsOutputs: true }, []],
  [
    { keepsOutputs: true, exitCode: 0 },
    ["Outputs: not fetched; fetch them within an hour of the run's end: firesteel logs pi-1"],
  ],
  [{ keepsOutputs: true, exitCode: 0, outputs: 0 }, ['Outputs: none were written to $FIRESTEEL_OUTPUTS']],
  [
    { keepsOutputs: true, exitCode: 0, outputs: 0, outputsLeftOut: ['b?'] },
    ['! outputs not fetched, because their names are not UTF-8: b?'],
  ],
  [{ keepsOutputs: true, exitCode: 1, outputs: 2 }, [expect.stringMatching(/^Outputs: .*\/runs\/pi-1\/outputs$/)]],
])('of a run with %j is said what became of its outputs', (about, lines) =>
  expect(outputLines({ id: 'pi-1', ...about } as RunRecord)).toEqual(lines),
);
