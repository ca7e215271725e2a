// A reporter of vitest that notes what came of the tests and how long they took: a JSON file at $OUTCOME_FILE.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Reporter, SerializedError, TestModule } from 'vitest/node';
import type { CommandTime, FileTime } from './times.ts';

/** What came of the tests of one command line of vitest. */
export interface Outcome {
  passed: number;
  /** A line for each test, or set-up before tests, with the first line of what it said. */
  failed: string[];
  skipped: string[];
  files: FileTime[];
}

const shown = (name: string, errors: readonly SerializedError[]): string =>
  `${name}: ${errors[0]?.message.split('\n')[0] ?? 'failed'}`;

/** What tests noted of their commands, a JSON object a line, in the file that `$COMMAND_TIMES` names. */
function commandTimes(): CommandTime[] {
  const file = process.env['COMMAND_TIMES'];
  if (!file || !existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as CommandTime);
}

function timesOf(modules: readonly TestModule[]): FileTime[] {
  const commands = commandTimes();
  return modules.map((module) => {
    const { collectDuration, duration } = module.diagnostic();
    return {
      file: module.relativeModuleId,
      seconds: (collectDuration + duration) / 1000,
      commands: commands.filter(({ file }) => file === module.moduleId),
    };
  });
}

function outcomeOf(modules: readonly TestModule[], unhandled: readonly SerializedError[]): Outcome {
  const outcome: Outcome = {
    passed: 0,
    failed: unhandled.map((error) => shown('outside of tests', [error])),
    skipped: [],
    files: timesOf(modules),
  };
  for (const module of modules) {
    if (module.errors().length > 0) outcome.failed.push(shown(module.relativeModuleId, module.errors()));
    for (const suite of module.children.allSuites())
      if (suite.errors().length > 0) outcome.failed.push(shown(suite.fullName, suite.errors()));
    for (const test of module.children.allTests()) {
      const { state, errors } = test.result();
      if (state === 'passed') outcome.passed += 1;
      else if (state === 'failed') outcome.failed.push(shown(test.fullName, errors));
      else outcome.skipped.push(test.fullName);
    }
  }
  return outcome;
}

/** Vitest calls it with `new`. */
export default function outcomeReporter(): Reporter {
  return {
    onTestRunEnd: (modules, unhandled) =>
      writeFileSync(process.env.OUTCOME_FILE ?? '', JSON.stringify(outcomeOf(modules, unhandled))),
  };
}
