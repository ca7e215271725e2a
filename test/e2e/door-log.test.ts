// What the door of a class logs: enough to help a student, and no code, cookie, token or name of a file at any status.
import { once } from 'node:events';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { expect, test } from 'vitest';
import type { Class } from './door/class.ts';
import { suite, withClass } from './door/suite.ts';

suite('the log of the door', () => {
  let room: Class;

  withClass((opened) => {
    room = opened;
  });

  /** Sends bytes unchanged; returns the status. */
  async function raw(text: string, isPlain = false): Promise<number> {
    const options = { port: Number(new URL(room.places.ada.origin).port), host: '127.0.0.1' };
    const socket = isPlain ? connect(options) : connectTls({ ...options, rejectUnauthorized: false });
    socket.on('error', () => {});
    socket.write(text);
    const [chunk] = await Promise.race([once(socket, 'data'), once(socket, 'close').then(() => [''])]);
    socket.destroy();
    return Number(/^HTTP\/1\.1 (\d+)/.exec(`${chunk}`)?.[1] ?? 0);
  }

  test('has student, action, result and duration', async () => {
    const { ada } = room.places;
    await room.ask(`${ada.origin}/api/contents/my%20diary.ipynb?content=1`, { headers: { cookie: ada.cookie } });
    await expect.poll(() => room.log()).toMatch(/^\S+T\S+ seat=ada GET api\/contents 200 \d+ [\d.]+ 200 [\d.]+$/m);
    expect(room.log()).not.toContain('diary');
  });

  test('has no code, cookie or token, whatever is asked and however it ends', async () => {
    const { ada, bob } = room.places;
    const { code, host } = ada.seat;
    const get = (path: string, headers: Record<string, string> = {}) =>
      room.ask(ada.origin + path, { headers }).then(({ status }) => status);
    const seat = { cookie: ada.cookie };
    const statuses = [
      await get(`/j/${code}`),
      await get(`/J/${code}`),
      await get(`//j/${code}`),
      await get(`/j/${code}?again=${code}`),
      await get(`/x/../j/${code}`),
      await get(`/%6a/${code}`),
      await get(`/j/${bob.seat.code}`),
      await get(`/j/${code}x`),
      await get(`/k/${code}`),
      await get(`/k/${code}`, seat),
      await get(`/lab/j/${code}?code=${code}`, { ...seat, referer: `${ada.origin}/j/${code}`, 'user-agent': code }),
      await get(`/api/contents/${code}`, { ...seat, 'service-worker': 'script' }),
      await get(`/spark/4041/${code}`, seat),
      await get(`/j/${code}`, { host: `${code}.example.org` }),
      await get(`/j/${code}`, { cookie: `many=${code.repeat(4000)}` }),
      await get(`/j/${code}${'/x'.repeat(40_000)}`),
      ...(await room.flood(ada, Array<string>(150).fill(`/j/${code}y`))),
    ];
    for (const method of ['POST', 'PUT', 'DELETE', 'TRACE', 'OPTIONS', 'PROPFIND']) {
      const answered = await room.ask(`${ada.origin}/j/${code}`, { method, headers: { origin: ada.origin } });
      statuses.push(answered.status, (await room.ask(`${ada.origin}/j/${code}`, { method })).status);
    }
    statuses.push(
      await raw(`GET /j/${code} HTTP/1.1\r\nHost: ${host}\r\n\r\n`, true),
      await raw(`GET /j/${code} HTTP/1.1\r\n\r\n`),
      await raw(`GET /j/${code} HTTP/9.9\r\nHost: ${host}\r\n\r\n`),
      await raw(`GET /j/${code}\r\n\r\n`),
      await raw(`GET https://${host}/j/${code} HTTP/1.1\r\nHost: ${host}\r\n\r\n`),
      await raw(`GET /j/${code} HTTP/1.1\r\nHost: ${host}\r\nBroken ${code}\r\n\r\n`),
      await raw(`GET /j/%zz${code} HTTP/1.1\r\nHost: ${host}\r\n\r\n`),
      await raw(
        `POST /k/${code} HTTP/1.1\r\nHost: ${host}\r\nOrigin: https://${host}\r\nCookie: ${ada.cookie}\r\nContent-Length: 99999999999\r\n\r\n`,
      ),
      await raw(`GET /k/${code} HTTP/1.1\r\nHost: ${host}\r\nCookie: ${ada.cookie}\r\nTransfer-Encoding: odd\r\n\r\n`),
      await raw(`CONNECT ${code}:443 HTTP/1.1\r\nHost: ${host}\r\n\r\n`),
    );
    await ada.pod.stop();
    statuses.push(await get(`/k/${code}?x=${code}`, { ...seat, referer: `${ada.origin}/j/${code}` }));
    await ada.pod.start();
    // Each way that an answer can end was seen; the oldest protocol has no status.
    expect([...new Set(statuses)].sort()).toEqual([
      0, 200, 302, 303, 400, 401, 403, 404, 405, 413, 414, 421, 429, 501, 503, 505,
    ]);
    await room.replace();

    const log = room.log().toUpperCase();
    expect(log.length).toBeGreaterThan(1000);
    for (const { seat: one } of [ada, bob])
      for (const secret of [one.code, one.code.replaceAll('-', ''), one.cookie, one.token])
        expect(log).not.toContain(secret.toUpperCase());
  });
});
