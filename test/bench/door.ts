// What the door of a class costs with 30 sessions: memory, the time that it adds to a message, and a change of doors. The pods
// are stand-ins, so that nothing but the door and its relay is measured.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https, { Agent } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { type Class, openClass, type Place } from '../e2e/door/class.ts';
import { say, secondsOf } from './measure.ts';
import type { Row } from './statistics.ts';

const sessions = 30;
/** A lab has one for events, one for a kernel, one for a terminal. */
const socketsEach = 3;
const rounds = 50;
const message = 'x'.repeat(2000);
/** Files that a first page of JupyterLab loads. */
const files = 40;
/** Connections of a browser to one origin. */
const connections = 6;

type Way = 'straight' | 'door' | 'relay';

/** Where a session's sockets go, with the headers that its browser would send. */
function socketOf(room: Class<string>, { seat, pod, origin, cookie }: Place, way: Way): WebSocket {
  const path = '/api/events/subscribe';
  if (way === 'straight')
    return new WebSocket(`ws://${pod.address}:8888${path}`, {
      headers: { authorization: `token ${seat.token}`, origin: `https://${pod.address}:8888` },
    });
  const host = way === 'relay' ? seat.host : `127.0.0.1:${room.door().port}`;
  return new WebSocket(`wss://${host}${path}`, { headers: { host: seat.host, origin, cookie }, ca: room.authority });
}

async function openAll(room: Class<string>, way: Way): Promise<WebSocket[]> {
  const sockets = Object.values(room.places).flatMap((place) =>
    Array.from({ length: socketsEach }, () => socketOf(room, place, way)),
  );
  // The pod says hello.
  await Promise.all(sockets.map((socket) => once(socket, 'message')));
  return sockets;
}

/** Milliseconds of round trips, one session after the other so that nothing waits for the machine. */
async function roundTrips(sockets: readonly WebSocket[]): Promise<number[]> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1)
    for (const socket of sockets.filter((_, i) => i % socketsEach === 0)) {
      const answer = once(socket, 'message');
      const seconds = await secondsOf(() => {
        socket.send(message);
        return answer;
      });
      times.push(1000 * seconds);
    }
  return times;
}

/** Settled when the whole answer to a GET is there. */
const answered = (url: string, options: https.RequestOptions): Promise<void> =>
  new Promise((resolve, reject) => {
    const get: typeof https.get = url.startsWith('https') ? https.get : http.get;
    get(url, options, (answer) => {
      answer.resume().on('end', resolve).on('error', reject);
    }).on('error', reject);
  });

/** Where a session's requests go, with the headers that its browser would send. */
function requestOf(room: Class<string>, { seat, pod, cookie }: Place, way: Way): [string, https.RequestOptions] {
  const path = '/api/status';
  if (way === 'straight')
    return [`http://${pod.address}:8888${path}`, { headers: { authorization: `token ${seat.token}` } }];
  const host = way === 'relay' ? seat.host : `127.0.0.1:${room.door().port}`;
  return [`https://${host}${path}`, { headers: { host: seat.host, cookie }, ca: room.authority }];
}

/** Milliseconds of requests of every session on a connection that is kept, one after the other as well. */
async function requestTimes(room: Class<string>, way: Way): Promise<number[]> {
  const times: number[] = [];
  for (const place of Object.values(room.places)) {
    const [url, options] = requestOf(room, place, way);
    // One that rested for long would be closed by the pod just then.
    const agent = new (way === 'straight' ? http.Agent : Agent)({ keepAlive: true, maxSockets: 1 });
    const ask = () => answered(url, { ...options, agent });
    await ask();
    for (let round = 0; round < rounds; round += 1) times.push(1000 * (await secondsOf(ask)));
    agent.destroy();
  }
  return times;
}

