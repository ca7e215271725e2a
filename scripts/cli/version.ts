// The version of firesteel.
import { readFileSync } from 'node:fs';
import { projectPath } from '../../tasks/core/paths.ts';

/** As in package.json. */
export const version = (): string => JSON.parse(readFileSync(projectPath('package.json'), 'utf8')).version;
