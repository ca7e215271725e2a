// What a user gets for bad input, by the command itself: exit code 2, one clear line each, nothing made.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { projectPath } from '../../../tasks/core/paths.ts';
import { firesteelCommand } from '../../built-command.ts';

const folder = mkdtempSync(join(tmpdir(), 'fs-input-'));
chmodSync(folder, 0o777);
afterAll(() => rmSync(folder, { recursive: true }));

const data = join(folder, 'data');

function firesteel(words: string[], options: { uid?: number; path?: string; env?: Record<string, string> } = {}) {
  const [, bundle] = firesteelCommand;
  const { status, stdout, stderr } = spawnSync(process.execPath, [bundle, ...words], {
    encoding: 'utf8',
    cwd: projectPath(),
    env: {
      ...process.env,
      XDG_DATA_HOME: data,
      HOME: folder,
      // A cluster of the usual name may run on this machine, in another data folder.
      FIRESTEEL_SET: 'clusterName=input',
      ...options.env,
      ...(options.path ? { PATH: options.path } : {}),
    },
    ...(options.uid ? { uid: options.uid, gid: options.uid } : {}),
  });
  return { code: status, stdout, output: stdout + stderr };
}

function profile(text: string): string {
  const path = join(folder, 'mine.yaml');
  writeFileSync(path, text);
  return path;
}

/** A network this machine has an address in, so it is in use. */
const usedAddress = Object.values(networkInterfaces())
  .flat()
  .find((address) => address?.family === 'IPv4' && !address.internal)?.address;

const long = 'a-very-long-name-that-no-cluster-should-have';

describe('bad input ends with exit code 2 and says', () => {
  test.each([
    [
      'unknown verb',
      ['deplyo'],
      /^✖ unknown command 'deplyo'; did you mean deploy\?\n→ see all verbs: firesteel --help$/m,
    ],
    [
      'unknown flag',
      ['deploy', '--profil', 'local'],
      /^✖ unknown option '--profil'; did you mean --profile\?\n→ see its flags: firesteel deploy --help$/m,
    ],
    [
      'missing word, before a profile is read',
      ['classroom', 'reset', '--profile', 'locla'],
      /^✖ classroom reset: <student> is missing\n→ add it, as in: firesteel classroom reset ada-lovelace$/m,
    ],
    ['unknown profile', ['deploy', '--profile', 'locla'], /"locla".*did you mean "local"\?/],
    [
      'unknown key',
      ['deploy', '--set', 'local.node=3'],
      /--set local\.node=3: unknown key; did you mean "local\.nodes"\?/,
    ],
    [
      'wrong type',
      ['deploy', '--set', 'local.nodes=many'],
      /--set local\.nodes=many: expected a whole number from 1 to 9, got "many"/,
    ],
    [
      'bad quantity',
      ['deploy', '--set', 'local.systemReserved.memory=1gb'],
      /systemReserved\.memory=1gb: expected a size such as 512Mi or 4Gi, got "1gb"; did you mean "1Gi"\?/,
    ],
    [
      'bad Spark size',
      ['submit', 'pi', '--set', 'spark.conf.spark.executor.memory=1gigabyte'],
      /spark\.executor\.memory=1gigabyte: expected/,
    ],
    ['flag of one verb given to another', ['deploy', '--num-executors', '2'], /unknown option '--num-executors'/],
    ['bad value of a flag', ['submit', 'pi', '--num-executors', '0'], /--num-executors 0: expected a number from 1 to/],
    ['word too many', ['deploy', 'gke'], /^✖ deploy takes no arguments, got gke; did you mean --profile gke\?$/m],
    [
      'folder of notebooks that does not exist',
      ['dev', 'up', 'absent'],
      /^✖ absent: no such folder; create it: mkdir -p absent/m,
    ],
    [
      'folder of notebooks with blanks in its name',
      ['dev', 'up', 'not there'],
      /^✖ not there: no such folder; create it: mkdir -p 'not there'$/m,
    ],
    ['no folder of notebooks', ['dev', 'up', ''], /^✖ dev up "": expected a folder$/m],
    ['report on standard output', ['report', '-'], /^✖ report -: expected a file or folder$/m],
    ['report in a folder that does not exist', ['report', 'absent/a.tar.gz'], /absent: no such folder; create it/],
    ['value of a flag that holds nothing', ['submit', 'pi', '--data', ''], /^✖ --data: <which> is empty$/m],
    ['job that does not exist', ['submit', 'pie'], /"pie".*did you mean "pi"\?/],
    ['file that does not exist', ['submit', './absent.py'], /✖ \.\/absent\.py: not found$/m],
    ['what is not a program', ['submit', './README.md'], /✖ \.\/README\.md: not a program\n→ name a \.py, \.jar or/m],
    ['folder without a program', ['submit', 'docs/'], /✖ docs\/: no job\.yaml, main\.py or __main__\.py in it/m],
    ['jar to bring that does not exist', ['submit', 'pi', '--jars', 'a.jar'], /✖ --jars a\.jar: not found$/m],
    [
      'class for a Python program',
      ['submit', 'pi', '--class', 'A'],
      /✖ --class A: a Python program has no main class$/m,
    ],
    ['library that Maven cannot name', ['submit', 'pi', '--packages', 'zxing'], /zxing.*group:artifact:version/],
    ['requirements that do not exist', ['submit', 'pi', '--requirements', 'no.txt'], /✖ --requirements no\.txt: not/m],
    [
      'name longer than Kubernetes takes',
      ['deploy', '--set', `clusterName=${long}`],
      /clusterName=a-very.*: expected at most 40 characters/,
    ],
    ['missing context', ['deploy', '--profile', 'context'], /context\.context is not set/],
  ])('%s', (_, words, line) => {
    const { code, output } = firesteel(words);
    expect(output).toMatch(line);
    expect(output).not.toMatch(/\n +at /);
    expect(code).toBe(2);
    expect(readdirSync(folder)).not.toContain('data');
  });

  test.each([
    ['a setting', { FIRESTEEL_SET: 'clusterName=two local.node=3' }, /^✖ FIRESTEEL_SET: local\.node=3: unknown key;/m],
    ['a profile', { FIRESTEEL_PROFILE: 'locla' }, /^✖ FIRESTEEL_PROFILE: profile "locla" not found;/m],
  ])('%s that a variable names and nobody knows', (_, env, line) => {
    const { code, output } = firesteel(['deploy', '--dry-run'], { env });
    expect(output).toMatch(line);
    expect(code).toBe(2);
  });

  test('all that is wrong with a profile at once, each with its line and column', () => {
    const path = profile('clustr: local\nlocal:\n  nodes: none\nspark:\n  version: 4.3\n');
    const { code, output } = firesteel(['deploy', '--profile', path]);
    expect(output).toMatch(/mine\.yaml:1:1: .*"cluster"\?/);
    expect(output).toMatch(/mine\.yaml:3:10: local\.nodes: /);
    expect(output).toMatch(/mine\.yaml:5:12: spark\.version: .*quotes/);
    expect(code).toBe(2);
  });

  test.skipIf(process.platform !== 'linux' || !usedAddress)('a network that is in use', () => {
    const network = `${usedAddress?.split('.').slice(0, 3).join('.')}.0/24`;
    const { code, output } = firesteel(['deploy', '--set', `local.nodeNetwork=${network}`]);
    expect(output).toContain(`local.nodeNetwork ${network} is in use on this machine`);
    expect(code).toBe(2);
  });

  test('no root and no sudo, and which profile to take instead', () => {
    // Someone without rights, where there is no sudo to be found.
    const bin = mkdtempSync(join(folder, 'bin-'));
    chmodSync(bin, 0o755);
    symlinkSync('/bin/bash', join(bin, 'bash'));
    symlinkSync('/usr/bin/unshare', join(bin, 'unshare'));
    const { code, output } = firesteel(['demo'], {
      ...(process.getuid?.() === 0 ? { uid: 65534 } : {}),
      path: bin,
    });
    expect(output).toMatch(/a local cluster needs (root|Linux).*use --profile context/);
    expect(code).toBe(2);
  });
});

