// The last step of setup: shows the file, writes it, and says what comes next.
import { usageFailure } from '../core/failure.ts';
import { changedLines } from '../core/plan/lines.ts';
import { columnsOf } from '../core/screen/columns.ts';
import { checkDraft } from './draft.ts';
import { nextCommands, repeatCommand, valueFacts } from './ending.ts';
import { fileText, writePlace } from './file.ts';
import { foldedCommand, shownFile } from './layout.ts';
import type { Started } from './place.ts';
import type { Prompter } from './prompter.ts';
import type { SetupAsked, SetupFront } from './start.ts';

/** What setup did. */
export interface SetupEnd {
  /** For programs. */
  facts: Record<string, unknown>;
  /** The profile that a deploy was wanted for. */
  deploys?: string;
  /** Whether the file differs from the present one, or would. */
  isChange?: boolean;
}

/** Shows the file, asks whether to write it, and says what comes next. A failure leaves the command that has all answers. */
export async function finish(started: Started, asked: SetupAsked, { prompter, say }: SetupFront): Promise<SetupEnd> {
  const { interview, place, before, origins } = started;
  const { draft } = interview;
  const { profile, problems } = checkDraft(draft);
  const folded = (line: string) => foldedCommand(line, columnsOf());
  const repeat = repeatCommand(draft, {
    name:
      origins.name === 'default' ? draft.name : place.path.endsWith(`${draft.name}.yaml`) ? place.option : place.path,
    answersFile: asked.flags['answers'],
  });
  const sayRepeat = () => say(`\nAgain, without questions:\n${folded(repeat)}`);
  if (problems.length > 0) {
    sayRepeat();
    throw usageFailure(problems.map(({ path, message }) => `${path.map(String).join('.')}: ${message}`).join('\n'));
  }
  const text = fileText(draft, place, before);
  const isSame = text === before;
  say(`\n${await changeText(place.path, before, text, columnsOf())}`);
  const facts = { profile: place.option, path: place.path, text, values: valueFacts(draft) };
  if (asked.dryRun) return { facts: { ...facts, isWritten: false }, isChange: !isSame };
  if (!prompter && !asked.yes && !isSame && before !== undefined)
    throw usageFailure(`${place.path} exists and would change`, 'add --yes to agree, or another --name');
  const isRun = asked.flags['run'] !== undefined;
  const choice = prompter && !asked.yes ? await askToWrite(place.path, isRun, prompter) : isRun ? 'deploy' : 'write';
  if (choice === 'nothing') throw usageFailure('nothing was written');
  await writePlace(place, text).catch((error: unknown) => {
    sayRepeat();
    throw error;
  });
  const isDeployed = choice === 'deploy';
  const next = nextCommands(place, profile, isDeployed);
  say([`${isSame ? 'Unchanged' : 'Wrote'}: ${place.path}`, '', 'Next:', ...next.map(folded)].join('\n'));
  sayRepeat();
  return {
    facts: { ...facts, isWritten: !isSame, next, repeat },
    isChange: !isSame,
    ...(isDeployed ? { deploys: place.option } : {}),
  };
}

/** What becomes of the file: a new one whole, of another the lines that change. */
async function changeText(path: string, before: string | undefined, text: string, width: number): Promise<string> {
  if (before === undefined) return `${path}:\n\n${shownFile(text, width)}`;
  if (text === before) return `${path} stays unchanged`;
  const lines = await changedLines(before, text);
  return `${path} changes:\n\n${lines.map((line) => `  ${line}`).join('\n')}\n`;
}

function askToWrite(path: string, isRun: boolean, prompter: Prompter): Promise<string> {
  const write = { value: 'write', about: `write ${path}` };
  const deploy = { value: 'deploy', about: `write ${path}, then run firesteel deploy` };
  const choices = [...(isRun ? [deploy] : [write, deploy]), { value: 'nothing', about: 'write nothing' }];
  return prompter.select({ message: `Write ${path}?`, choices, byDefault: isRun ? 'deploy' : 'write' });
}
