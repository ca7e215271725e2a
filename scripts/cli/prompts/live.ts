// The only import of inquirer: questions on a terminal that can redraw lines.
import { exitCode, Failure } from '../../../tasks/core/failure.ts';
import type { Prompt, Prompter } from '../../../tasks/setup/prompter.ts';
import type { Choice } from '../../../tasks/steps/setup.ts';

/** Below this many columns, what is behind a choice stands under the list. */
const narrow = 70;
/** Rows of a list that are seen at once. */
const pageSize = 10;

const same = (text: string) => text;

/** Without colours where NO_COLOR forbids them: https://no-color.org */
const theme = (isPale: boolean) =>
  isPale
    ? {
        prefix: { idle: '?', done: '✔' },
        spinner: { frames: ['…'] },
        style: {
          answer: same,
          message: same,
          error: (text: string) => `> ${text}`,
          defaultAnswer: (text: string) => `(${text})`,
          help: same,
          highlight: same,
          key: (text: string) => `<${text}>`,
          disabled: (text: string) => `- ${text}`,
          description: same,
          searchTerm: same,
        },
      }
    : {};

/** Ctrl-C at a question ends a run with the same exit code as later. */
function interruption(error: unknown): never {
  if (!(error instanceof Error) || error.name !== 'ExitPromptError') throw error;
  throw new Failure('interrupted: nothing was changed', { exitCode: exitCode.interrupted });
}

/** Why a choice that is refused, or a text that fits no choice, cannot be taken. */
const verdict = (problem: string | undefined): string | true => problem ?? true;

/** Says once what is wrong with a text: behind it while it is typed, below it after Enter. */
export function explained({ problem, problemLater }: Pick<Prompt, 'problem' | 'problemLater'>) {
  let refused: string | undefined;
  return {
    transformer: (text: string, { isFinal }: { isFinal: boolean }): string => {
      if (text !== refused) refused = undefined;
      const wrong = isFinal || text === '' || text === refused ? undefined : problem?.(text);
      return wrong ? `${text}  (${wrong})` : text;
    },
    validate: async (text: string): Promise<string | true> => {
      const wrong = problem?.(text) ?? (await problemLater?.(text));
      refused = wrong === undefined ? undefined : text;
      return verdict(wrong);
    },
  };
}

function shownChoices(choices: readonly Choice[], columns: number) {
  const isNarrow = columns < narrow;
  const width = Math.max(...choices.map(({ value }) => value.length));
  return choices.map(({ value, about, more, refused }) => {
    const description = [...(isNarrow && about && value ? [about] : []), ...(more ? [more] : [])].join('\n');
    return {
      value,
      short: value || about || '',
      // A choice of nothing is shown as its words.
      name: value === '' ? (about ?? '') : isNarrow || !about ? value : `${value.padEnd(width)}  ${about}`,
      ...(description ? { description } : {}),
      ...(refused ? { disabled: `(${refused})` } : {}),
    };
  });
}

/** Asks with inquirer. */
export function livePrompter(columns: number, isPale: boolean): Prompter {
  const common = { theme: theme(isPale) };
  const shown = (choices: readonly Choice[]) => shownChoices(choices, columns);
  const answered = async <T>(question: object): Promise<T> => {
    const { default: inquirer } = await import('inquirer');
    // A terminal that goes away ends its input, and cannot be set up for a question any more.
    const leave = () => process.exit(exitCode.interrupted);
    process.stdin.prependOnceListener('end', leave);
    process.once('SIGHUP', leave);
    const { answer } = await inquirer
      .prompt([{ ...common, ...question, name: 'answer' } as never])
      .catch(interruption)
      .finally(() => {
        process.stdin.off('end', leave);
        process.off('SIGHUP', leave);
      });
    return answer as T;
  };
  return {
    confirm: (message, byDefault) => answered({ type: 'confirm', message, default: byDefault }),
    type: ({ message, byDefault, ...prompt }) =>
      answered({
        type: 'input',
        message,
        ...(byDefault === undefined ? {} : { default: byDefault }),
        ...explained(prompt),
      }),
    select: ({ message, choices, byDefault }) =>
      answered({ type: 'select', message, loop: false, pageSize, choices: shown(choices), default: byDefault }),
    search: ({ message, choices, byDefault, problem }) =>
      answered({
        type: 'search',
        message,
        pageSize,
        default: byDefault,
        source: (term: string | undefined) => shown(matching(choices, term, problem)),
        validate: (text: string) =>
          verdict(problem && !choices.some(({ value }) => value === text) ? problem(text) : undefined),
      }),
  };
}

/** The choices with this text in them; the text itself where it can be taken and is none of them. */
export function matching(choices: readonly Choice[], term: string | undefined, problem?: Prompt['problem']): Choice[] {
  const words = (term ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  const found = choices.filter(({ value, about = '' }) =>
    words.every((word) => `${value} ${about}`.toLowerCase().includes(word)),
  );
  const typed = term?.trim() ?? '';
  const isNew = typed !== '' && !choices.some(({ value }) => value === typed);
  return isNew && problem && problem(typed) === undefined ? [...found, { value: typed, about: 'as typed' }] : found;
}
