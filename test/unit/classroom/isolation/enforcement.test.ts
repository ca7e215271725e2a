// Whether a cluster enforces NetworkPolicies: what follows from connections, and what is left of the try.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { type AddressInfo, createServer } from 'node:net';
import { createInterface } from 'node:readline';

import { describe, expect, onTestFinished, test } from 'vitest';
import {
  clientCommand,
  roundsIn,
  serverCommand,
  verdictOf,
} from '../../../../tasks/classroom/isolation/connections.ts';
import { findEnforcement } from '../../../../tasks/classroom/isolation/enforcement.ts';
import { Failure } from '../../../../tasks/core/failure.ts';
import type { Kube, Manifest } from '../../../../tasks/kube/types.ts';
import { memoryKube } from '../../../fakes/memory-kube.ts';

/** What a client prints of a round. */
const round = (incoming: boolean, outgoing: boolean, open = true): string[] =>
  [
    [8081, incoming],
    [8082, outgoing],
    [8080, open],
  ].map(([port, isOpen]) => `${port} ${isOpen ? 'open' : 'closed'}`);

const enforced = round(false, false);
const nothing = round(false, false, false);
const all = round(true, true);

describe('policies', () => {
  test.each([
    ['are enforced where only what they allow works', enforced, { verdict: 'enforced' }],
    [
      'are enforced late where more worked at first',
      [...all, ...enforced],
      { verdict: 'enforced', why: 'but only a few moments after a pod starts' },
    ],
    ['are enforced where the server answers late', [...nothing, ...nothing, ...enforced], { verdict: 'enforced' }],
    ['may yet be taken up where all works', [...all, ...all], undefined],
    ['are not known where nothing works yet', nothing, undefined],
    ['are not known from half a round', ['8081 closed', '8082 closed'], undefined],
    ['are not known from other words', ['punt! 8080 open', 'nc: bad address'], undefined],
  ])('%s', (_, lines, verdict) => expect(verdictOf(roundsIn(lines), false)).toEqual(verdict));

  test.each([
    ['all works', all, { verdict: 'not enforced', why: 'forbidden connections get through' }],
    [
      'what comes in is held back alone',
      round(true, false),
      { verdict: 'not enforced', why: 'forbidden outgoing connections get through' },
    ],
    [
      'what goes out is held back alone',
      round(false, true),
      { verdict: 'not enforced', why: 'forbidden incoming connections get through' },
    ],
    ['nothing works', nothing, { verdict: 'not known', why: 'policies allow a connection, but the connection fails' }],
  ])('are judged at last where %s', (_, lines, verdict) => expect(verdictOf(roundsIn(lines), true)).toEqual(verdict));
});

/** Ports that nobody listens on. */
async function freePorts() {
  const servers = await Promise.all(
    ['open', 'incoming', 'outgoing'].map(async (name) => {
      const server = createServer().listen(0);
      await new Promise((resume) => server.once('listening', resume));
      return { name, server, port: (server.address() as AddressInfo).port };
    }),
  );
  await Promise.all(servers.map(({ server }) => new Promise((resume) => server.close(resume))));
  return Object.fromEntries(servers.map(({ name, port }) => [name, port])) as Record<
    'open' | 'incoming' | 'outgoing',
    number
  >;
}

const has = (program: string): boolean => {
  try {
    execFileSync('sh', ['-c', `command -v ${program}`]);
    return true;
  } catch {
    return false;
  }
};

