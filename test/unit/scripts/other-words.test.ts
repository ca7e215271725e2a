// Words of other tools: the verb or action that means the same is named.
import { expect, test } from 'vitest';
import { usageMessage } from '../../../scripts/cli/program.ts';
import { verbs } from '../../../scripts/cli/verbs.ts';
import { readWords } from '../../../scripts/cli/words.ts';

test.each([
  ['up', 'deploy'],
  ['start', 'deploy'],
  ['stop', 'destroy or kill'],
  ['delete', 'destroy or kill'],
  ['ls', 'runs'],
  ['run', 'submit'],
  ['spark-submit', 'submit'],
  ['cancel', 'kill'],
  ['describe', 'status'],
  ['pyspark', 'shell'],
  ['jupyter', 'notebook'],
  ['clean', 'gc'],
])('the verb %s of another tool leads to %s', (word, meant) =>
  expect(usageMessage(`error: unknown command '${word}'\n(Did you mean ui?)\n`)).toBe(
    `unknown command '${word}'; did you mean ${meant}?\n`,
  ),
);

test.each([
  [
    "error: unknown option '--dryrun'\n(Did you mean --dry-run?)\n",
    "unknown option '--dryrun'; did you mean --dry-run?\n",
  ],
  [
    "error: unknown command 'rans'\n(Did you mean one of runs, ran?)\n",
    "unknown command 'rans'; did you mean runs, ran?\n",
  ],
  ["error: option '--set <key=value>' argument missing\n", '--set: <key=value> is missing\n'],
  ["error: missing required argument 'shell'\n", '<shell> is missing\n'],
])('%j becomes one line in the words of every failure', (text, line) => expect(usageMessage(text)).toBe(line));

test.each([
  ['notebook', 'start', 'up'],
  ['dev', 'stop', 'down'],
  ['history', 'delete', 'down or remove'],
  ['runs', 'rm', 'remove'],
  ['tools', 'add', 'install'],
  ['notebook', 'ls', 'status'],
  ['shell', 'scala', 'spark-shell'],
  ['shell', 'spark-sql', 'sql'],
  ['kubeconfig', 'add', 'merge'],
  ['dns', 'fix', 'repair'],
])('%s %s leads to %s', async (name, action, meant) => {
  const verb = verbs[name];
  if (!verb) throw new Error(`no verb ${name}`);
  await expect(readWords(name, verb, [action])).rejects.toMatchObject({
    message: expect.stringMatching(`; did you mean ${meant}\\?$`),
    exitCode: 2,
  });
});
