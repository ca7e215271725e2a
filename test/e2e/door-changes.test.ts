// The door of a class while it changes: replaced, with a seat less, or with its relay gone for a moment.
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { seatOf } from '../unit/classroom/door/seats.ts';
import type { Class, Place } from './door/class.ts';
import { suite, withClass } from './door/suite.ts';

suite('while the door of a class changes', () => {
  let room: Class;
  let ada: Place;
  let bob: Place;

  withClass((opened) => {
    room = opened;
    ({ ada, bob } = room.places);
  });

  const seats = () => Object.values(room.places).map(({ seat }) => seat);

  /** A socket of a student's page; Error with the status if it is refused. */
  async function open({ origin, cookie }: Place): Promise<WebSocket> {
    const headers = { cookie, origin };
    const socket = new WebSocket(`${origin.replace('https', 'wss')}/api/events/subscribe`, {
      headers,
      ca: room.authority,
    });
    await once(socket, 'open');
    return socket;
  }

  async function echoed(socket: WebSocket, text: string): Promise<string> {
    const heard = new Promise<string>((resolve) => {
      socket.on('message', (data) => `${data}` === text && resolve(text));
    });
    socket.send(text);
    return heard;
  }

  test('a replaced door ends its sockets, and refuses no request during that', async () => {
    const socket = await open(ada);
    const closed = once(socket, 'close');
    let isOver = false;
    const statuses = (async () => {
      const seen = new Set<number>();
      while (!isOver) seen.add((await room.ask(`${ada.origin}/lab`, { headers: { cookie: ada.cookie } })).status);
      return seen;
    })();
    await room.replace();
    await closed;
    const again = await open(ada);
    expect(await echoed(again, 'here again')).toBe('here again');
    isOver = true;
    expect([...(await statuses)]).toEqual([200]);
    again.terminate();
  });

  test('a removed seat loses its open socket and gets no other, and the others continue', async () => {
    const sockets = [await open(ada), await open(bob)] as const;
    const closed = once(sockets[0], 'close');
    await room.replace(seats().filter(({ student }) => student !== 'ada'));
    await closed;
    await expect(open(ada)).rejects.toThrow('Unexpected server response: 421');
    expect((await room.ask(`${ada.origin}/j/${ada.seat.code}`)).status).toBe(421);
    expect((await room.ask(`${bob.origin}/j/${ada.seat.code}`)).status).toBe(404);
    expect(await echoed(await open(bob), 'still here')).toBe('still here');
    await room.replace();
    await open(ada);
  });

  test('a seat with new keys loses its open socket, and neither the old cookie nor the old link works', async () => {
    const closed = once(await open(ada), 'close');
    const { code, cookie } = seatOf('another', ada.seat.host);
    await room.replace(seats().map((seat) => (seat.student === 'ada' ? { ...seat, code, cookie } : seat)));
    await closed;
    await expect(open(ada)).rejects.toThrow('Unexpected server response: 401');
    expect((await room.ask(`${ada.origin}/j/${ada.seat.code}`)).status).toBe(404);
    expect((await room.ask(`${ada.origin}/j/${code}`)).body).toContain('Welcome, ada');
    await open({ ...ada, cookie: `__Host-seat-ada=${cookie}` });
    await room.replace();
  });

  test('a restarted relay connects the same sockets to the same door', async () => {
    const socket = await open(ada);
    await expect.poll(() => room.relay().open()).toBeGreaterThan(0);
    const closed = once(socket, 'close');
    await room.endRelay();
    await closed;
    await expect(open(ada)).rejects.toThrow('ECONNREFUSED');
    await room.startRelay();
    expect(await echoed(await open(ada), 'back')).toBe('back');
  });
});
