// The command as users run it: the bundle, made again whenever a source is newer. It starts in a fifth of the time of the sources.
import { execFileSync } from 'node:child_process';
import { projectPath } from '../tasks/core/paths.ts';

/** The first words of a firesteel command line. */
export const firesteelCommand = ['node', projectPath('dist', 'firesteel.js')] as const;

/** Vitest calls it once before the tests of a project. */
export function setup(): void {
  execFileSync('make', ['--silent', '--directory', projectPath(), 'dist/firesteel.js'], { stdio: 'inherit' });
}
