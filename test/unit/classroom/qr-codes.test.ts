// The QR codes that a teacher sees in the terminal: a student's own link, and an address where all type their codes.
import { expect, test } from 'vitest';
import { freePorts } from '../../../tasks/classroom/door/addresses.ts';
import { relayDoor } from '../../../tasks/classroom/door/relay-door.ts';
import { qrText } from '../../../tasks/classroom/handouts/qr.ts';
import type { ClassRun } from '../../../tasks/classroom/run.ts';
import { openForTeacher } from '../../../tasks/classroom/seat/open.ts';
import { clusters } from '../../../tasks/clusters/index.ts';
import type { Manifest } from '../../../tasks/kube/types.ts';
import { readProfile } from '../../../tasks/profile/read.ts';
import type { Context, Show } from '../../../tasks/steps/types.ts';
import { memoryKube } from '../../fakes/memory-kube.ts';
import { seatOf } from './door/seats.ts';

const address = '127.0.0.1';

const cluster: Manifest[] = [
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'door', namespace: 'class-class' },
    spec: { ports: [{ nodePort: 31_443 }] },
  },
  {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'one' },
    status: {
      addresses: [{ type: 'InternalIP', address: '198.18.0.2' }],
      conditions: [{ type: 'Ready', status: 'True' }],
    },
  },
];

const port = (await freePorts(address, 1)) ?? 0;

/** What `work` draws for a seat at this host, until it ends by itself or by a drawing. */
async function drawn(
  host: string,
  sets: string[],
  work: (context: Context, run: ClassRun, show: Show) => Promise<void>,
): Promise<{ drawings: string[]; ended: string }> {
  const drawings: string[] = [];
  const end = new AbortController();
  const seat = seatOf('ada', host);
  const run = { entrance: async () => ({ address, port }), seats: async () => [seat] } as unknown as ClassRun;
  const { kube } = memoryKube(cluster);
  const context = {
    profile: await readProfile('local', sets),
    cluster: clusters.local,
    kube,
    signal: end.signal,
  } as unknown as Context;
  const ended = await work(context, run, {
    lines: () => {},
    note: (text) => void (/firewall/.test(text) && setImmediate(() => end.abort())),
    draw: (drawing) => drawings.push(drawing),
  }).then(
    () => '',
    (error: Error) => error.message,
  );
  return { drawings, ended };
}

test('door shows an address of the class to all', async () => {
  const origin = `https://${address}:${port}/`;
  expect(await drawn(`${address}:${port}`, [], relayDoor)).toEqual({
    drawings: [`Students scan this, or open ${origin}, and type their codes:\n${qrText(origin)}`],
    ended: 'interrupted; connections open: 0, addresses seen: 0',
  });
});

test("door shows none where addresses have students' names in them", async () =>
  expect(
    await drawn(`ada.class.example.org:${port}`, ['classroom.door.domain=class.example.org'], relayDoor),
  ).toMatchObject({ drawings: [], ended: expect.stringMatching(/^interrupted/) }));

test('open shows the personal link of the student, as the hand-out has it', async () => {
  const { drawings } = await drawn('192.0.2.1:8443', [], (context, run, show) =>
    openForTeacher(context, run, 'ada', show),
  );
  expect(drawings).toEqual([
    `The personal link of ada:\n${qrText(`https://192.0.2.1:8443/j/${seatOf('ada', '').code}`)}`,
  ]);
});
