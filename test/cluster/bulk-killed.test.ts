// Seats applied by a process that is killed at any of its requests: the next run makes of them what an undisturbed one does.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Group, planBulk } from '../../tasks/classroom/bulk/groups.ts';
import { gradientLimit } from '../../tasks/classroom/bulk/limit.ts';
import { classSelector } from '../../tasks/classroom/seat/labels.ts';
import { projectPath } from '../../tasks/core/paths.ts';
import { appliedAnnotation } from '../../tasks/kube/compare.ts';
import type { Manifest } from '../../tasks/kube/types.ts';
import { settingsAnnotation } from '../../tasks/servers/state.ts';
import { classSeats } from '../class-seats.ts';
import { type FaultProxy, startFaultProxy } from '../fakes/fault-proxy.ts';
import { connect, connectThrough, controlPlane, needControlPlane } from './harness.ts';

needControlPlane();

/** $KILL_SEED draws the points of a failed run again. */
const seed = Number(process.env['KILL_SEED'] ?? randomInt(2 ** 31));
const students = 3;
const requests = (await classSeats('any', students)).flatMap(({ objects }) => objects).length;
const drawn = fc.uniqueArray(fc.integer({ min: 1, max: requests }), { minLength: 20, maxLength: 20 });
const [points = []] = fc.sample(fc.noBias(drawn), { seed, numRuns: 1 });

let folder = '';
let program: string;
let whole: string[];
let proxy: FaultProxy;
let classes = 0;

const newClass = async (): Promise<{ name: string; groups: Group[] }> => {
  const name = `kill-${process.pid}-${classes++}`;
  return { name, groups: await classSeats(name, students) };
};

/** Starts what applies a class, through the proxy. */
function start({ name, groups }: { name: string; groups: Group[] }): ChildProcess {
  const file = join(folder, 'groups.json');
  writeFileSync(file, JSON.stringify(groups));
  const path = join(folder, 'kubeconfig');
  connectThrough(proxy, path);
  return spawn(process.execPath, [program, file, path, classSelector(name)], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
}

/** Hashes of what holds the name of the class. */
const hashes = [appliedAnnotation, settingsAnnotation];

interface Managed extends Manifest {
  metadata: Manifest['metadata'] & { managedFields?: { time?: string }[] };
}

/** An object without what differs from one making to the next, and without the name of its class. */
function shape({ metadata, ...rest }: Managed, className: string): string {
  const { resourceVersion: _, uid: __, creationTimestamp: ___, managedFields = [], ...kept } = metadata;
  const fields = managedFields.map(({ time: _, ...field }) => field);
  return JSON.stringify({ ...rest, metadata: { ...kept, fields } }, (key, value) =>
    hashes.includes(key) ? '' : value,
  ).replaceAll(className, 'CLASS');
}

/** Every object of a class, as the server has it. */
async function shapes({ name, groups }: { name: string; groups: Group[] }): Promise<string[]> {
  const kinds = new Map(
    groups.flatMap(({ objects }) =>
      objects.map(({ apiVersion, kind }) => [`${apiVersion} ${kind}`, { apiVersion, kind }]),
    ),
  );
  const lists = await Promise.all(
    [...kinds.values()].map((kind) => connect().list({ ...kind, labelSelector: classSelector(name) })),
  );
  return lists
    .flat()
    .map((one) => shape(one, name))
    .sort();
}

beforeAll(async () => {
  if (!controlPlane.kubeconfig) return;
  // Among the packages of the project, which it loads.
  const cache = projectPath('node_modules', '.cache');
  mkdirSync(cache, { recursive: true });
  folder = mkdtempSync(join(cache, 'bulk-'));
  program = join(folder, 'bulk-child.mjs');
  execFileSync(projectPath('node_modules', '.bin', 'esbuild'), [
    projectPath('test', 'cluster', 'bulk-child.ts'),
    ...['--bundle', '--platform=node', '--format=esm', '--packages=external', '--log-level=warning'],
    `--outfile=${program}`,
  ]);
});
afterAll(() => {
  if (folder) rmSync(folder, { recursive: true });
});
beforeEach(async () => {
  if (!controlPlane.kubeconfig) return;
  proxy = await startFaultProxy(controlPlane.server, controlPlane.authority, controlPlane.admin);
});
afterEach(() => proxy?.close());

test('an undisturbed run makes all seats', async () => {
  const made = await newClass();
  expect((await once(start(made), 'exit'))[0]).toBe(0);
  whole = await shapes(made);
  expect(whole).toHaveLength(requests);
});

test.each(points)(
  `killed at request %i of ${requests} (KILL_SEED=${seed}), the next run makes the same`,
  async (point) => {
    const made = await newClass();
    const child = start(made);
    proxy.inject({ method: 'POST', nth: point, does: { call: () => child.kill('SIGKILL') } });
    expect((await once(child, 'exit'))[1]).toBe('SIGKILL');
    expect((await once(start(made), 'exit'))[0]).toBe(0);
    const { signal } = new AbortController();
    const options = { kube: connect(), labelSelector: classSelector(made.name), limit: gradientLimit(), signal };
    expect(await planBulk(made.groups, options)).toMatchObject({ groups: [], surplus: [] });
    expect(await shapes(made)).toEqual(whole);
  },
);
