// What a student does in Chromium: opens the personal link, runs the notebook of the class.
import { createHash, X509Certificate } from 'node:crypto';
import { connect } from 'node:tls';
import type { BrowserContext, Locator, Page } from 'playwright-core';
import { visit } from '../door/browser.ts';

const lesson = { name: /pi\.ipynb/ };

/** Chromium ends requests when a link of the host comes or goes, as clusters beside this one have them. JupyterLab goes on. */
const reconnecting = (dialog: Locator): Promise<void> => dialog.getByRole('button').first().click();

/** Opens a personal link and takes the seat. */
export async function enterSeat(context: BrowserContext, link: string): Promise<Page> {
  const page = await context.newPage();
  await page.addLocatorHandler(page.getByRole('dialog', { name: 'Server Connection Error' }), reconnecting);
  await visit(page, link);
  await page.getByRole('button', { name: 'Open JupyterLab' }).click();
  await page.waitForURL(/\/lab/);
  await page.getByRole('listitem', lesson).waitFor();
  return page;
}

/** Runs all cells of the notebook of the class, calls `onRunning`, and ends its kernel. Returns what it printed of π. */
export async function runLesson(page: Page, onRunning: () => Promise<void>): Promise<string> {
  await page.getByRole('listitem', lesson).dblclick();
  await page.getByText('Python 3 (ipykernel) | Idle').waitFor();
  await page.getByRole('menuitem', { name: 'Run', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Run All Cells', exact: true }).click();
  await onRunning();
  const result = page.getByText(/Pi is roughly 3\.1\d+/).last();
  await result.scrollIntoViewIfNeeded();
  const text = /Pi is roughly 3\.1\d+/.exec(await result.innerText())?.[0] ?? '';
  await page.getByRole('menuitem', { name: 'Kernel', exact: true }).click();
  await page.getByRole('menuitem', { name: /^Shut Down Kernel/ }).click();
  return text;
}

/** Types a command into a new terminal of JupyterLab. */
export async function typeInTerminal(page: Page, command: string): Promise<void> {
  // A dialog would take the keys.
  await page.getByRole('menuitem', { name: 'File', exact: true }).click({ trial: true });
  // A launcher is there at first, and not where another tab was open before.
  await page.keyboard.press('Control+Shift+L');
  await page.locator('.jp-LauncherCard[title="Start a new terminal session"]:visible').first().click();
  const terminal = page.locator('.xterm-helper-textarea');
  await terminal.waitFor({ state: 'attached' });
  await terminal.focus();
  await page.keyboard.type(`${command}\n`);
}

/** Commits, clones, and calls what speaks HTTPS; what came of it is in git.txt and https.txt. */
export const gitLesson = [
  'git init --quiet a',
  'git -C a -c user.name=Grace -c user.email=grace@example.org commit --quiet --allow-empty --message=one',
  'git clone --quiet a b',
  'git -C b log --format=%s > git.txt',
  'git ls-remote https://127.0.0.1:1/ 2> https.txt',
].join('; ');

/** A file of the work folder; empty if there is none. */
export const readWork = (page: Page, path: string): Promise<string> =>
  page.evaluate<string>(`fetch('/files/${path}', { cache: 'no-store' }).then((one) => (one.ok ? one.text() : ''))`);

/** Saves a file of the work folder, as JupyterLab does. */
export const saveWork = (page: Page, path: string, content: string): Promise<boolean> => {
  const file = JSON.stringify(JSON.stringify({ type: 'file', format: 'text', content }));
  const headers = "{ 'Content-Type': 'application/json' }";
  return page.evaluate<boolean>(
    `fetch('/api/contents/${path}', { method: 'PUT', headers: ${headers}, body: ${file} }).then((one) => one.ok)`,
  );
};

/** SHA-256 of the public key that a door shows, by which a browser can be made to trust it. */
export const keyHashOf = (host: string, port: number): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect({ host, port, rejectUnauthorized: false }, () => {
      const certificate = new X509Certificate(socket.getPeerCertificate(true).raw);
      socket.end();
      const key = certificate.publicKey.export({ type: 'spki', format: 'der' });
      resolve(createHash('sha256').update(key).digest('base64'));
    });
    socket.on('error', reject);
  });
