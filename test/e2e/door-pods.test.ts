// What a pod may answer whose student made something else of it: nothing of that reaches another seat.
import { connect as connectTls } from 'node:tls';
import { expect, test } from 'vitest';
import type { Answered, Class, Place } from './door/class.ts';
import { evilHeaders } from './door/hostile.ts';
import { suite, withClass } from './door/suite.ts';

suite('a pod that its student controls reaches nobody else', () => {
  let room: Class;
  let ada: Place;
  let bob: Place;
  let mallory: Place;

  withClass((opened) => {
    room = opened;
    ({ ada, bob, mallory } = room.places);
  });

  /** Asks as the browser of a place's owner does. */
  const as = (place: Place, path: string): Promise<Answered> =>
    room.ask(`${place.origin}${path}`, { headers: { cookie: place.cookie } });

  test.each(['/api/contents', '/spark/4040/jobs/', '/waiting.html', '/j/page.js', '@take', '@leave', '/lab'])(
    'by X-Accel-Redirect to %s',
    async (to) => {
      const before = [ada, bob].map(({ pod }) => pod.requests.length);
      const { status, body, headers } = await as(mallory, `/accel?to=${encodeURIComponent(to)}`);
      expect([status, body]).toEqual([200, 'my own']);
      expect(headers['set-cookie']).toBeUndefined();
      expect([ada, bob].map(({ pod }) => pod.requests.length)).toEqual(before);
    },
  );

  test('by a file that the door would keep for others', async () => {
    expect((await as(mallory, '/static/main.js')).body).toContain('POISON');
    expect((await as(bob, '/static/main.js')).body).toContain('/* of bob */');
  });

  test('by headers: no header that outlives the answer arrives', async () => {
    const { headers, body } = await as(mallory, '/headers');
    expect(body).toBe('headers');
    const own = ['Cross-Origin-Opener-Policy', 'Cross-Origin-Resource-Policy', 'Referrer-Policy'];
    for (const name of Object.keys(evilHeaders))
      if (!own.includes(name)) expect(headers[name.toLowerCase()], name).toBeUndefined();
    expect(headers['cross-origin-resource-policy']).toBe('same-origin');
    expect(headers['referrer-policy']).toBe('same-origin');
  });

  test('by commands in its pages, which stay text', async () => {
    expect((await as(mallory, '/ssi')).body).toBe(
      '<!--# include virtual="/lab" --><!--# echo var="token" --><!--# echo var="cookie" -->plain',
    );
  });

  test.each([401, 403, 404, 421, 502, 503, 504])('by the status %i: the answer is its own page', async (status) => {
    const answered = await as(mallory, `/status?to=${status}`);
    expect([answered.status, answered.body]).toEqual([status, 'my own page']);
  });

  test('by an answer before the answer, which hangs alone', async () => {
    const hanging = connectTls({
      port: Number(new URL(mallory.origin).port),
      host: '127.0.0.1',
      rejectUnauthorized: false,
    });
    hanging.write(`GET /early HTTP/1.1\r\nHost: ${mallory.seat.host}\r\nCookie: ${mallory.cookie}\r\n\r\n`);
    await expect.poll(() => mallory.pod.requests.at(-1)).toBe('GET /early');
    expect((await as(bob, '/lab')).status).toBe(200);
    expect((await as(mallory, '/lab')).status).toBe(200);
    hanging.destroy();
  });
});
