// Declares the command line for Commander: verbs by heading, their actions, and their flags.
import { Command, Help, Option } from 'commander';
import { usageFailure } from '../../tasks/core/failure.ts';
import { didYouMean } from '../../tasks/core/nearest.ts';
import { columnsOf, wrapped } from '../../tasks/core/screen/columns.ts';
import type { Flags, OwnFlags } from './flags.ts';
import { sameMeaningOf } from './other-words.ts';
import { isPlain } from './output.ts';
import { usualProfile } from './usual.ts';
import type { Action, ActionVerb, FlagLines, Verb } from './verb.ts';
import { insteadOf } from './verbs/foreign-flags.ts';
import { verbGroups, verbs } from './verbs.ts';
import { version } from './version.ts';
import { readWords } from './words.ts';

/** Runs a verb with its words, checked, and its flags. */
type Run = (verb: Verb, words: string[], flags: Flags & OwnFlags) => Promise<void>;

export function createProgram(run: Run): Command {
  const program = new Command('firesteel')
    .description('From nothing to a Spark job on Kubernetes, and from class list to classroom.')
    .usage('<verb> [flags]')
    .version(version(), '--version', 'print the version')
    .helpOption('-h, --help', 'print this help, or the help of a verb')
    .showSuggestionAfterError()
    .showHelpAfterError('→ see all verbs: firesteel --help')
    .configureOutput({
      outputError: (text, write) => write(`✖ ${usageMessage(text)}`),
      writeOut: (text) => void process.stdout.write(wrapped(text, columnsOf(), 2)),
      getOutHelpWidth: helpColumns,
      getErrHelpWidth: helpColumns,
    })
    .exitOverride()
    .configureHelp({
      subcommandTerm: (command) => command.name(),
      showGlobalOptions: false,
      minWidthToWrap,
      formatItem,
    })
    .addHelpText('after', '\nMore of a verb: firesteel <verb> --help');
  for (const { heading, verbs } of verbGroups) {
    program.commandsGroup(heading);
    for (const [name, verb] of Object.entries(verbs)) addVerb(program, name, verb, run);
  }
  program
    .command('completion')
    .summary('Print the script that completes words in a shell')
    .description('Print the script that completes words in a shell: source <(firesteel completion bash)')
    .argument('<shell>', 'bash, zsh or fish')
    .action(async (shell: string) => (await import('./completion.ts')).printScript(shell));
  program
    .command('version')
    .summary('Print the version')
    .action(() => void process.stdout.write(`${version()}\n`));
  program
    .helpCommand(false)
    .command('help')
    .summary('Print the help of a verb')
    .argument('[verb]')
    .argument('[action]')
    .action((...words: (string | undefined)[]) => commandOf(program, words.slice(0, 2)).help());
  return program;
}

/** Columns of help: 80 where there is no terminal. */
const helpColumns = (): number => (Number.isFinite(columnsOf()) ? columnsOf() : 80);

/** Columns that a description needs beside its flag. */
const minWidthToWrap = 24;

/** A flag and its description; where there is no room beside it, the description stands below. */
function formatItem(term: string, termWidth: number, description: string, helper: Help): string {
  const width = helper.helpWidth ?? helpColumns();
  if (description === '' || width - termWidth - 4 >= minWidthToWrap)
    return Help.prototype.formatItem.call(helper, term, termWidth, description, helper);
  return wrapped(`  ${term}\n      ${description}`, width);
}

/** Commander's words for a wrong command line in the form of every other failure. */
export const usageMessage = (text: string): string =>
  text
    .replace(/^error: /, '')
    .replace(/^(unknown option '([^']+)')(\n\(Did .+\))?/, (_, line, option, near = '') => {
      const instead = misplaced(option) ?? insteadOf(option);
      return line + (instead ? `; ${instead}` : near);
    })
    .replace(/^(unknown command '(.+)')(\n\(Did .+\))?/, (_, line, verb, near = '') => line + (sameVerbs(verb) || near))
    .replace(/\n\(Did you mean (?:one of )?(.+)\?\)/, '; did you mean $1?')
    .replace(/^option '(\S+?),? ?(\S+)?' argument missing/, '$1: $2 is missing')
    .replace(/^missing required argument '(.+)'/, '<$1> is missing')
    .replace(/^too many arguments for '(\w+)'.*/, '$1 takes fewer arguments');

