// Questions in plain lines, for screen readers and terminals that cannot redraw: numbered choices, one line for each answer.
import { createInterface } from 'node:readline';
import { exitCode, Failure } from '../../tasks/core/failure.ts';
import { wrapped } from '../../tasks/setup/layout.ts';
import type { Prompt, Prompter } from '../../tasks/setup/prompter.ts';
import type { Choice } from '../../tasks/steps/setup.ts';
import { matching } from './live.ts';

/** Choices that are read out at once; a part of a name finds the others. */
const most = 12;

/** Lines in, lines out. */
interface Terminal {
  line(): Promise<string>;
  say(text: string): void;
}

const interrupted = () => new Failure('interrupted: nothing was changed', { exitCode: exitCode.interrupted });

/** Lines of a stream; one reader for all questions, as lines may come faster than they are asked. */
function linesOf(input: NodeJS.ReadStream): Terminal['line'] {
  const lines: string[] = [];
  let isOver = false;
  let wake = () => {};
  const reader = createInterface({ input, terminal: false });
  reader.on('line', (line) => {
    lines.push(line);
    wake();
  });
  reader.on('close', () => {
    isOver = true;
    wake();
  });
  return async () => {
    reader.resume();
    const stop = () => {
      isOver = true;
      wake();
    };
    process.once('SIGINT', stop);
    while (lines.length === 0 && !isOver)
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    process.off('SIGINT', stop);
    reader.pause();
    const line = lines.shift();
    if (line === undefined) throw interrupted();
    return line;
  };
}

let keyboard: Terminal['line'] | undefined;

/** Asks on this process's own terminal. */
export function plainPrompter(columns: number): Prompter {
  return promptsOn({
    line: () => {
      keyboard ??= linesOf(process.stdin);
      return keyboard();
    },
    say: (text) => void process.stdout.write(`${wrapped(text, columns)}\n`),
  });
}

/** A question mark is sign enough. */
const asked = (message: string): string => (message.endsWith('?') ? message : `${message}:`);

/** Prompts on any lines. */
export function promptsOn({ line, say }: Terminal): Prompter {
  async function typed({ message, byDefault, problem, problemLater }: Prompt): Promise<string> {
    for (;;) {
      say(`${asked(message)}${byDefault === undefined ? '' : ` Enter for ${byDefault}.`}`);
      const text = (await line()).trim() || (byDefault ?? '');
      const wrong = problem?.(text) ?? (await problemLater?.(text));
      if (wrong === undefined) return text;
      say(`Not taken: ${wrong}.`);
    }
  }

  async function chosen({ message, choices, byDefault, problem }: Parameters<Prompter['search']>[0]): Promise<string> {
    let shown = choices;
    say(asked(message));
    for (;;) {
      readOut(shown);
      say(
        `Type a number${choices.length > most ? ' or a part of a name' : ''}${byDefault ? `, or Enter for ${byDefault}` : ''}.`,
      );
      const text = (await line()).trim();
      if (text === '' && byDefault !== undefined) return byDefault;
      const choice = /^\d+$/.test(text) ? shown[Number(text) - 1] : choices.find(({ value }) => value === text);
      if (choice && !choice.refused) return choice.value;
      if (choice) say(`Not taken: ${choice.value}: ${choice.refused}.`);
      else if (
        problem &&
        text !== '' &&
        !/^\d+$/.test(text) &&
        problem(text) === undefined &&
        matching(choices, text).length === 0
      )
        return text;
      else {
        const found = matching(choices, text);
        if (found.length === 0 || /^\d+$/.test(text)) say(`Not taken: ${text === '' ? 'nothing was typed' : text}.`);
        else shown = found;
      }
    }
  }

  const readOut = (choices: readonly Choice[]): void => {
    for (const [i, { value, about, more, refused }] of choices.slice(0, most).entries())
      say(
        `  ${i + 1}. ${[value, [about, more].filter(Boolean).join('; ')].filter(Boolean).join(': ')}${refused ? ` (cannot be taken: ${refused})` : ''}`,
      );
    if (choices.length > most) say(`  and ${choices.length - most} more.`);
  };

  return {
    type: typed,
    select: chosen,
    search: chosen,
    async confirm(message, byDefault) {
      const usual = byDefault ? 'yes' : 'no';
      const isWord = (text: string) => /^(y|yes|n|no)$/i.test(text);
      const text = await typed({
        message: `${message} Type yes or no`,
        byDefault: usual,
        problem: (word) => (isWord(word) ? undefined : 'type yes or no'),
      });
      return /^y/i.test(text);
    },
  };
}