test.each<[string[], string]>([
  [['deploy', '--profil', 'local'], "unknown option '--profil'; did you mean --profile?"],
  [['deploy', '--profile', 'locla'], 'profile "locla" not found; did you mean "local"?'],
  [['why', 'nosuch'], 'run "nosuch": not found; list runs: firesteel runs'],
])('a program gets %j as one event', (words, message) => {
  const { code, stdout } = firesteel([...words, '--json']);
  expect(JSON.parse(stdout)).toMatchObject({ event: 'failed', step: '', message, exitCode: 2 });
  expect(code).toBe(2);
});

test.each<[words: string[], expected: RegExp]>([
  [['--verbose'], /^✖ x\.py: not found\nFailure: x\.py: not found\n +at /],
  [['--plain'], /^(?!✖).*x\.py: not found\n$/],
  [['--json'], /^\{"event":"failed",.*\}\n$/],
  [['--', '--verbose', '--plain', '--json'], /^✖ x\.py: not found\n$/],
])('submit x.py %j: flags of firesteel come before --, those of the job behind', (words, expected) =>
  expect(firesteel(['submit', 'x.py', ...words]).output).toMatch(expected),
);

test('a folder that its user may not read, and one for temporary files that is not there, are no faults of firesteel', () => {
  const closed = mkdtempSync(join(folder, 'closed-'));
  const notebook = join(folder, 'x.ipynb');
  writeFileSync(notebook, '{}');
  chmodSync(closed, 0);
  const user = process.getuid?.() === 0 ? { uid: 65534 } : {};
  expect(firesteel(['notebook', 'up', closed, '--dry-run', '--profile', 'context'], user)).toMatchObject({
    code: 2,
    output: expect.stringContaining(`✖ ${closed}: permission denied`),
  });
  const temporary = { env: { TMPDIR: '/none' } };
  expect(firesteel(['submit', notebook, '--dry-run', '--profile', 'context'], temporary)).toMatchObject({
    code: 2,
    output: expect.stringMatching(/✖ \/none\/\S+: not found/),
  });
});
