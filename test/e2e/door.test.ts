// The door of a class in a real browser: students on their way to their seats.
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { enter, openBrowser, statusOf, visit } from './door/browser.ts';
import type { Class, Place } from './door/class.ts';
import { suite, withClass } from './door/suite.ts';

let room: Class;
let ada: Place;
let bob: Place;
let browser: Browser;
let context: BrowserContext;
let page: Page;

suite('a class in Chromium', () => {
  withClass((opened) => {
    room = opened;
    ({ ada, bob } = room.places);
  });
  beforeAll(async () => {
    browser = await openBrowser(room);
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    context = await browser.newContext();
    page = await context.newPage();
  });
  afterEach(() => context.close());

  const heading = () => page.getByRole('heading').innerText();

  describe('a student', () => {
    test('opens the link, presses one button and is in the lab with its sockets', async () => {
      const troubles: string[] = [];
      page.on('console', (message) => void (message.type() === 'error' && troubles.push(message.text())));
      await visit(page, `${ada.origin}/j/${ada.seat.code}`);
      expect(await page.title()).toBe('Welcome · Data');
      expect(await heading()).toBe('Welcome, ada');
      await page.getByRole('button').press('Enter');
      await expect.poll(() => page.title()).toBe('JupyterLab of ada hello ada');
      expect(page.url()).toBe(`${ada.origin}/lab`);
      expect(await page.evaluate('document.cookie')).toBe('');
      expect(await page.evaluate('isSecureContext')).toBe(true);
      const changed = await page.evaluate(`fetch('/api/terminals', { method: 'POST' }).then(({ status }) => status)`);
      expect(changed).toBe(200);
      expect(troubles).toEqual([]);
    });

    test('comes from a link in a mail of another site, with the seat that the browser has', async () => {
      await enter(page, ada);
      await visit(page, `data:text/html,<a href="${ada.origin}/lab">open</a>`);
      await page.getByRole('link').click();
      await expect.poll(() => page.title()).toContain('JupyterLab of ada');
    });

    test('has two seats side by side in one browser', async () => {
      await enter(page, ada);
      const other = await context.newPage();
      await enter(other, bob);
      expect([await statusOf(page, '/api/contents'), await statusOf(other, '/api/contents')]).toEqual([200, 200]);
      const names = (await context.cookies()).map(({ name, httpOnly, secure, sameSite }) => [
        name,
        httpOnly,
        secure,
        sameSite,
      ]);
      expect(names).toEqual([
        ['__Host-seat-ada', true, true, 'Lax'],
        ['__Host-seat-bob', true, true, 'Lax'],
      ]);
    });

    test('types the code as it looks on paper', async () => {
      await visit(page, ada.origin);
      expect(await heading()).toBe('Type your code');
      const field = page.getByLabel('Code');
      await field.fill('7kqm 2f');
      await page.getByRole('button').click();
      expect(await page.getByRole('status').innerText()).toBe('A code has 12 letters and digits. You typed 6.');
      await field.fill(
        ` ${bob.seat.code.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l')}`,
      );
      await field.press('Enter');
      // The code leads to its own port.
      await page.waitForURL(`${bob.origin}/j/${bob.seat.code}`);
      expect(await heading()).toBe('Welcome, bob');
    });

    test('sees that a code is wrong, and a link with a letter that no code has still works', async () => {
      await visit(page, `${ada.origin}/j/0000-0000-0000`);
      expect(await heading()).toBe('This code does not belong to this class');
      await visit(page, `${ada.origin}/j/${ada.seat.code.replaceAll('0', 'O').replaceAll('1', 'I').toLowerCase()}`);
      await expect.poll(heading).toBe('Welcome, ada');
    });

    test('waits for a server that starts, and for a class that is paused', async () => {
      await enter(page, ada);
      await ada.pod.stop();
      await page.reload();
      expect(await heading()).toBe('Your notebook server is starting');
      await ada.pod.start();
      await page.getByRole('heading', { name: 'Lab of ada' }).waitFor();

      await ada.pod.stop();
      await page.reload();
      expect(await heading()).toBe('Your notebook server is starting');
      room.door().setPaused(true);
      await page.getByRole('heading', { name: 'Your teacher has paused the class' }).waitFor();
      expect((await page.reload())?.status()).toBe(503);
      expect(await heading()).toBe('Your teacher has paused the class');
      room.door().setPaused(false);
      await page.getByRole('heading', { name: 'Your notebook server is starting' }).waitFor();
      await ada.pod.start();
      await page.getByRole('heading', { name: 'Lab of ada' }).waitFor();
    });

    test('leaves a shared computer, which then has no seat and nothing of the student', async () => {
      await enter(page, ada);
      await page.evaluate("localStorage.setItem('draft', 'mine')");
      await visit(page, `${ada.origin}/j/leave`);
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.getByRole('heading', { name: 'Type your code' }).waitFor();
      expect(await context.cookies()).toEqual([]);
      expect(await page.evaluate('localStorage.length')).toBe(0);
    });
  });

  describe('the page that checks a network', () => {
    const verdicts = async () => {
      await visit(page, `${ada.origin}/j/check`);
      await expect.poll(() => page.getByRole('status').innerText()).not.toContain('Checking');
      return page.getByRole('definition').allInnerTexts();
    };

    test('says that everything works', async () => {
      await enter(page, ada);
      expect(await verdicts()).toEqual([
        'This browser takes cookies.',
        'This browser has your seat, and your notebook server answers.',
        'A WebSocket opens.',
      ]);
      expect(await page.getByRole('status').innerText()).toBe('Everything works here.');
    });

    test('says that there is no seat yet, and that the server does not run', async () => {
      expect((await verdicts())[1]).toMatch(/^This browser has no seat at this address\. Open your personal link/);
      await enter(page, ada);
      await ada.pod.stop();
      expect((await verdicts()).slice(1)).toEqual([
        'This browser has your seat, but your notebook server is not running. Load this page again later.',
        'Not checked: this needs your notebook server.',
      ]);
      await ada.pod.start();
    });

    test('says that WebSockets are blocked', async () => {
      await enter(page, ada);
      ada.pod.opensSockets = false;
      expect((await verdicts())[2]).toMatch(/^This network blocks WebSockets to 127\.0\.0\.1:\d+: cells and terminals/);
      expect(await page.getByRole('status').innerText()).toBe('Something does not work here: see below.');
      ada.pod.opensSockets = true;
    });
  });
});
