// The order of test files: those that took longest in the kept table of times come first, so that lanes end together.
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { projectPath } from '../tasks/core/paths.ts';
import { secondsByFile } from './times.ts';

/** Vitest makes one; a new file counts as long. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const seconds = secondsByFile(readFileSync(projectPath('docs', 'test-times.md'), 'utf8'));
    const of = ({ moduleId }: TestSpecification) => seconds.get(relative(projectPath(), moduleId)) ?? 60;
    return [...files].sort((a, b) => of(b) - of(a));
  }
}
