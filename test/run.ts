// make test and make test-all: every test of theirs that this machine can run, a line for each that it cannot, and one
// closing line of counts. The times of all files are in test-results/times.md afterwards.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectPath } from '../tasks/core/paths.ts';
import type { Outcome } from './outcome.ts';
import { type PhaseTime, timesPage } from './times.ts';

/** One call of vitest; `files` are parts of the paths of those that it runs, all of the project if there are none. */
interface Phase {
  project: string;
  files?: readonly string[];
}

/** One journey for each promise of the README's first screen. */
const journeys = ['test/e2e/first-screen', 'test/e2e/fit'];

/** Cheapest first: what breaks early is reported early. */
const everyone: Phase[] = [{ project: 'unit' }, { project: 'cluster' }];
const plans: Record<string, Phase[]> = {
  test: [...everyone, { project: 'e2e', files: journeys }],
  'test-all': [...everyone, { project: 'e2e' }, { project: 'host' }],
};

const results = projectPath('test-results');

function runPhase({ project, files = [] }: Phase, words: readonly string[]): Outcome & PhaseTime {
  const outcomeFile = join(results, `${project}.json`);
  const commandTimes = join(results, `${project}-commands.jsonl`);
  for (const file of [outcomeFile, commandTimes]) rmSync(file, { force: true });
  const began = Date.now();
  const command = ['vitest', 'run', '--project', project, '--reporter=verbose', '--reporter=./test/outcome.ts'];
  const { status } = spawnSync('npx', [...command, ...files, ...words], {
    stdio: 'inherit',
    env: { ...process.env, OUTCOME_FILE: outcomeFile, COMMAND_TIMES: commandTimes },
  });
  const outcome = readOutcome(outcomeFile);
  if (status !== 0 && outcome.failed.length === 0)
    outcome.failed.push(`${project}: ended with exit code ${status} outside of its tests`);
  return { ...outcome, name: project, seconds: (Date.now() - began) / 1000 };
}

function readOutcome(file: string): Outcome {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Outcome;
  } catch {
    return { passed: 0, failed: [], skipped: [], files: [] };
  }
}

const [plan = 'test', ...words] = process.argv.slice(2);
mkdirSync(results, { recursive: true });
const phases = (plans[plan] ?? []).map((phase) => runPhase(phase, words));
writeFileSync(join(results, 'times.md'), timesPage(`make ${plan}`, phases));

const passed = phases.reduce((total, phase) => total + phase.passed, 0);
const failed = phases.flatMap((phase) => phase.failed);
const skipped = phases.flatMap((phase) => phase.skipped);
const minutes = phases.reduce((total, phase) => total + phase.seconds, 0) / 60;
process.stdout.write('\n');
for (const line of skipped) process.stdout.write(`skipped: ${line}\n`);
// Once more, with the first line of what they said: what is above may be long.
for (const line of failed) process.stdout.write(`failed: ${line}\n`);
process.stdout.write(`\n${minutes.toFixed(1)} minutes; times by file: test-results/times.md\n`);
process.stdout.write(`${passed} passed, ${failed.length} failed, ${skipped.length} skipped\n`);
process.exitCode = failed.length > 0 || passed === 0 ? 1 : 0;
