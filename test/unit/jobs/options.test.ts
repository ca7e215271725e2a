// A program's own flags: what is taken, what is refused and how, and what is filled in.
import { describe, expect, test } from 'vitest';
import type { Options } from '../../../tasks/jobs/options.ts';
import { givenFlags, optionProblems, optionsSchema, withDefaults } from '../../../tasks/jobs/options.ts';

const options: Options = optionsSchema.parse({
  '-b, --batchSize': { type: 'integer', minimum: 1, multipleOf: 'cores', default: 128, about: 'pictures of one step' },
  '-e, --maxEpoch': { type: 'integer', minimum: 1, about: 'times through all pictures' },
  '-r, --learningRate': { type: 'number', about: 'how far a step goes' },
  '--model': { type: 'text', about: 'a model to continue with' },
  '--checkpoint': { type: 'folder', default: '/models', about: 'where models are kept' },
  '-g, --graphModel': { type: 'switch', about: 'build the net as a graph' },
});
const facts = { cores: 2, volumes: ['/models'] };
const problems = (...args: string[]) => optionProblems(options, args, facts);

test.each([
  [[]],
  [['-b', '128', '-e', '5']],
  [['--batchSize=64', '--maxEpoch', '1', '-g']],
  [['-r', '-0.5']],
  [['--checkpoint', 'hdfs://namenode/models', '--model', 'x']],
  [['--checkpoint', '/models/mine']],
  [['--checkpoint', '/models/']],
  [['--checkpoint', 'file:///models/mine']],
])('%j is taken', (args) => expect(problems(...args)).toEqual([]));

const all = Object.keys(options).join(' · ');

test.each([
  [['-b', '63'], '-b 63: expected a multiple of 2, the cores of all executors, such as 62 or 64'],
  [['-b', '1'], '-b 1: expected a multiple of 2, the cores of all executors, such as 2'],
  [['-b', '0'], '-b 0: expected 1 or more'],
  [['-b'], '-b: expected a whole number'],
  [['-b', '-e', '5'], '-b -e: expected a whole number'],
  [['-b128'], `-b128: no such option; did you mean "-b 128"? options are ${all}`],
  [['-e', 'many'], '-e many: expected a whole number'],
  [['-e', '1.5'], '-e 1.5: expected a whole number'],
  [['--learningRate=fast'], '--learningRate fast: expected a number'],
  [['--model', ''], '--model : expected a value'],
  [['--batchsize', '64'], `--batchsize: no such option; did you mean "--batchSize"? options are ${all}`],
  [['-g=yes'], '-g yes: takes no value'],
  [['--checkpoint', '/tmp'], '--checkpoint /tmp: is lost with the driver pod; use /models, which stays'],
  [
    ['--checkpoint', '/models/../tmp'],
    '--checkpoint /models/../tmp: is lost with the driver pod; use /models, which stays',
  ],
  [['--checkpoint', 'file:///tmp'], '--checkpoint file:///tmp: is lost with the driver pod; use /models, which stays'],
  [['--checkpoint', 'FILE:/tmp'], '--checkpoint FILE:/tmp: is lost with the driver pod; use /models, which stays'],
  [['--checkpoint', '/models2'], '--checkpoint /models2: is lost with the driver pod; use /models, which stays'],
])('%j is refused', (args, problem) => expect(problems(...args)[0]).toBe(problem));

test('a word that belongs to no flag is refused, and so is every other mistake', () =>
  expect(problems('-g', 'yes', '-e', 'x')).toEqual([
    '-e x: expected a whole number',
    `"yes": belongs to no option; options are ${all}`,
  ]));

test('the default is checked against the number of executors, too', () =>
  expect(optionProblems(options, [], { ...facts, cores: 3 })).toEqual([
    '--batchSize 128: expected a multiple of 3, the cores of all executors, such as 126 or 129',
  ]));

test('a folder that outlives the run is named, or how to get one', () =>
  expect(optionProblems(options, ['--checkpoint', '/tmp'], { cores: 2, volumes: [] })[0]).toMatch(
    /use an address such/,
  ));

describe('defaults', () => {
  test('come after the given arguments, which stay as typed', () =>
    expect(withDefaults(options, ['-e', '5', '-b=64'])).toEqual(['-e', '5', '-b=64', '--checkpoint', '/models']));
  test('are replaced by the short flag and by the long one', () =>
    expect(withDefaults(options, ['--checkpoint', '/models/x', '-b', '2'])).toEqual([
      ...['--checkpoint', '/models/x', '-b', '2'],
    ]));
});

test('a job without options takes any words', () => {
  expect(optionProblems(undefined, ['--any', 'word'], facts)).toEqual([]);
  expect(withDefaults(undefined, ['--any', 'word'])).toEqual(['--any', 'word']);
});

test('a value that looks like a flag belongs to the flag before it, as scopt reads it', () =>
  expect(givenFlags(options, ['--model', '-x']).given).toEqual([
    { at: 1, key: '--model', flag: '--model', value: '-x' },
  ]));

test('a switch has no default, because it takes no value', () =>
  expect(
    optionsSchema.safeParse({ '--graph': { type: 'switch', default: 'true', about: '' } }).error?.issues,
  ).toMatchObject([{ path: ['--graph', 'default'] }]));

test.each(['batchSize', '-batchSize', '-b --batchSize', '--', '-1'])('a key %j is refused', (key) =>
  expect(optionsSchema.safeParse({ [key]: { type: 'text', about: '' } }).success).toBe(false),
);
