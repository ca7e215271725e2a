// Flags of spark-submit and others: a message says what firesteel has in their place.
import { afterEach, expect, test, vi } from 'vitest';
import { createProgram, usageMessage } from '../../../scripts/cli/program.ts';

afterEach(() => vi.restoreAllMocks());

/** What `firesteel ...line` prints on stderr. */
async function printed(...line: string[]): Promise<string> {
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  await createProgram(async () => {})
    .parseAsync(line, { from: 'user' })
    .catch(() => {});
  return write.mock.calls.map(([text]) => String(text)).join('');
}

test.each([
  ['--master', 'the profile names the cluster: use --profile'],
  ['--deploy-mode', 'drivers always run in the cluster: omit this flag'],
  ['--conf', 'use --set spark.conf.PROPERTY=VALUE'],
  ['-c', 'use --set spark.conf.PROPERTY=VALUE'],
  ['--conf=spark.ui.port=5050', 'use --set spark.conf.spark.ui.port=5050'],
  ['--driver-memory', 'use --set spark.conf.spark.driver.memory=VALUE'],
  ['--executor-memory=2g', 'use --set spark.conf.spark.executor.memory=2g'],
  ['--driver-java-options=-Da=b', 'use --set spark.conf.spark.driver.extraJavaOptions=-Da=b'],
  ['--files', 'list the files under files in job.yaml'],
  ['--properties-file', 'put its properties under conf in job.yaml, or under spark.conf in a profile'],
  ['--kill', 'use firesteel kill RUN'],
  ['-n', 'use --set namespace=NAME'],
  ['-y', 'use --yes'],
  ['--auto-approve', 'use --yes'],
  ['--force', 'use --yes'],
  ['--output=json', 'use --json for programs'],
  ['--context', 'a profile names the context: use --profile'],
  ['--detach', 'press Ctrl-C once the driver runs: the job keeps running'],
  ['--dry-run=client', '--dry-run takes no value'],
  ['--keep-outputs=out', '--keep-outputs takes no value'],
])('%s is answered by what to use: %s', async (flag, advice) =>
  expect(await printed('submit', flag, 'x', 'job.py')).toContain(`✖ unknown option '${flag}'; ${advice}\n`),
);

test.each(['--profile', '--dry-run'])('%s before the verb is sent behind the verb', async (flag) =>
  expect(await printed(flag, 'deploy')).toContain(
    `✖ unknown option '${flag}'; flags stand behind the verb, as in firesteel deploy ${flag}\n`,
  ),
);

test('a flag of the program is sent behind the dashes', async () =>
  expect(await printed('submit', 'job.py', '--input', 'x')).toBe(
    "✖ unknown option '--input'\n→ see its flags: firesteel submit --help; flags of the program belong behind --\n",
  ));

test('a misspelt flag is answered by the nearest one', () =>
  expect(usageMessage("error: unknown option '--py-file'\n(Did you mean --py-files?)")).toBe(
    "unknown option '--py-file'; did you mean --py-files?",
  ));
