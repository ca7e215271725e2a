// Parses and checks a program's own flags by its job.yaml. Pure.
import { posix } from 'node:path';
import * as z from 'zod';
import { didYouMean } from '../core/nearest.ts';

const flags = /^(-[A-Za-z], )?--[A-Za-z][-\w]*$|^-[A-Za-z]$/;

/** `options` of a job.yaml: each flag as typed, with what it takes. */
export const optionsSchema = z.record(
  z.string().regex(flags, 'expected flags such as "-b, --batchSize", "--model" or "-v"'),
  z
    .strictObject({
      type: z
        .enum(['integer', 'number', 'text', 'switch', 'folder', 'input'])
        .describe(
          'Type of the value: integer, number, text, switch, folder or input. A switch has no value. A folder outlives the run. An input is a list, separated by commas, of files and folders of this machine, claim:NAME/path or image:/path.',
        ),
      default: z
        .union([z.string(), z.number()])
        .optional()
        .describe('Value if the user gives none; ${cores} stands for the cores of all executors together.'),
      choices: z.array(z.string()).min(1).optional().describe('The only values that are allowed.'),
      endings: z.array(z.string()).min(1).optional().describe('Endings of allowed file names, such as .csv.'),
      minimum: z.number().optional().describe('The smallest allowed number.'),
      multipleOf: z
        .union([z.int().min(1), z.literal('cores')])
        .optional()
        .describe('A number that divides the value; cores stands for the cores of all executors together.'),
      about: z.string().describe('Purpose of the option, in a few words.'),
    })
    .refine(({ type, default: value }) => type !== 'switch' || value === undefined, {
      path: ['default'],
      message: 'expected no default for a switch; name the switch in args instead',
    }),
);

/** A job's flags, by how they are typed: `-b, --batchSize`. */
export type Options = z.output<typeof optionsSchema>;
type Option = Options[string];

/** What the rules of flags are about. */
export interface OptionFacts {
  /** Of all executors together. */
  cores: number;
  /** Folders of volumes in the driver. */
  volumes: readonly string[];
}

/** One flag as it was given. */
export interface GivenFlag {
  /** Its key among the options; undefined if there is no such flag. */
  key?: string;
  /** As it was typed, `-b`. */
  flag: string;
  value?: string;
  /** Which of the words has the value. */
  at: number;
}

/** The flags of a key: `-b` and `--batchSize`. */
const flagsOf = (key: string): string[] => key.split(', ');

/** The flag a program is given: the last, long one. */
export const longFlag = (key: string): string => flagsOf(key).at(-1) ?? key;

/** Reads arguments as scopt, argparse and the like do: `-b 128`, `--batchSize 128`, `--batchSize=128`. */
export function givenFlags(options: Options, args: readonly string[]): { given: GivenFlag[]; others: string[] } {
  const given: GivenFlag[] = [];
  const others: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const word = args[at] ?? '';
    // A number below zero is not a flag.
    if (!/^--?[A-Za-z]/.test(word)) {
      others.push(word);
      continue;
    }
    const [, flag = word, joined] = /^([^=]+)=(.*)$/s.exec(word) ?? [];
    const key = Object.keys(options).find((one) => flagsOf(one).includes(flag));
    const takes = key !== undefined && options[key]?.type !== 'switch';
    const value = joined ?? (takes ? args[++at] : undefined);
    given.push({ flag, at, ...(key === undefined ? {} : { key }), ...(value === undefined ? {} : { value }) });
  }
  return { given, others };
}

/** What is wrong with a job's arguments, a line each; a job without options takes what it is given. */
export function optionProblems(options: Options | undefined, args: readonly string[], facts: OptionFacts): string[] {
  if (!options) return [];
  const { given, others } = givenFlags(options, args);
  const filledIn = givenFlags(options, missingDefaults(options, args)).given;
  const all = Object.keys(options);
  return [
    ...[...given, ...filledIn].flatMap((one) => {
      const option = one.key === undefined ? undefined : options[one.key];
      if (!option)
        return [
          `${one.flag}: no such option${meantFlag(one.flag, all.flatMap(flagsOf)) || ';'} options are ${all.join(' · ')}`,
        ];
      const problem = valueProblem(option, one.value, facts);
      return problem ? [`${one.flag}${one.value === undefined ? '' : ` ${one.value}`}: ${problem}`] : [];
    }),
    ...others.map((word) => `${JSON.stringify(word)}: belongs to no option; options are ${all.join(' · ')}`),
  ];
}

