// The door of a class, asked by clients that are no browsers: what leads to whom, what is refused, and what is logged.
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import type { Answered, Class, Place } from './door/class.ts';
import { suite, withClass } from './door/suite.ts';

suite('the door', () => {
  let room: Class;
  let ada: Place;
  let bob: Place;

  withClass((opened) => {
    room = opened;
    ({ ada, bob } = room.places);
  });

  /** Asks as the browser of a place's owner does. */
  const as = (place: Place, path: string, headers: Record<string, string> = {}): Promise<Answered> =>
    room.ask(`${place.origin}${path}`, { headers: { cookie: place.cookie, ...headers } });

  const post = (place: Place, path: string, headers: Record<string, string>, body = ''): Promise<Answered> =>
    room.ask(`${place.origin}${path}`, { method: 'POST', headers: { cookie: place.cookie, ...headers }, body });

  describe('lets a student in', () => {
    test('by a link whose page is the same for everyone, and opens no seat', async () => {
      const { status, headers, body } = await room.ask(`${ada.origin}/j/${ada.seat.code}`);
      expect(status).toBe(200);
      expect(body).toContain('<h1>Welcome, ada</h1>');
      expect(headers['set-cookie']).toBeUndefined();
      // With no-referrer the form would send `Origin: null`.
      expect(headers['referrer-policy']).toBe('strict-origin');
    });

    test('by the form of that page, which sets a cookie that scripts and other ports cannot use', async () => {
      const taken = await room.ask(`${ada.origin}/j/${ada.seat.code}`, {
        method: 'POST',
        headers: { origin: ada.origin },
      });
      expect(taken.status).toBe(303);
      expect(taken.headers.location).toBe('/lab');
      expect(taken.headers['set-cookie']).toEqual([
        expect.stringMatching(
          new RegExp(
            `^__Host-seat-ada=${ada.seat.cookie}; Path=/; Secure; HttpOnly; SameSite=Lax; Expires=\\w{3}, [^;]*GMT$`,
          ),
        ),
      ]);
      // What another class left at this port goes.
      expect(taken.headers['clear-site-data']).toBe('"cache", "storage"');
    });

    test('again without clearing what the student has open', async () => {
      const { headers, status } = await post(ada, `/j/${ada.seat.code}`, { origin: ada.origin });
      expect(status).toBe(303);
      expect(headers['clear-site-data']).toBeUndefined();
    });

    test.each([
      ['in small letters', (code: string) => `/j/${code.toLowerCase()}`],
      ['in capitals, as a QR code has it', (code: string) => `/J/${code}`],
      ['without its hyphens', (code: string) => `/j/${code.replaceAll('-', '')}`],
      ['with two slashes', (code: string) => `//j/${code}`],
      ['with a slash at its end', (code: string) => `/j/${code}/`],
    ])('by a link that is typed %s', async (_, path) => {
      expect((await room.ask(ada.origin + path(ada.seat.code))).body).toContain('Welcome, ada');
    });

    test('who typed the code at the port of someone else', async () => {
      const { status, headers } = await room.ask(`${ada.origin}/j/${bob.seat.code}`);
      expect([status, headers.location]).toEqual([303, `${bob.origin}/j/${bob.seat.code}`]);
    });

    test('who typed the address without https', async () => {
      const socket = connect(Number(new URL(ada.origin).port), '127.0.0.1');
      socket.write(`GET /j/${ada.seat.code} HTTP/1.1\r\nHost: ${ada.seat.host}\r\n\r\n`);
      const [chunk] = await once(socket, 'data');
      socket.destroy();
      expect(`${chunk}`).toMatch(/^HTTP\/1\.1 302 /);
      expect(`${chunk}`).toContain(`\r\nLocation: ${ada.origin}/j/${ada.seat.code}\r\n`);
    });
  });

  describe('leads a student to the pod of the seat', () => {
    test('with its token, and without a cookie, an address or an authorization of the browser', async () => {
      const { status, body } = await as(ada, '/lab', {
        authorization: 'Bearer mine',
        'x-forwarded-for': '192.0.2.1',
        cookie: `other=1; ${ada.cookie}; third=2`,
      });
      expect([status, body]).toEqual([200, expect.stringContaining('JupyterLab of ada')]);
      const seen = ada.pod.headers;
      expect(seen.authorization).toBe(`token ${ada.seat.token}`);
      expect(seen.host).toBe(ada.seat.host);
      expect(seen['x-forwarded-proto']).toBe('https');
      for (const name of ['cookie', 'x-forwarded-for']) expect(seen[name], name).toBeUndefined();
    });

    test('with policies that keep its pages to their own origin', async () => {
      expect((await as(ada, '/lab')).headers).toMatchObject({
        'content-security-policy': "frame-ancestors 'self'",
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'referrer-policy': 'same-origin',
        'x-content-type-options': 'nosniff',
      });
    });

    test('in packed form where the browser takes that', async () => {
      const { headers } = await as(ada, '/static/main.js', { 'accept-encoding': 'gzip' });
      expect(headers['content-encoding']).toBe('gzip');
    });

    test('with uploads that are passed on as they come', async () => {
      const body = Buffer.alloc(20 << 20, 'x');
      const sent = await room.ask(`${ada.origin}/upload`, {
        method: 'PUT',
        headers: { cookie: ada.cookie, origin: ada.origin },
        body,
      });
      expect(sent.body).toBe(`${body.length}`);
    });

    test("with Spark's own pages, whose redirects stay below their path", async () => {
      const first = await as(ada, '/spark/4040/');
      expect([first.status, first.headers.location]).toEqual([302, '/spark/4040/jobs/']);
      expect((await as(ada, '/spark/4040/jobs/?id=1')).body).toBe('/jobs/?id=1 of ada below /spark/4040');
      expect(ada.pod.headers.authorization).toBeUndefined();
      expect((await as(ada, '/spark/4040')).headers.location).toBe('/spark/4040/');
      const none = await as(ada, '/spark/4041/');
      expect([none.status, none.body]).toEqual([503, expect.stringContaining('No Spark session runs on this port')]);
    });
  });

  describe('refuses', () => {
    test.each([
      ['nobody', () => ({})],
      ["another student's cookie", () => ({ cookie: bob.cookie })],
      ["another student's value under the own name", () => ({ cookie: `__Host-seat-ada=${bob.seat.cookie}` })],
      ['the right value under another name', () => ({ cookie: `seat-ada=${ada.seat.cookie}` })],
      ['a value in capitals', () => ({ cookie: ada.cookie.toUpperCase() })],
    ])('%s at the seat of ada, whatever the path', async (_, headers) => {
      const before = ada.pod.requests.length;
      for (const path of [
        '/',
        '/lab',
        '/api/contents',
        '/static/main.js',
        '/spark/4040/jobs/',
        '/a/../lab',
        '/%2e%2e/lab',
      ]) {
        const { status, body } = await room.ask(ada.origin + path, { headers: headers() as Record<string, string> });
        expect([path, status]).toEqual([path, 401]);
        expect(body).toContain('<h1>Type your code</h1>');
      }
      expect(ada.pod.requests).toHaveLength(before);
    });

    test.each([
      ['without an origin', {}],
      ['of another port', { origin: 'PORT' }],
      ['without its port', { origin: 'https://127.0.0.1' }],
      ['of a page that hides its origin', { origin: 'null' }],
      ['of plain http', { origin: 'HTTP' }],
      ['of an origin that begins alike', { origin: 'LONGER' }],
    ])('changes and sockets %s', async (_, given: { origin?: string }) => {
      const names: Record<string, string> = {
        PORT: bob.origin,
        HTTP: ada.origin.replace('https', 'http'),
        LONGER: `${ada.origin}.example.org`,
      };
      const origin = given.origin && (names[given.origin] ?? given.origin);
      const headers: Record<string, string> = { cookie: ada.cookie, ...(origin ? { origin } : {}) };
      const before = ada.pod.requests.length;
      for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
        expect([method, (await room.ask(`${ada.origin}/api/terminals`, { method, headers })).status]).toEqual([
          method,
          403,
        ]);
      const upgrade = { ...headers, connection: 'upgrade', upgrade: 'websocket' };
      expect((await room.ask(`${ada.origin}/api/events/subscribe`, { headers: upgrade })).status).toBe(403);
      expect((await room.ask(`${ada.origin}/j/${ada.seat.code}`, { method: 'POST', headers })).status).toBe(403);
      expect((await room.ask(`${ada.origin}/j/leave`, { method: 'POST', headers })).status).toBe(403);
      expect(ada.pod.requests).toHaveLength(before);
    });

    test.each([
      [
        'a script of another origin',
        { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'script' },
      ],
      [
        'a frame of another site',
        { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' },
      ],
      ['the script of a service worker', { 'service-worker': 'script', 'sec-fetch-dest': 'serviceworker' }],
    ])('%s', async (_, headers) => {
      const { status, body } = await as(ada, '/api/contents', headers);
      expect([status, body]).toEqual([403, expect.stringContaining('This request was refused')]);
    });

    test('addresses that are not of the class, and shows where to go', async () => {
      for (const host of ['127.0.0.1', 'localhost:8443', `${ada.seat.host}.example.org`]) {
        const { status, body } = await room.ask(`${ada.origin}/j/${ada.seat.code}`, { headers: { host } });
        expect([host, status, body]).toEqual([host, 421, expect.stringContaining('not an address of the class')]);
      }
    });

    test('a flood of wrong codes after some, and right codes still pass', async () => {
      const wrong = Array.from({ length: 150 }, (_, i) => `/j/0000-0000-${String(i).padStart(4, '0')}`);
      const statuses = await room.flood(ada, wrong);
      expect([...new Set(statuses)].sort()).toEqual([404, 429]);
      expect(statuses).toHaveLength(150);
      expect(statuses.filter((status) => status === 404).length).toBeGreaterThanOrEqual(50);
      expect((await room.ask(`${ada.origin}/j/${ada.seat.code}`)).status).toBe(200);
    });
  });
});
