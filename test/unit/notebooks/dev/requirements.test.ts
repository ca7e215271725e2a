import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { projectPath } from '../../../../tasks/core/paths.ts';
import { readRequirements } from '../../../../tasks/images/layer/requirements.ts';
import { requirementsFile } from '../../../../tasks/notebooks/dev/environment.ts';

const namesOf = (line: string): string => line.toLowerCase().replaceAll('_', '-').replace(/ *;.*/, '');
const packages = readRequirements([`-r ${requirementsFile}`]);
const given = packages.lines.map(namesOf);

test('an image can take every line', () => {
  expect(packages.problems).toEqual([]);
  expect(given.length).toBeGreaterThan(100);
});

test('every version is exact', () => {
  expect(given.filter((line) => !/^[a-z0-9.-]+==[\w.]+$/.test(line))).toEqual([]);
});

const notebooks = projectPath('notebooks');
const samples = readdirSync(notebooks).filter((name) => name.endsWith('.txt'));

test.each(samples)('notebooks find in the stack what %s asks for', (name) => {
  const { lines } = readRequirements([readFileSync(`${notebooks}/${name}`, 'utf8')], notebooks);
  expect(lines.map(namesOf).filter((line) => !line.startsWith('--') && !given.includes(line))).toEqual([]);
});