const numberForms = { integer: /^[+-]?\d+$/, number: /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i } as const;

function valueProblem(option: Option | undefined, value: string | undefined, facts: OptionFacts): string | undefined {
  if (!option) return undefined;
  const { type } = option;
  if (type === 'switch') return value === undefined ? undefined : 'takes no value';
  if (value === undefined || value === '') return `expected ${shownType[type]}`;
  if (type === 'folder') return folderProblem(value, facts.volumes);
  if (option.choices && !option.choices.includes(value))
    return `expected one of ${option.choices.join(', ')}${didYouMean(value, option.choices)}`;
  if (type === 'text' || type === 'input') return undefined;
  if (!numberForms[type].test(value)) return `expected ${shownType[type]}`;
  return numberProblem(option, Number(value), facts);
}

const shownType = {
  integer: 'a whole number',
  number: 'a number',
  text: 'a value',
  folder: 'a folder',
  input: 'a file',
} as const;

function numberProblem({ minimum, multipleOf }: Option, value: number, { cores }: OptionFacts): string | undefined {
  if (minimum !== undefined && value < minimum) return `expected ${minimum} or more`;
  const factor = multipleOf === 'cores' ? cores : multipleOf;
  if (factor === undefined || value % factor === 0) return undefined;
  const below = value - (value % factor);
  const near = [...(below > 0 ? [below] : []), below + factor].join(' or ');
  const what = multipleOf === 'cores' ? `${factor}, the cores of all executors` : `${factor}`;
  return `expected a multiple of ${what}, such as ${near}`;
}

/** Whether it is an address elsewhere, such as `hdfs://…`: `file:` is the driver's own disk. */
export const isRemote = (address: string): boolean => /^(?!file:)[a-z][a-z0-9+.-]*:\/\//i.test(address);

/** `/data` of `file:///data`. */
export const plainPath = (address: string): string => address.replace(/^file:(\/\/)?/i, '');

/** What a driver writes beside its volumes goes with its pod. */
function folderProblem(folder: string, volumes: readonly string[]): string | undefined {
  if (isRemote(folder)) return undefined;
  const own = posix.normalize(plainPath(folder));
  if (volumes.some((path) => own === path || own.startsWith(`${path}/`))) return undefined;
  const instead = volumes.length > 0 ? `${volumes.join(' or ')}, which stays` : 'an address such as hdfs://…';
  return `is lost with the driver pod; use ${instead}`;
}

/** `-b128` is `-b 128` elsewhere. */
function meantFlag(flag: string, known: readonly string[]): string {
  const short = known.find((one) => one.length === 2 && /^-.\d/.test(flag) && flag.startsWith(one));
  return short ? `; did you mean "${short} ${flag.slice(2)}"?` : didYouMean(flag, known);
}

/** The arguments, with what `change` makes of the value of each flag; undefined leaves it. */
export function changedValues(
  options: Options,
  args: readonly string[],
  change: (option: Option, value: string) => string | undefined,
): string[] {
  const changed = [...args];
  for (const { key, flag, value, at } of givenFlags(options, args).given) {
    const option = key === undefined ? undefined : options[key];
    const now = option && value !== undefined ? change(option, value) : undefined;
    if (now !== undefined) changed[at] = changed[at] === value ? now : `${flag}=${now}`;
  }
  return changed;
}

/** The arguments, and behind them the defaults of flags that are not among them. */
export const withDefaults = (options: Options | undefined, args: readonly string[]): string[] => [
  ...args,
  ...(options ? missingDefaults(options, args) : []),
];

function missingDefaults(options: Options, args: readonly string[]): string[] {
  const keys = new Set(givenFlags(options, args).given.map(({ key }) => key));
  return Object.entries(options).flatMap(([key, option]) =>
    option.default === undefined || keys.has(key) ? [] : [longFlag(key), String(option.default)],
  );
}
