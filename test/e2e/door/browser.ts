// Chromium, as a student has it.
import { type Browser, chromium, type Page } from 'playwright-core';
import { createExec } from '../../../tasks/core/exec.ts';
import type { Tool } from '../../../tasks/steps/types.ts';
import { installTools } from '../firesteel.ts';
import type { Class, Place } from './class.ts';

const tool: Tool = { name: 'chromium', package: 'chromium', purpose: 'opens the door of a class' };

/** A browser that trusts the door's certificate, so that its pages may do whatever those of https may. */
export async function openBrowser({ keyHash }: Pick<Class, 'keyHash'>): Promise<Browser> {
  await installTools([tool]);
  const executablePath = (await createExec(new AbortController().signal)(['which', tool.name])).trim();
  // Its own sandbox is not for root.
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath, args: [...sandbox, `--ignore-certificate-errors-spki-list=${keyHash}`] });
}

/** Opens an address; again if a cluster beside this test gave the machine another network. */
export async function visit(page: Page, address: string): Promise<void> {
  for (;;)
    try {
      await page.goto(address);
      return;
    } catch (error) {
      if (!String(error).includes('ERR_NETWORK_CHANGED')) throw error;
    }
}

/** Opens a personal link and takes the seat. */
export async function enter(page: Page, { origin, seat }: Place): Promise<void> {
  await visit(page, `${origin}/j/${seat.code}`);
  await page.getByRole('button', { name: 'Open JupyterLab' }).click();
  await page.getByRole('heading', { name: `Lab of ${seat.student}` }).waitFor();
}

/** What a page gets for the page's own origin. */
export const statusOf = (page: Page, path: string): Promise<number> =>
  page.evaluate(`fetch('${path}', { cache: 'no-store' }).then(({ status }) => status)`);
