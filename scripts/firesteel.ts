// The one command. Of a bundle the help is a text, which starts nearly as fast as Node does; all else is in cli/main.ts.
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { columnsOf } from '../tasks/core/screen/columns.ts';
import { guardOutput } from './cli/output.ts';

/** No line of the help is longer, so it looks the same on every terminal that is as wide. */
const helpColumns = 80;

/** The help, if these words ask for it and a bundle has kept it; on a narrow terminal it has other lines. */
function keptHelp([word = '', ...others]: readonly string[]): string | undefined {
  const kept = new URL('help.txt', import.meta.url);
  const isAsked = ['--help', '-h'].includes(word) && others.length === 0;
  return isAsked && columnsOf() >= helpColumns && existsSync(kept) ? readFileSync(kept, 'utf8') : undefined;
}

/** Runs `firesteel ...words` and sets the process's exit code. */
export async function main(words: string[]): Promise<void> {
  guardOutput();
  const help = keptHelp(words);
  if (help !== undefined) {
    process.stdout.write(help);
    return;
  }
  // A schema reads one value in a run: code made for it would take longer than it saves. Schemas ask when they are made.
  (await import('zod')).config({ jitless: true });
  await (await import('./cli/main.ts')).runWords(words);
  endSoon();
}

/** How long connections may take to end by themselves after a command, in milliseconds. */
const farewell = 5_000;

/** Ends a process whose command is done, also where the other side of a connection never answers its end. */
function endSoon(): void {
  const isUnread = () => process.stdout.writableLength + process.stderr.writableLength > 0;
  setTimeout(() => (isUnread() ? endSoon() : process.exit()), farewell).unref();
}

const started = process.argv[1];
if (started && import.meta.url === pathToFileURL(realpathSync(started)).href) await main(process.argv.slice(2));
