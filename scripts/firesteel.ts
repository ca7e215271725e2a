// The one command: reads flags, runs the verb's task, exits with its code.
import { realpathSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { Command } from 'commander';
import { exitCode, Failure } from '../tasks/lib/failure.ts';
import { failureText } from '../tasks/lib/report.ts';
import { takeCommonUmask } from '../tasks/lib/umask.ts';
import { guardOutput } from './output.ts';
import type { Flags } from './run-verb.ts';
import { usualProfile } from './usual.ts';
import { type OwnFlags, verbs } from './verbs.ts';
import { readWords, usageOf } from './words.ts';

function createProgram(): Command {
  const program = new Command('firesteel')
    .description('From nothing to a running Spark job on Kubernetes.')
    .showSuggestionAfterError()
    .exitOverride()
    .addHelpText('after', '\nEvery verb takes the same flags: firesteel <verb> --help');
  for (const [name, verb] of Object.entries(verbs)) {
    const command = program
      .command(name)
      .summary(verb.summary)
      .description(verb.summary)
      .usage(`[flags] ${usageOf(verb.takes)}`.trim())
      .argument('[args...]')
      .option('--profile <name>', 'profile: a name in profiles/ or a path', usualProfile())
      .option('--set <key=value>', 'set one key of the profile, as in spark.conf.spark.executor.memory=2g', append, [])
      .option('--dry-run', 'print every command and manifest; change nothing', false)
      .option('--exit-code', 'with --dry-run: exit 3 if anything would change', false)
      .option('--json', 'print one JSON event a line on stdout, and nothing else', false)
      .option('--yes', 'answer yes to every question', false)
      .option('--verbose', 'print stack traces', false)
      .action(async (args: string[], flags: Flags & OwnFlags) => {
        const words = await readWords(name, verb.takes, args);
        const { runVerb } = await import('./run-verb.ts');
        process.exitCode = await runVerb(await verb.load(flags), words, flags);
      });
    for (const [flag, description] of Object.entries(verb.flags ?? {})) command.option(flag, description);
  }
  return program;
}

const append = (value: string, values: string[]): string[] => [...values, value];

/** Runs `firesteel ...words` and sets the process's exit code. */
export async function main(words: string[]): Promise<void> {
  takeCommonUmask();
  guardOutput();
  try {
    // Called by kubectl and others, again and again: it loads nothing else, and help does not list it.
    if (words[0] === 'credential') {
      const { credential } = await import('../tasks/credential.ts');
      process.stdout.write(`${await credential(words.slice(1))}\n`);
      return;
    }
    await createProgram().parseAsync(words, { from: 'user' });
  } catch (error) {
    const code = (error as { code?: string }).code ?? '';
    if (code.startsWith('commander.')) {
      const helped = code === 'commander.helpDisplayed' || code === 'commander.version';
      process.exitCode = helped ? exitCode.done : exitCode.usage;
      return;
    }
    process.stderr.write(`${failureText('', error, words.includes('--verbose'))}\n`);
    process.exitCode = error instanceof Failure ? error.exitCode : exitCode.failed;
  }
}

const started = process.argv[1];
if (started && import.meta.url === pathToFileURL(realpathSync(started)).href) await main(process.argv.slice(2));
