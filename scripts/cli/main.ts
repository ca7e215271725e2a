// Reads flags, runs the task of the verb, and exits with its code.
import { exitCode, Failure, usageFailure } from '../../tasks/core/failure.ts';
import { failureEvent, failureText, readOut } from '../../tasks/core/report.ts';
import { takeCommonUmask } from '../../tasks/core/umask.ts';
import { noteCrash } from './crash.ts';
import { isPlain } from './output.ts';
import { createProgram, usageMessage } from './program.ts';

const program = () =>
  createProgram(async (verb, words, flags) => {
    if ('writesProfile' in verb) {
      const { runSetup } = await import('./run-setup.ts');
      process.exitCode = await runSetup(flags);
      return;
    }
    const { runVerb } = await import('./run-verb.ts');
    process.exitCode = await runVerb(await verb.load(flags, words), words, flags);
  });

/** kubectl and shells call these often: help does not list them. */
async function answered([word, ...words]: string[]): Promise<boolean> {
  if (word === 'credential') {
    const { credential } = await import('../../tasks/clusters/credential.ts');
    process.stdout.write(`${await credential(words)}\n`);
    return true;
  }
  if (word !== 'complete') return false;
  const { printCompletions } = await import('./completion.ts');
  await printCompletions(program(), words);
  return true;
}

/** Words before `--`: those behind it are a job's. */
const ownWords = (words: readonly string[]): readonly string[] => words.slice(0, [...words, '--'].indexOf('--'));

/** Whether a program reads the output. */
const isForPrograms = (words: readonly string[]): boolean => ownWords(words).includes('--json');

function printFailure(error: unknown, words: readonly string[]): void {
  if (isForPrograms(words)) return void process.stdout.write(failureEvent('', error));
  const own = ownWords(words);
  const text = failureText('', error, own.includes('--verbose'));
  process.stderr.write(`${isPlain({ plain: own.includes('--plain') }) ? readOut(text) : text}\n`);
}

/** Runs `firesteel ...words` and sets the process's exit code; its output is guarded. */
export async function runWords(words: string[]): Promise<void> {
  takeCommonUmask();
  for (const event of ['uncaughtException', 'unhandledRejection'] as const)
    process.on(event, (error: unknown) => {
      printFailure(error, words);
      noteCrash(error, words);
      process.exit(exitCode.failed);
    });
  try {
    if (!(await answered(words))) await program().parseAsync(words, { from: 'user' });
  } catch (error) {
    const code = (error as { code?: string }).code ?? '';
    if (code.startsWith('commander.')) {
      const isAsked = ['commander.helpDisplayed', 'commander.help', 'commander.version'].includes(code);
      process.exitCode = isAsked ? exitCode.done : exitCode.usage;
      // For people, the program has printed it.
      if (!isAsked && isForPrograms(words)) printFailure(usageFailure(usageMessage((error as Error).message)), words);
      return;
    }
    printFailure(error, words);
    noteCrash(error, words);
    process.exitCode = error instanceof Failure ? error.exitCode : exitCode.failed;
  }
}