describe.each(['busybox', 'python3'] as const)('the pods of a try, with %s', (program) => {
  const run = ([first = '', ...words]: string[]): ChildProcess => {
    const child = spawn(first, words, { stdio: ['ignore', 'pipe', 'inherit'], detached: true });
    onTestFinished(() => void process.kill(-(child.pid ?? 0), 'SIGKILL'));
    return child;
  };

  test.skipIf(!has(program))('find no port of a server that is not there, and all of one that is', async () => {
    const ports = await freePorts();
    const lines: string[] = [];
    const client = run(clientCommand(program, '127.0.0.1', ports));
    if (!client.stdout) throw new Error('no output');
    for await (const line of createInterface(client.stdout)) {
      lines.push(line);
      const rounds = roundsIn(lines, ports);
      if (rounds.length === 1 && lines.length === 3) {
        expect(rounds).toEqual([{ open: false, incoming: false, outgoing: false }]);
        run(serverCommand(program, ports));
      }
      if (rounds.at(-1)?.open) break;
    }
    expect(roundsIn(lines, ports).at(-1)).toMatchObject({ open: true });
    expect(lines).toContain(`${ports.open} open`);
  });
});

describe('a try', () => {
  interface Options {
    lines?: string[];
    status?: object;
    refuses?: string;
  }

  /** A cluster whose pods have this status at once, and whose client prints these lines. */
  function cluster({ lines = enforced, status = { phase: 'Running', podIP: '10.0.0.7' }, refuses }: Options) {
    const memory = memoryKube([]);
    const kube: Kube = {
      ...memory.kube,
      create: async (manifest) => {
        if (manifest.kind === refuses) throw new Failure(`you may not create ${refuses}`);
        return memory.kube.create(manifest.kind === 'Pod' ? ({ ...manifest, status } as Manifest) : manifest);
      },
      async *logs() {
        yield* lines;
      },
    };
    return { kube, changes: memory.changes };
  }

  const image = { reference: 'firesteel.dev/pause:1', program: 'busybox' } as const;
  const find = ({ kube }: { kube: Kube }, signal = new AbortController().signal) =>
    findEnforcement({ kube, cleaner: kube, image, signal, onSeen: () => {} });

  test('answers and removes its namespace', async () => {
    const one = cluster({});
    expect(await find(one)).toEqual({ verdict: 'enforced' });
    const [, name] = one.changes[0]?.split('create Namespace ') ?? [];
    expect(name).toMatch(/^firesteel-probe-[0-9a-f]{8}$/);
    expect(one.changes.at(-1)).toBe(`remove Namespace ${name}`);
  });

  test.each([
    ['a namespace may not be made', { refuses: 'Namespace' }, 'you may not create Namespace', 0],
    ['pods may not be made', { refuses: 'Pod' }, 'you may not create Pod', 1],
    [
      'no node gets the image',
      { status: { phase: 'Pending', containerStatuses: [{ state: { waiting: { reason: 'ErrImagePull' } } }] } },
      "the probe's server is Pending: ErrImagePull",
      1,
    ],
    [
      'the image lacks the program',
      {
        status: {
          phase: 'Failed',
          containerStatuses: [
            { state: { terminated: { reason: 'StartError', exitCode: 128, message: 'no busybox' } } },
          ],
        },
      },
      "the probe's server failed: StartError: no busybox",
      1,
    ],
  ])('answers why nothing is known if %s', async (_, options, why, removals) => {
    const one = cluster(options);
    expect(await find(one)).toEqual({ verdict: 'not known', why });
    expect(one.changes.filter((change) => change.startsWith('remove '))).toHaveLength(removals);
  });

  test('that Ctrl-C ends removes its namespace', async () => {
    const one = cluster({ lines: nothing });
    const controller = new AbortController();
    const end = find(one, controller.signal);
    setTimeout(() => controller.abort(), 50);
    await expect(end).rejects.toThrow();
    expect(one.changes.at(-1)).toMatch(/^remove Namespace /);
  });

  test('removes the leftovers of a killed probe', async () => {
    const labels = { 'app.kubernetes.io/managed-by': 'firesteel', 'firesteel.dev/purpose': 'enforcement-probe' };
    const one = cluster({});
    for (const [name, age] of [
      ['old', 3_600_000],
      ['new', 1000],
    ] as const)
      await one.kube.create({
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name, labels, creationTimestamp: new Date(Date.now() - age).toISOString() },
      });
    await find(one);
    expect(one.changes).toContain('remove Namespace old');
    expect(one.changes).not.toContain('remove Namespace new');
  });
});