/** What is wrong with a flag that firesteel has: it stands before the verb, or has a value that it does not take. */
function misplaced(option: string): string | undefined {
  const [, flag = option, value] = /^([^=]+)=(.*)$/s.exec(option) ?? [];
  const ofVerbs = Object.values(verbs).flatMap((verb) => [
    ...optionsOf(verb.flags),
    ...('actions' in verb ? Object.values(verb.actions).flatMap(({ flags }) => optionsOf(flags)) : []),
  ]);
  const isFlag = (one: Option) => one.long === flag;
  if (value !== undefined && [...commonFlags(), ...ofVerbs].some((one) => isFlag(one) && one.isBoolean()))
    return `${flag} takes no value`;
  return commonFlags().some(isFlag) ? `flags stand behind the verb, as in firesteel deploy ${option}` : undefined;
}

/** What a verb of another tool means here. */
const sameVerbs = (word: string): string => sameMeaningOf(word, [...Object.keys(verbs), 'completion', 'help']);

/** The verb or action of these words; a usage Failure if there is none of that name. */
function commandOf(program: Command, words: readonly (string | undefined)[]): Command {
  return words.reduce((command: Command, word) => {
    if (word === undefined) return command;
    const found = command.commands.find((one) => one.name() === word);
    if (found) return found;
    const names = command.commands.map((one) => one.name());
    throw usageFailure(
      command === program
        ? `help ${word}: unknown verb${didYouMean(word, names)}`
        : `help ${command.name()} ${word}: unknown action${didYouMean(word, names)}`,
      names.length > 0 ? `choose one of ${names.join(', ')}` : `omit ${word}`,
    );
  }, program);
}

function addVerb(program: Command, name: string, verb: Verb, run: Run): void {
  const command = program.command(name).summary(verb.summary).description(verb.summary).argument('[words...]');
  command.showHelpAfterError(`→ see its flags: firesteel ${name} --help${behindDashes(verb)}`);
  const given = async (words: string[]) => {
    verifyValues(command, words);
    const read = await readWords(name, verb, words);
    if ('actions' in verb) verifyFlagsOf(read[0] ?? '', name, verb.actions, command);
    const flags = Object.assign({}, noSwitches, command.opts<Flags & OwnFlags>());
    flags.plain = isPlain(flags);
    await run(verb, read, flags);
  };
  command.action(given);
  addFlags(command, verb.flags);
  if ('actions' in verb) addActions(command, name, verb, given);
  else command.usage(`${verb.takes.usage} [flags]`.trim());
  addExamples(command, verb.examples);
  // A verb for which a flag means more says so itself.
  for (const option of commonFlags().filter(isNewFor(command)))
    command.addOption('actions' in verb ? option.hideHelp() : option);
}

/** Where flags of a job's own program belong, for a verb that takes them. */
const behindDashes = (verb: Verb): string =>
  'takes' in verb && verb.takes.usage.includes('[-- arguments]') ? '; flags of the program belong behind --' : '';

const isNewFor =
  (command: Command) =>
  ({ long }: Option): boolean =>
    !command.options.some((option) => option.long === long);

