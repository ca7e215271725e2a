// The command line: where flags may stand, what help says, and what a shell completes.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { printCompletions, printScript } from '../../../scripts/cli/completion.ts';
import { createProgram } from '../../../scripts/cli/program.ts';
import { verbGroups, verbs } from '../../../scripts/cli/verbs.ts';
import { version } from '../../../scripts/cli/version.ts';
import { projectPath } from '../../../tasks/core/paths.ts';
import { firesteelCommand } from '../../built-command.ts';

afterEach(() => vi.restoreAllMocks());

/** What is written to stdout and stderr until this test ends. */
function printed(): { text: string } {
  const seen = { text: '' };
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, 'write').mockImplementation((text) => {
      seen.text += text;
      return true;
    });
  vi.spyOn(console, 'log').mockImplementation((text) => {
    seen.text += `${text}\n`;
  });
  return seen;
}

/** The words and flags that a verb is run with. */
async function given(...line: string[]) {
  let found: unknown;
  const program = createProgram(async (verb, words, flags) => {
    found = { verb, words, flags };
  });
  await program.parseAsync(line, { from: 'user' });
  return found as { verb: unknown; words: string[]; flags: Record<string, unknown> };
}

async function helpOf(...words: string[]): Promise<string> {
  const seen = printed();
  await expect(given(...words, '--help')).rejects.toMatchObject({ code: 'commander.helpDisplayed' });
  return seen.text;
}

describe('flags', () => {
  test.each([
    [['notebook', '--name', 'one', 'up', 'a.ipynb']],
    [['notebook', 'up', '--name', 'one', 'a.ipynb']],
    [['notebook', 'up', 'a.ipynb', '--name', 'one']],
  ])('%j: they may stand before and behind the action', async (line) => {
    const { verb, words, flags } = await given(...line, '--profile', 'kind', '--set', 'a=1', '--set', 'b=2');
    expect(verb).toBe(verbs['notebook']);
    expect(words).toEqual(['up', 'a.ipynb']);
    expect(flags).toMatchObject({ name: 'one', profile: 'kind', set: ['a=1', 'b=2'] });
  });

  test('behind -- they are the job’s', async () =>
    expect(await given('submit', 'pi', '--', '10', '--verbose')).toMatchObject({
      words: ['pi', '10', '--verbose'],
      flags: { profile: 'local', set: [] },
    }));

  test('of another action they are refused', () =>
    expect(given('notebook', 'up', '--with-claim')).rejects.toMatchObject({
      message: '--with-claim is for notebook down',
      exitCode: 2,
    }));

  test.each([
    [['submit', 'pi', '--name', '--dry-run'], '--name: <name> is missing before --dry-run'],
    [['deploy', '--profile', '--json'], '--profile: <name> is missing before --json'],
    [['notebook', 'up', '--git', '--name', 'a'], '--git: <url> is missing before --name'],
    [['deploy', '--set', '--dry-run'], '--set: <key=value> is missing before --dry-run'],
    [['submit', 'pi', '--data', ''], '--data: <which> is empty'],
    [['deploy', '--profile='], '--profile: <name> is empty'],
    [['deploy', '--set', 'clusterName', 'two'], '--set clusterName: expected key=value, as in clusterName=VALUE'],
  ])('%j: a missing value is named', (line, message) =>
    expect(given(...line)).rejects.toMatchObject({ message, exitCode: 2 }),
  );

  test('that nobody knows are refused, with the nearest', async () => {
    const seen = printed();
    await expect(given('notebook', 'down', '--with-clam')).rejects.toMatchObject({ code: 'commander.unknownOption' });
    expect(seen.text).toContain('; did you mean --with-claim?\n→ see its flags: firesteel notebook down --help');
  });
});

