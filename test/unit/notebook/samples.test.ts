// The notebooks of the project: clean files that become jobs.
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { projectPath } from '../../../tasks/lib/paths.ts';
import { convertNotebook } from '../../../tasks/notebook/convert.ts';
import { commandContext } from '../toolbox/fixtures.ts';
import { type Cell, ownConverter } from './converter.ts';

ownConverter();
const { read } = commandContext();

/** Lines that a sample's script has to have, with these arguments. */
const samples: Record<string, { args: string[]; lines: string[]; packages?: string[] }> = {
  'hello-spark': { args: ['name=you'], lines: ["name = 'you'", 'spark = SparkSession.builder.getOrCreate()'] },
  pi: { args: ['--slices', '20'], lines: ['slices = 20', 'sc = SparkContext.getOrCreate()'] },
  imdb_sentiment_analysis_keras_spark: {
    args: ['epochs=1'],
    lines: ['epochs = 1', '# %matplotlib inline: figures are saved, not shown', 'pyplot.show = _nb_save_figures'],
    packages: ['--no-deps', 'elephas==7.3.0', 'tensorflow_cpu==2.21.0'],
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

test.each(files)('%s has no outputs, and cells with names of their own', (name) => {
  const text = readFileSync(projectPath('notebooks', name), 'utf8');
  const { nbformat, nbformat_minor, cells } = JSON.parse(text) as Record<string, unknown> & { cells: Cell[] };
  expect([nbformat, nbformat_minor]).toEqual([4, 5]);
  expect(new Set(cells.map(({ id }) => id)).size).toBe(cells.length);
  for (const cell of cells.filter(({ cell_type }) => cell_type === 'code'))
    expect(cell).toMatchObject({ outputs: [], execution_count: null });
});

test.each(Object.entries(samples))('%s becomes a script', async (name, { args, lines, packages = [] }) => {
  const made = await convertNotebook(projectPath('notebooks', `${name}.ipynb`), args, read);
  expect([made.problems, made.warnings]).toEqual([[], []]);
  expect(made.script.split('\n')).toEqual(expect.arrayContaining(lines));
  expect(made.packages).toEqual(expect.arrayContaining(packages));
});
