// Notebooks built in tests, and one converter for all tests of a file: its start takes longer than many conversions.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { Failure } from '../../../../tasks/core/failure.ts';
import { type Conversion, conversionRequest, shownFinding } from '../../../../tasks/notebooks/job/convert.ts';
import {
  converterCommand,
  converterEnv,
  findConverter,
  getConverter,
} from '../../../../tasks/notebooks/job/converter.ts';
import { commandContext } from '../../toolbox/fixtures.ts';

/** A cell as it stands in a file. */
export type Cell = Record<string, unknown>;

/** A cell of code, with these tags. */
export const code = (source: string, ...tags: string[]): Cell => ({
  cell_type: 'code',
  execution_count: null,
  metadata: tags.length > 0 ? { tags } : {},
  outputs: [],
  source: source.split(/(?<=\n)/),
});

/** A cell of text. */
export const text = (source: string): Cell => ({ cell_type: 'markdown', metadata: {}, source });

/** A file of nbformat 4; cells given as texts are code. */
export const notebook = (cells: (string | Cell)[], metadata: unknown = {}): Record<string, unknown> => ({
  nbformat: 4,
  nbformat_minor: 4,
  metadata,
  cells: cells.map((cell) => (typeof cell === 'string' ? code(cell) : cell)),
});

/** What notebooks are converted for in tests. */
export const usual = { spark: '4.3.0', isOurImage: true };

/** Converts what a file x.ipynb with this content would be. */
export type Convert = (content: unknown, args?: readonly string[], records?: boolean) => Promise<Conversion>;

/** What pip says then, of each try. */
const isOffline = (error: unknown): boolean =>
  error instanceof Failure && /connection broken by/.test(error.output ?? '');

/**
 * Makes the converter if this machine has none, and keeps one process of it for the file's tests. Where it cannot be
 * fetched for want of a network, they are skipped. The notebook is in a folder that is removed afterwards.
 */
export function ownConverter(folder = mkdtempSync(join(tmpdir(), 'fs-notebook-'))): Convert {
  let child: ReturnType<typeof start> | undefined;
  let why: string | undefined;
  beforeAll(async () => {
    const context = commandContext();
    try {
      if (!(await getConverter.skip?.(context))) await getConverter.run(context, { line: () => {} });
      child = start((await findConverter(context.read)) ?? '');
    } catch (error) {
      if (!isOffline(error)) throw error;
      why = `no notebook converter: ${(error as Error).message}`;
    }
  }, 600_000);
  beforeEach(({ skip }) => skip(why !== undefined, why));
  afterAll(() => {
    child?.end();
    rmSync(folder, { recursive: true });
  });
  return (content, args = [], records = false) => {
    const path = join(folder, 'x.ipynb');
    const isRaw = typeof content === 'string' || content instanceof Uint8Array;
    writeFileSync(path, isRaw ? content : JSON.stringify(content));
    if (!child) throw new Error(why);
    return child.ask(conversionRequest(path, { ...usual, args, records }));
  };
}

function start(folder: string) {
  const [program, ...words] = converterCommand;
  const child = spawn(program, words, {
    env: { ...process.env, ...converterEnv(folder) },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const answers: ((line: string) => void)[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => answers.shift()?.(line));
  return {
    ask: (request: string) =>
      new Promise<Conversion>((resolve, reject) => {
        child.once('exit', reject);
        answers.push((line) => {
          child.off('exit', reject);
          resolve(JSON.parse(line) as Conversion);
        });
        child.stdin.write(request);
      }),
    end: () => child.stdin.end(),
  };
}

/** The cells of a program as lines, without what is around each; what one needs beforehand stays. */
export const cellsOf = (script: string): string[] =>
  (script.split(/^cells = \[\n+/m)[1] ?? '')
    .split(/^\]$/m, 1)
    .join()
    .replaceAll(/^\(\d+, \{(.*)\}, r(?:'''|""")\n/gm, (_, about: string) => (about ? `{${about}}\n` : ''))
    .replaceAll(/^(?:'''|""")\),\n/gm, '')
    .trimEnd()
    .split('\n');

/** Findings as shown, for a notebook called x. */
export const shownFindings = (findings: Conversion['problems']): string[] =>
  findings.map((finding) => shownFinding('x', finding));
