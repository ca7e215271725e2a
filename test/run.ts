// make test: every test that this machine can run, a line for each that it cannot, and one closing line of counts.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Outcome } from './outcome.ts';

/** Cheapest first: what breaks early is told early. */
const projects = ['unit', 'cluster', 'e2e'];

const folder = mkdtempSync(join(tmpdir(), 'firesteel-tests-'));
const total: Outcome = { passed: 0, failed: [], skipped: [] };

function runProject(project: string): void {
  const file = join(folder, `${project}.json`);
  const words = ['vitest', 'run', '--project', project, '--reporter=verbose', '--reporter=./test/outcome.ts'];
  const { status } = spawnSync('npx', [...words, ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...process.env, OUTCOME_FILE: file },
  });
  const { passed, failed, skipped } = readOutcome(file);
  total.passed += passed;
  total.skipped.push(...skipped);
  total.failed.push(...failed);
  if (status !== 0 && failed.length === 0)
    total.failed.push(`${project}: ended with exit code ${status} outside of its tests`);
}

function readOutcome(file: string): Outcome {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Outcome;
  } catch {
    return { passed: 0, failed: [], skipped: [] };
  }
}

for (const project of projects) runProject(project);
rmSync(folder, { recursive: true });
const { passed, failed, skipped } = total;
process.stdout.write('\n');
for (const line of skipped) process.stdout.write(`skipped: ${line}\n`);
// Once more, with the first line of what they said: what is above may be long.
for (const line of failed) process.stdout.write(`failed: ${line}\n`);
process.stdout.write(`\n${passed} passed, ${failed.length} failed, ${skipped.length} skipped\n`);
process.exitCode = failed.length > 0 || passed === 0 ? 1 : 0;