/** MB that a process and its children have in memory. */
function memoryOf(pid: number): number {
  const [, kilobytes = '0'] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
  return Number(kilobytes) / 1024 + children.reduce((sum, child) => sum + memoryOf(Number(child)), 0);
}

/** Seconds until every session has loaded a first page. */
const firstLoads = (room: Class<string>): Promise<number> =>
  secondsOf(() =>
    Promise.all(
      Object.values(room.places).map(async ({ origin, cookie }) => {
        const agent = new Agent({ keepAlive: true, maxSockets: connections });
        const headers = { cookie, 'accept-encoding': 'gzip' };
        await Promise.all(
          Array.from({ length: files }, (_, i) => room.ask(`${origin}/static/${i}.js`, { headers, agent })),
        );
        agent.destroy();
      }),
    ),
  );

/** Asks all the time while the door is replaced; the number of answers that were not good. */
async function refusedDuring(
  room: Class<string>,
  change: () => Promise<void>,
): Promise<{ asked: number; refused: number }> {
  let [asked, refused, isOver] = [0, 0, false];
  const asking = Object.values(room.places).map(async ({ origin, cookie }) => {
    while (!isOver) {
      const status = await room.ask(`${origin}/lab`, { headers: { cookie } }).then(
        (answered) => answered.status,
        () => 0,
      );
      asked += 1;
      if (status !== 200) refused += 1;
      await sleep(100);
    }
  });
  try {
    await change();
  } finally {
    isOver = true;
    await Promise.all(asking);
  }
  return { asked, refused };
}

export async function doorRows(): Promise<{ rows: Row[]; notes: string[] }> {
  const names = Array.from({ length: sessions }, (_, i) => `student-${i + 1}`);
  const room = await openClass(names);
  try {
    const idle = memoryOf(room.door().pid);
    const times: Record<Way, number[]> = { straight: [], door: [], relay: [] };
    const asked: Record<Way, number[]> = { straight: [], door: [], relay: [] };
    for (const way of ['straight', 'door', 'relay'] as const) {
      say(`sessions by ${way}`);
      const sockets = await openAll(room, way);
      times[way] = await roundTrips(sockets);
      asked[way] = await requestTimes(room, way);
      for (const socket of sockets) socket.terminate();
    }
    const sockets = await openAll(room, 'relay');
    const open = memoryOf(room.door().pid);
    const loads = await firstLoads(room);
    const peak = memoryOf(room.door().pid);
    const closed = Promise.all(sockets.map((socket) => once(socket, 'close')));
    const during = await refusedDuring(room, () => room.replace());
    await closed;
    const again = await secondsOf(() => openAll(room, 'relay'));
    const peer = { name: 'straight to the pod', values: times.straight };
    const askedPeer = { name: 'straight to the pod', values: asked.straight };
    const what = `message of 2 KB there and back, ${sessions * socketsEach} sockets open`;
    const whatAsked = `request on a kept connection, ${sessions} sessions`;
    return {
      rows: [
        { what: `door: ${what}`, unit: 'ms', values: times.door, peer },
        { what: `door and relay: ${what}`, unit: 'ms', values: times.relay, peer },
        { what: `door: ${whatAsked}`, unit: 'ms', values: asked.door, peer: askedPeer },
        { what: `door and relay: ${whatAsked}`, unit: 'ms', values: asked.relay, peer: askedPeer },
        { what: `${sessions} first loads of ${files} files at once`, values: [loads] },
        { what: 'memory of the door, idle', unit: 'MB', values: [idle] },
        { what: `memory of the door, ${sessions * socketsEach} sockets`, unit: 'MB', values: [open] },
        { what: 'memory of the door after the first loads', unit: 'MB', values: [peak], aim: '≤ 128 MB' },
        { what: `all ${sessions * socketsEach} sockets again after another door`, values: [again] },
      ],
      notes: [`door replaced: ${during.refused} of ${during.asked} requests were not answered well; the aim is none`],
    };
  } finally {
    await room.close();
  }
}
