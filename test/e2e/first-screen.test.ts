// The commands of the README, one after the other, as a person types them, on a cluster of the test.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { projectPath } from '../../tasks/core/paths.ts';
import { type Ended, installTools, launchProgram, noSettings, sandbox, whyNoNodes } from './firesteel.ts';

const reason = await whyNoNodes();
const suite = reason ? describe.skip : describe;

const readme = readFileSync(projectPath('README.md'), 'utf8');
const commands = [...readme.matchAll(/^ {4}((?:make|npx) .*?)(?: +#.*)?$/gm)].map(([, command = '']) => command);

/** What a person sees of each command; `make test` is what runs here. */
const seen: Record<string, RegExp> = {
  'make demo': /^Pi is roughly 3\.14\d+$/m,
  'npx firesteel submit pi': /^Pi is roughly 3\.14\d+$/m,
  'npx firesteel submit my_job.py -- 10 --verbose': /^sum 45 of \['10', '--verbose'\]$/m,
  'npx firesteel status': /^readme: running/m,
  'npx firesteel doctor': /^(All is well: \d+ checks found nothing wrong|\d+ findings? in \d+ checks)/m,
  'npx firesteel logs': /^sum 45 of/m,
  'npx firesteel why': /^nothing is wrong: /m,
  'npx firesteel destroy': /^Cluster readme is gone\.$/m,
};

/** What doctor finds is this machine's; any other command exits with 0. */
const codesOf = (command: string): number[] => (command.endsWith(' doctor') ? [0, 1] : [0]);

const job = `
import sys
from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
print("sum", spark.sparkContext.parallelize(range(int(sys.argv[1]))).sum(), "of", sys.argv[1:])
spark.stop()
`;

/** Each run has a new id and a time. */
const withoutIds = (text: string): string =>
  text.replaceAll(
    /(?<=\.tar\.)\d+|\b(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{16}|[0-9a-f]{32}|\d{13})\b/g,
    'ID',
  );

suite(`the README${reason ? ` (skipped: ${reason})` : ''}`, () => {
  const box = sandbox(noSettings);
  const profile = box.profile('readme', '');
  const file = join(box.data, 'my_job.py');

  /** The command, with the cluster and the file of the test in the places of the reader's. */
  function run(command: readonly string[]): Promise<Ended> {
    const words = command.map((word) => (word === 'my_job.py' ? file : word));
    const isMake = words[0] === 'make';
    const verb = isMake ? 1 : 2;
    const choice = isMake ? [`PROFILE=${profile}`] : ['--profile', profile];
    const whole = [...words.slice(0, verb + 1), ...choice, ...words.slice(verb + 1)];
    // Make tells what it enters where another make has started it.
    const env = { ...box.env(), MAKEFLAGS: undefined, MAKELEVEL: undefined };
    return launchProgram(whole, words[verb] ?? '', { env }).ended;
  }

  beforeAll(async () => {
    await installTools();
    writeFileSync(file, job);
  });
  afterAll(async () => {
    await box.run('destroy', '--profile', profile);
    box.remove();
  });

  test('every command of the README is tested here', () => {
    expect(commands).toEqual(['make demo', 'make test', ...Object.keys(seen).slice(1)]);
  });

  test('the three ways to run a verb do the same', async () => {
    const ways = [
      ['make', 'submit', 'ARGS=pi --dry-run'],
      ['npx', 'tsx', 'scripts/submit.ts', 'pi', '--dry-run'],
      ['npx', 'firesteel', 'submit', 'pi', '--dry-run'],
    ];
    const [first, second, third] = ways.map((way) => `\`${way.join(' ').replace(' --dry-run', '')}\``);
    expect(readme.replaceAll('\n', ' ')).toContain(`${first}, ${second} and ${third} are the same`);
    const outputs = (await Promise.all(ways.map(run))).map(({ output }) => withoutIds(output));
    expect(outputs[0]).toContain('▸ Submit pi');
    expect(outputs.slice(1)).toEqual([outputs[0], outputs[0]]);
  });

  test.each(Object.entries(seen))('%s', async (command, output) => {
    const ended = await run(command.split(' '));
    expect(ended.output).toMatch(output);
    expect(codesOf(command)).toContain(ended.code);
  });
});
