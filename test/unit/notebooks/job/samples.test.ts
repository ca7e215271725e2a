// The notebooks of the project: clean files that become jobs.
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { projectPath } from '../../../../tasks/core/paths.ts';
import { readRequirements } from '../../../../tasks/images/layer/requirements.ts';
import { readJob } from '../../../../tasks/jobs/job.ts';
import { convertNotebook } from '../../../../tasks/notebooks/job/convert.ts';
import { convertedJob, jobWords } from '../../../../tasks/notebooks/job/folder.ts';
import { devLayer } from '../../../../tasks/notebooks/layer.ts';
import { commandContext } from '../../toolbox/fixtures.ts';
import { type Cell, ownConverter, usual } from './converter.ts';

ownConverter();
const { read } = commandContext();

/** Lines that a sample's script has to have, with these arguments. */
const samples: Record<string, { args: string[]; lines: string[] }> = {
  'hello-spark': { args: ['name=you'], lines: ["name = 'you'", "(3, {'spark': ['spark']}, r'''"] },
  pi: { args: ['--slices', '20'], lines: ['slices = 20', "(4, {'magics': [('time', '')], 'spark': ['sc']}, r'''"] },
  lenet: {
    args: ['epochs=1'],
    lines: ['epochs = 1', "(4, {'plots': True}, r'''", "(7, {'magics': [('time', '')], 'spark': ['sc']}, r'''"],
  },
  imdb_sentiment_analysis_keras_spark: {
    args: ['epochs=1'],
    lines: ['epochs = 1', "_nb.run_line_magic('matplotlib', 'inline')", "(5, {'plots': True}, r'''"],
  },
};

const files = readdirSync(projectPath('notebooks')).filter((name) => name.endsWith('.ipynb'));

test('every sample is in the table', () => {
  expect(
    Object.keys(samples)
      .map((name) => `${name}.ipynb`)
      .sort(),
  ).toEqual(files.sort());
});

test.each(files)('%s has no outputs, and cells with their own names', (name) => {
  const text = readFileSync(projectPath('notebooks', name), 'utf8');
  const { nbformat, nbformat_minor, cells } = JSON.parse(text) as Record<string, unknown> & { cells: Cell[] };
  expect([nbformat, nbformat_minor]).toEqual([4, 5]);
  expect(new Set(cells.map(({ id }) => id)).size).toBe(cells.length);
  for (const cell of cells.filter(({ cell_type }) => cell_type === 'code'))
    expect(cell).toMatchObject({ outputs: [], execution_count: null });
});

test.each(Object.entries(samples))('%s becomes a script', async (name, { args, lines }) => {
  const made = await convertNotebook(projectPath('notebooks', `${name}.ipynb`), { ...usual, args }, read);
  expect([made.problems, made.warnings]).toEqual([[], []]);
  expect(made.script.split('\n')).toEqual(expect.arrayContaining(lines));
});

const kerasSamples = ['imdb_sentiment_analysis_keras_spark', 'lenet'];

test.each(kerasSamples)('%s has the packages of the dev stack as a job: all share one layer', async (name) => {
  const words = [projectPath('notebooks', `${name}.ipynb`)];
  expect(await convertedJob(words, read, usual)).toMatchObject({ problems: [] });
  const { layer } = readJob(jobWords(words));
  expect(readRequirements(layer?.pip ?? [], layer?.pipFolder)).toEqual(readRequirements(devLayer.pip));
});

test('what the film reviews install elsewhere are the same versions', () => {
  const linesOf = (path: string) =>
    readRequirements([`-r ${path}`])
      .lines.filter((line) => line.includes('=='))
      .map((line) => line.replace(/ ;.*/, '').replaceAll('_', '-').toLowerCase());
  const dev = linesOf(projectPath('docker', 'dev', 'requirements.txt'));
  const elsewhere = linesOf(projectPath('notebooks', `${kerasSamples[0]}.txt`));
  expect(elsewhere).not.toEqual([]);
  for (const line of elsewhere) expect(dev).toContain(line);
});
