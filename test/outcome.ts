// A reporter of vitest that notes what came of the tests, for the closing lines of `make test`: a JSON file at $OUTCOME_FILE.
import { writeFileSync } from 'node:fs';
import type { Reporter, SerializedError, TestModule } from 'vitest/node';

/** What came of the tests of one project. */
export interface Outcome {
  passed: number;
  /** A line for each test, or set-up before tests, with the first line of what it said. */
  failed: string[];
  skipped: string[];
}

const shown = (name: string, errors: readonly SerializedError[]): string =>
  `${name}: ${errors[0]?.message.split('\n')[0] ?? 'failed'}`;

function outcomeOf(modules: readonly TestModule[], unhandled: readonly SerializedError[]): Outcome {
  const outcome: Outcome = {
    passed: 0,
    failed: unhandled.map((error) => shown('outside of tests', [error])),
    skipped: [],
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
