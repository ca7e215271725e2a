// The dev stack as a person sees it: JupyterLab in a real browser, from the printed address to π.
// SCREENSHOT=docs/notebook.png npx vitest run --project e2e dev-browser makes the README's picture.
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createExec } from '../../tasks/core/exec.ts';
import { projectPath } from '../../tasks/core/paths.ts';
import { processTools } from '../../tasks/dev.ts';
import { readProfile } from '../../tasks/profile/read.ts';
import type { Tool } from '../../tasks/steps/types.ts';
import { visit } from './door/browser.ts';
import { installTools, sandbox } from './firesteel.ts';

const suite = process.platform === 'linux' ? describe : describe.skip;
const browserTool: Tool = { name: 'chromium', package: 'chromium', purpose: 'opens JupyterLab' };
/** On a busy machine a session takes its time; milliseconds. */
const patience = 300_000;

suite('JupyterLab of the dev stack in a browser', () => {
  const box = sandbox();
  const notebooks = join(box.data, 'notebooks');
  const notebook = join(notebooks, 'pi.ipynb');
  let browser: Browser;
  let address: URL;

  /** A page of a browser that has never been here. */
  const newPage = async (): Promise<Page> => {
    const context = await browser.newContext({ viewport: { width: 1000, height: 740 }, deviceScaleFactor: 1.5 });
    context.setDefaultTimeout(patience);
    return context.newPage();
  };

  beforeAll(async () => {
    const exec = createExec(new AbortController().signal);
    await installTools([...(await processTools(await readProfile('local', []), exec)), browserTool]);
    mkdirSync(notebooks);
    copyFileSync(projectPath('notebooks', 'pi.ipynb'), notebook);
    const { code, output } = await box.run('dev', 'up', notebooks, '--local', '--yes');
    expect(code, output).toBe(0);
    address = new URL(/^Open (http:\S+)$/m.exec(output)?.[1] ?? '');
    // Its own sandbox is not for root.
    const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    const executablePath = (await exec(['which', browserTool.name])).trim();
    browser = await chromium.launch({ executablePath, args });
  });

  afterAll(async () => {
    await browser?.close();
    await box.run('dev', 'down');
    box.remove();
  });

  test('without the token there is only a log-in page', async () => {
    const page = await newPage();
    for (const path of ['/lab', '/lab/tree/pi.ipynb', '/files/pi.ipynb', '/lab?token=guessed']) {
      await visit(page, `${address.origin}${path}`);
      expect(new URL(page.url()).pathname, path).toBe('/login');
      expect(await page.getByText('Password or token').isVisible()).toBe(true);
      expect(await page.content()).not.toContain('throwing darts');
    }
    await page.context().close();
  });

  test('the printed address opens JupyterLab, and the cells of a notebook show π', async () => {
    const page = await newPage();
    await visit(page, address.href);
    await page.getByRole('listitem', { name: /pi\.ipynb/ }).dblclick();
    await page.getByText('Python 3 (ipykernel) | Idle').waitFor();
    await page.getByRole('menuitem', { name: 'Run', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Run All Cells', exact: true }).click();
    const result = page.getByText(/Pi is roughly 3\.1\d+/);
    await result.scrollIntoViewIfNeeded();
    const outputs = (await page.locator('.jp-OutputArea-output').allInnerTexts()).join('\n');
    expect(outputs).not.toMatch(/Warning:|Error:| WARN /);
    // Nothing asks the user for anything.
    expect(await page.getByRole('alert').count()).toBe(0);
    expect(page.url()).not.toContain(address.searchParams.get('token') ?? '');

    await page.keyboard.press('Control+s');
    await expect.poll(() => readFileSync(notebook, 'utf8'), { timeout: patience }).toContain('"Pi is roughly 3.1');
    const picture = process.env['SCREENSHOT'];
    if (picture) await page.screenshot({ path: projectPath(picture) });
    await page.context().close();
  });
});
