// Questions in plain lines, for screen readers and terminals that cannot redraw.
import { createInterface } from 'node:readline';
import { exitCode, Failure } from '../../../tasks/core/failure.ts';
import { wrapped } from '../../../tasks/core/screen/columns.ts';
import type { Prompt, Prompter } from '../../../tasks/setup/prompter.ts';
import type { Choice } from '../../../tasks/steps/setup.ts';
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
    say: (text) => void process.stdout.write(`${wrapped(text, columns, 2)}\n`),
  });
}

/** A question mark is sign enough, and so is a colon. */
const asked = (message: string): string => (/[?:]$/.test(message) ? message : `${message}:`);

/** Prompts on any lines. */
export function promptsOn({ line, say }: Terminal): Prompter {
  async function typed({ message, byDefault, canBeEmpty, problem, problemLater }: Prompt): Promise<string> {
    const toEmpty = canBeEmpty ? ', - to leave it empty' : '';
    let refusal = '';
    for (;;) {
      say(`${refusal}${asked(message)}${byDefault === undefined ? '' : ` Enter for ${byDefault}${toEmpty}.`}`);
      const given = (await line()).trim() || (byDefault ?? '');
      // An empty line is the default.
      const text = canBeEmpty && given === '-' ? '' : given;
      const wrong = problem?.(text) ?? (await problemLater?.(text));
      if (wrong === undefined) return text;
      refusal = `Not accepted: ${wrong}.\n`;
    }
  }

  async function chosen({ message, choices, byDefault, problem }: Parameters<Prompter['search']>[0]): Promise<string> {
    let shown = choices;
    let before = asked(message);
    const usual = `${choices.length > most ? ' or a part of a name' : ''}${byDefault ? `, or Enter for ${byDefault}` : ''}`;
    for (;;) {
      say([before, ...readOut(shown), `Type a number${usual}.`].filter(Boolean).join('\n'));
      const text = (await line()).trim();
      const isNumber = /^\d+$/.test(text);
      if (text === '' && byDefault !== undefined) return byDefault;
      const choice = isNumber ? shown[Number(text) - 1] : choices.find(({ value }) => value === text);
      if (choice && !choice.refused) return choice.value;
      const found = isNumber || text === '' ? [] : matching(choices, text);
      const isNew = found.length === 0 && !isNumber && text !== '' && problem;
      if (!choice && isNew && problem(text) === undefined) return text;
      if (choice) before = `Not accepted: ${choice.value}: ${choice.refused}.`;
      else if (found.length === 0) before = `Not accepted: ${text === '' ? 'nothing was typed' : text}.`;
      else {
        before = '';
        shown = found;
      }
    }
  }

  const readOut = (choices: readonly Choice[]): string[] => [
    ...choices
      .slice(0, most)
      .map(
        ({ value, about, more, refused }, i) =>
          `  ${i + 1}. ${[value, [about, more].filter(Boolean).join('; ')].filter(Boolean).join(': ')}${refused ? ` (not available: ${refused})` : ''}`,
      ),
    ...(choices.length > most ? [`  and ${choices.length - most} more.`] : []),
  ];

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
