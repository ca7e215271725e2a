// make test: every test that this machine can run, a line for each that it cannot, and one closing line of counts.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Cheapest first: what breaks early is told early. */
const projects = ['unit', 'cluster', 'e2e'];

interface Report {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  testResults: { name: string; assertionResults: { status: string; fullName: string }[] }[];
}

const folder = mkdtempSync(join(tmpdir(), 'firesteel-tests-'));
const counts = { passed: 0, failed: 0, skipped: 0 };
const skipped: string[] = [];

function runProject(project: string): void {
  const file = join(folder, `${project}.json`);
  const words = [
    'vitest',
    'run',
    '--project',
    project,
    '--reporter=verbose',
    '--reporter=json',
    `--outputFile.json=${file}`,
  ];
  const { status } = spawnSync('npx', [...words, ...process.argv.slice(2)], { stdio: 'inherit' });
  const report = readReport(file);
  if (!report || (status !== 0 && report.numFailedTests === 0)) {
    // A file that cannot be loaded or a set-up that fails has no test to count.
    process.stdout.write(`\n${project}: ended with exit code ${status} outside of its tests\n`);
    counts.failed += 1;
  }
  if (!report) return;
  counts.passed += report.numPassedTests;
  counts.failed += report.numFailedTests;
  for (const result of report.testResults)
    for (const test of result.assertionResults)
      if (test.status === 'pending' || test.status === 'skipped') skipped.push(test.fullName);
}

function readReport(file: string): Report | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Report;
  } catch {
    return undefined;
  }
}

for (const project of projects) runProject(project);
rmSync(folder, { recursive: true });
counts.skipped = skipped.length;
for (const name of skipped) process.stdout.write(`skipped: ${name}\n`);
process.stdout.write(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`);
process.exitCode = counts.failed > 0 || counts.passed === 0 ? 1 : 0;