/** A verb reads the flags of its actions itself, so that they may stand before the action as well. */
function addActions(command: Command, name: string, verb: ActionVerb, given: (words: string[]) => Promise<void>): void {
  command
    .usage(`${verb.usual ? `[action, by default ${verb.usual}]` : '<action>'} [flags]`)
    .helpCommand(false)
    .commandsGroup('Actions:')
    .addHelpText('after', `\nMore of an action, and flags of every verb: firesteel ${name} <action> --help`);
  for (const [action, { flags, takes, examples, summary }] of Object.entries(verb.actions)) {
    const inner = command.command(action).summary(summary).description(summary).argument('[words...]');
    inner.showHelpAfterError(`→ see its flags: firesteel ${name} ${action} --help`);
    inner.usage(`${takes.usage} [flags]`.trim()).action((words: string[]) => given([action, ...words]));
    addFlags(inner, { ...flags, ...verb.flags });
    addExamples(inner, examples);
    for (const option of commonFlags()) inner.addOption(option);
    for (const option of optionsOf(flags).filter(isNewFor(command))) command.addOption(option.hideHelp());
  }
}

const optionsOf = (flags: FlagLines = {}): Option[] =>
  Object.entries(flags).map(([flag, description]) => new Option(flag, description));

function addFlags(command: Command, flags: FlagLines | undefined): void {
  for (const option of optionsOf(flags)) command.addOption(option);
}

function addExamples(command: Command, examples: FlagLines = {}): void {
  const lines = Object.entries(examples).flatMap(([words, does]) => [`  # ${does}`, `  firesteel ${words}`]);
  if (lines.length > 0) command.addHelpText('after', ['', 'Examples:', ...lines].join('\n'));
}

/** Not as defaults of their options: help would list them. */
const noSwitches = { dryRun: false, exitCode: false, json: false, yes: false, plain: false, verbose: false };

/** Flags that every verb has; docs/commands.md says what they mean. */
const commonFlags = (): Option[] =>
  [
    new Option('--profile <name>', 'profile: a name in profiles/ or a path').default(usualProfile()),
    new Option('--set <key=value>', 'set a key of the profile, as spark.conf.spark.executor.memory=2g')
      .argParser((value: string, values: string[]) => [...values, value])
      .default([], 'nothing'),
    new Option('--dry-run', 'show every change, field by field; make none'),
    new Option('--exit-code', 'with --dry-run: exit 3 if anything would change'),
    new Option('--json', 'print one JSON event a line on stdout, and nothing else'),
    new Option('--yes', 'answer yes to every question'),
    new Option('--plain', 'print plain lines on a terminal, too: no live list, no QR code, numbered questions'),
    new Option('--verbose', 'print stack traces'),
  ].map((option) => option.helpGroup('Flags of every verb:'));

/** Usage Failure for a flag whose value is missing, so that the next word was taken for it. */
function verifyValues(command: Command, words: readonly string[]): void {
  for (const option of command.options.filter((one) => one.required)) {
    const values = [command.getOptionValue(option.attributeName()) as string | string[] | undefined].flat();
    const flag = values.find((value) => value !== undefined && /^--[a-z]/i.test(value));
    const name = /<.+>/.exec(option.flags)?.[0];
    if (flag !== undefined) throw usageFailure(`${option.long}: ${name} is missing before ${flag}`);
    if (values.includes(''))
      throw usageFailure(`${option.long}: ${name} is empty`, `omit ${option.long}, or give it a value`);
  }
  const set = command.getOptionValue('set') as string[] | undefined;
  const bare = set?.find((one) => /^[\w.-]+$/.test(one));
  if (bare !== undefined && words.length > 0)
    throw usageFailure(`--set ${bare}: expected key=value, as in ${bare}=VALUE`);
}

/** Usage Failure for a flag of another action. */
function verifyFlagsOf(
  action: string,
  verb: string,
  actions: Readonly<Record<string, Action>>,
  command: Command,
): void {
  for (const [other, { flags }] of Object.entries(actions))
    for (const option of optionsOf(flags)) {
      const isTaken = optionsOf(actions[action]?.flags).some(({ long }) => long === option.long);
      if (!isTaken && command.getOptionValueSource(option.attributeName()) === 'cli')
        throw usageFailure(`${option.long} is for ${verb} ${other}`);
    }
}
