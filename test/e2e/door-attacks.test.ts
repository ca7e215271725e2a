// What the page of one student may do to the seat of another in the same browser, as on a shared computer: the tab that stays.
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { enter, openBrowser, statusOf, visit } from './door/browser.ts';
import type { Class, Place } from './door/class.ts';
import { suite, withClass } from './door/suite.ts';

/** In a page: `LOADED`, `refused`, or `nothing` if neither comes in time. */
const loaded = (what: string, event = 'load'): string => `new Promise((resolve) => {
  const what = ${what};
  what.addEventListener('${event}', () => resolve('LOADED'));
  what.addEventListener('error', () => resolve('refused'));
  if (what instanceof Element) document.body.append(what);
  setTimeout(() => resolve('nothing'), 3000);
})`;

const element = (tag: string, properties: string): string =>
  `Object.assign(document.createElement('${tag}'), { ${properties} })`;

suite('the page of mallory, in a browser with the seat of bob,', () => {
  let room: Class;
  let bob: Place;
  let mallory: Place;
  let browser: Browser;
  let context: BrowserContext;
  /** A page that mallory's pod serves, in a tab that stays. */
  let bad: Page;
  /** The lab of bob in another. */
  let good: Page;

  withClass((opened) => {
    room = opened;
    ({ bob, mallory } = room.places);
  });
  beforeAll(async () => {
    browser = await openBrowser(room);
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    context = await browser.newContext();
    [bad, good] = [await context.newPage(), await context.newPage()];
    await enter(bad, mallory);
    await enter(good, bob);
    await visit(bad, `${mallory.origin}/page`);
  });
  afterEach(() => context.close());

  const credentials = "credentials: 'include'";

  test.each<[what: string, attack: (to: string) => string, says: string]>([
    [
      'reads an answer',
      (to) => `fetch('${to}/api/contents', { ${credentials} }).then(() => 'READ', () => 'refused')`,
      'refused',
    ],
    [
      'sends a change',
      (to) =>
        `fetch('${to}/api/terminals', { method: 'POST', mode: 'no-cors', ${credentials} }).then(() => 'SENT', () => 'refused')`,
      'refused',
    ],
    [
      'asks without reading',
      (to) => `fetch('${to}/api/contents', { mode: 'no-cors', ${credentials} }).then(() => 'SENT', () => 'refused')`,
      'refused',
    ],
    ['sends a beacon', (to) => `String(navigator.sendBeacon('${to}/api/terminals', '{}'))`, 'true'],
    ['imports a module', (to) => `import('${to}/static/main.js').then(() => 'LOADED', () => 'refused')`, 'refused'],
    ['loads a script', (to) => loaded(element('script', `src: '${to}/static/main.js'`)), 'refused'],
    ['loads a style', (to) => loaded(element('link', `rel: 'stylesheet', href: '${to}/static/main.css'`)), 'refused'],
    ['loads an image', (to) => loaded(element('img', `src: '${to}/static/logo.png'`)), 'refused'],
    [
      'opens a socket',
      (to) => loaded(`new WebSocket('${to.replace('https', 'wss')}/api/events/subscribe')`, 'open'),
      'refused',
    ],
    // The event comes for the page of an error as well, which it cannot look into.
    ['opens a frame', (to) => loaded(element('iframe', `src: '${to}/lab'`)), 'LOADED'],
    ['embeds an object', (to) => loaded(element('object', `data: '${to}/lab'`)), 'refused'],
  ])('%s: the browser or the door refuses it, and nothing reaches the pod of bob', async (_, attack, says) => {
    const before = [...bob.pod.requests];
    expect(await bad.evaluate(attack(bob.origin))).toBe(says);
    // What was sent without waiting for an answer is through once this is.
    expect(await statusOf(good, '/api/contents')).toBe(200);
    expect(bob.pod.requests).toEqual([...before, 'GET /api/contents']);
  });

  test('sends a form, and bob sees that the door refused it', async () => {
    const form = element('form', `method: 'post', action: '${bob.origin}/api/terminals'`);
    await bad.evaluate(`{ const form = ${form}; document.body.append(form); form.submit(); }`);
    await bad.getByRole('heading', { name: 'This request was refused' }).waitFor();
    expect(bob.pod.terminals).toBe(0);
  });

  test('links to the lab of bob, which opens as from any mail', async () => {
    await bad.evaluate(`location.href = '${bob.origin}/lab'`);
    await bad.getByRole('heading', { name: 'Lab of bob' }).waitFor();
  });

  test('opens the lab of bob in a window, and cannot control it', async () => {
    const opened = context.waitForEvent('page');
    await bad.evaluate(`{ window.other = window.open('${bob.origin}/lab') }`);
    await (await opened).getByRole('heading', { name: 'Lab of bob' }).waitFor();
    const held = `(() => { try { return other.closed ? 'cut off' : other.document.title } catch ({ name }) { return name } })()`;
    expect(await bad.evaluate(held)).toMatch(/^(cut off|SecurityError)$/);
  });

  test('shares no storage with that of bob', async () => {
    await good.evaluate(`localStorage.setItem('draft', 'mine'); caches.open('draft')`);
    expect(await bad.evaluate('caches.keys().then(({ length }) => [localStorage.length, length])')).toEqual([0, 0]);
  });

  test.each([
    ['from its path', ''],
    ['for all of its origin', ", { scope: '/' }"],
    ['as a module', ", { type: 'module' }"],
  ])('registers no service worker %s', async (_, options) => {
    const said = await bad.evaluate(
      `navigator.serviceWorker.register('/sw.js'${options}).then(() => 'REGISTERED', String)`,
    );
    expect(said).toContain('A bad HTTP response code (403) was received when fetching the script.');
    expect(await bad.evaluate('navigator.serviceWorker.getRegistrations().then(({ length }) => length)')).toBe(0);
  });

  test('cannot overwrite the cookie of bob, and one with its own value opens nothing', async () => {
    const write = `document.cookie = '__Host-seat-bob=${mallory.seat.cookie}; Path=/; Secure'`;
    await bad.evaluate(write);
    expect(await statusOf(good, '/api/contents')).toBe(200);
    await context.clearCookies();
    await bad.evaluate(write);
    await expect.poll(async () => (await context.cookies()).map(({ name }) => name)).toEqual(['__Host-seat-bob']);
    expect(await statusOf(good, '/api/contents')).toBe(401);
  });

  test('removes the cookie of bob, whose link works again', async () => {
    const fill = 'for (let i = 0; i < 800; i += 1) document.cookie = `jar${i}=1; Path=/; Secure; Max-Age=99999`';
    const names = async () => (await context.cookies()).map(({ name }) => name);
    // The browser takes cookies of scripts in its own time, and chooses which it drops.
    await expect
      .poll(
        async () => {
          await bad.evaluate(fill);
          return names();
        },
        { timeout: 60_000 },
      )
      .not.toContain('__Host-seat-bob');
    expect(await statusOf(good, '/api/contents')).toBe(401);
    await enter(good, bob);
  });

  test('fills the requests of bob with cookies, which the door removes, and the link works again', async () => {
    const fill =
      "for (let i = 0; i < 60; i += 1) document.cookie = `bomb${i}=${'x'.repeat(3500)}; Path=/; Secure; Max-Age=99999`";
    await bad.evaluate(fill);
    await expect.poll(async () => (await context.cookies()).length).toBeGreaterThan(60);
    const answered = await good.goto(`${bob.origin}/lab`);
    expect(answered?.status()).toBe(400);
    expect(await good.getByRole('heading').innerText()).toBe('This browser sent too many cookies');
    expect(await context.cookies()).toEqual([]);
    await enter(good, bob);
  });
});