describe('help', () => {
  test('lists every verb below its heading', async () => {
    const text = await helpOf();
    for (const { heading, verbs } of verbGroups) {
      const [, below = ''] = text.split(`\n${heading}\n`);
      for (const name of Object.keys(verbs)) expect(below.split('\n\n')[0]).toMatch(new RegExp(`^  ${name} `, 'm'));
    }
  });

  test('of a verb has its own flags before those of every verb', async () => {
    const text = await helpOf('submit');
    expect(text.indexOf('--num-executors')).toBeLessThan(text.indexOf('Flags of every verb:'));
    expect(text).toContain('firesteel submit pi');
  });

  test.each([
    [['deploy'], /^Usage: firesteel deploy /],
    [['notebook', 'down'], /^Usage: firesteel notebook down /],
    [[], /^Usage: firesteel <verb>/],
  ])('of %j is printed by the verb help, too', async (words, text) => {
    const seen = printed();
    await expect(given('help', ...words)).rejects.toMatchObject({ code: 'commander.help' });
    expect(seen.text).toMatch(text);
  });

  test.each([
    [['deplyo'], 'help deplyo: unknown verb; did you mean "deploy"?'],
    [['deploy', 'extra'], 'help deploy extra: unknown action'],
    [['notebook', 'dwon'], 'help notebook dwon: unknown action; did you mean "down"?'],
  ])('of %j is refused', async (words, message) =>
    expect(given('help', ...words)).rejects.toMatchObject({ message, exitCode: 2 }),
  );

  test('of a verb with actions lists them, and each has help of its flags', async () => {
    expect(await helpOf('notebook')).toMatch(/Actions:\n {2}up .*More of an action.*notebook <action> --help/s);
    const text = await helpOf('notebook', 'down');
    expect(text).toContain('--with-claim');
    expect(text).not.toContain('--git');
  });

  test('of doctor says what --verbose shows there, and once', async () => {
    expect((await helpOf('doctor')).match(/--verbose.*/g)).toEqual([
      expect.stringMatching(/--verbose +show the details of every check/),
    ]);
    expect(await helpOf('deploy')).toMatch(/--verbose +print stack traces/);
  });

  test('is as narrow as COLUMNS, unless one word is longer', async () => {
    vi.stubEnv('COLUMNS', '40');
    for (const words of [[], ...Object.keys(verbs).map((name) => [name]), ['standalone', 'autoscale']])
      for (const line of (await helpOf(...words)).split('\n'))
        expect(line.length <= 40 || line.trim().split(' ').length === 1, line).toBe(true);
    vi.unstubAllEnvs();
  });

  test('is kept exactly by the bundle, as terminals of 80 columns or more show it', async () => {
    const kept = readFileSync(projectPath('dist', 'help.txt'), 'utf8');
    for (const columns of [80, 200]) {
      const seen = printed();
      const program = createProgram(async () => {}).configureOutput({ getOutHelpWidth: () => columns });
      await program.parseAsync(['--help'], { from: 'user' }).catch(() => undefined);
      expect(seen.text).toBe(kept);
      vi.restoreAllMocks();
    }
    const [node, bundle] = firesteelCommand;
    expect(execFileSync(node, [bundle, '--help'], { encoding: 'utf8' })).toBe(kept);
  });

  test('is at most 80 columns wide', async () => {
    for (const name of Object.keys(verbs))
      for (const line of (await helpOf(name)).split('\n').filter((line) => !line.startsWith('  firesteel ')))
        expect(line.length, line).toBeLessThanOrEqual(80);
  });
});

test.each([['--version'], ['version']])('%s prints the version', async (word) => {
  const seen = printed();
  await given(word).catch(() => undefined);
  expect(seen.text).toBe(`${version()}\n`);
});

describe('completion', () => {
  const completed = async (...words: string[]): Promise<string[]> => {
    const seen = printed();
    await printCompletions(
      createProgram(async () => {}),
      ['--', ...words],
    );
    return seen.text.split('\n').map((line) => line.split('\t')[0] ?? '');
  };

  test.each([
    [['note'], 'notebook'],
    [['notebook', ''], 'down'],
    [['notebook', 'down', '--w'], '--with-claim'],
    [['deploy', '--profile', 'minikube-n'], 'minikube-none'],
    [['submit', 'len'], 'lenet'],
    [['submit', 'tasks/sub'], 'tasks/submit.ts'],
    [['classroom', 'plan', 'not'], 'notebooks/'],
  ])('%j may become %s', async (words, word) => expect(await completed(...words)).toContain(word));

  test('of another verb offers none of its jobs', async () =>
    expect(await completed('deploy', 'len')).not.toContain('lenet'));

  test.each(['bash', 'zsh', 'fish'])('prints a script for %s', (shell) => {
    const seen = printed();
    printScript(shell);
    expect(seen.text).toContain('firesteel complete --');
  });

  test('refuses another shell', () => {
    expect(() => printScript('bsh')).toThrow('completion bsh: expected bash, zsh or fish; did you mean "bash"?');
  });
});
