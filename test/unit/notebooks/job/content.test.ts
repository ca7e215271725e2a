// The job.yaml of a notebook: what its metadata and its cells ask for, together; what is wrong with that, by cell and line.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeFiles } from '../../../../tasks/core/files/changes.ts';
import { readRequirements } from '../../../../tasks/images/layer/requirements.ts';
import { readJob } from '../../../../tasks/jobs/job.ts';
import { jobContent } from '../../../../tasks/notebooks/job/content.ts';
import { convertedJob } from '../../../../tasks/notebooks/job/folder.ts';
import { commandContext } from '../../toolbox/fixtures.ts';
import { notebook, ownConverter, shownFindings, usual } from './converter.ts';

const folder = mkdtempSync(join(tmpdir(), 'fs-job-content-'));
const convert = ownConverter(folder);
const path = join(folder, 'films.ipynb');
const job = join(folder, 'films');

/** Writes the job of a notebook with these cells, and reads its job.yaml. */
async function jobYaml(cells: string[], firesteel: object = {}): Promise<Record<string, unknown>> {
  const made = await convert(notebook(cells, { firesteel }));
  expect(made.problems).toEqual([]);
  const files = jobContent(path, job, made);
  await writeFiles(files);
  return JSON.parse(`${files.find((file) => file.path.endsWith('job.yaml'))?.content}`) as Record<string, unknown>;
}

const session =
  'spark = (SparkSession.builder.config("spark.jars.packages", "a:b:1").config("spark.driver.memory", "2g")\n' +
  '  .config("spark.driver.cores", "2").getOrCreate())';

test('settings of a session in code are those of the job, and metadata comes first', async () => {
  const metadata = { conf: { 'spark.driver.memory': '3g' }, packages: { maven: ['c:d:1'] } };
  expect(await jobYaml([session], metadata)).toEqual({
    conf: { 'spark.driver.memory': '3g', 'spark.driver.cores': '2' },
    packages: { maven: ['c:d:1', 'a:b:1'] },
    main: 'films.ipynb.py',
  });
});

test('executors of metadata come before those of %%configure', async () => {
  const made = await jobYaml(['%%configure\n{"numExecutors": 3}', 'x = 1'], { executors: 2 });
  expect(made).toEqual({ executors: 2, main: 'films.ipynb.py' });
});

test('keys that a job.yaml cannot have are passed on, and its reader refuses them', async () => {
  const wrong = { conf: ['a'], packages: 'numpy', files: 3 };
  expect(await jobYaml([`%pip install numpy\n${session}`], wrong)).toEqual({ ...wrong, main: 'films.ipynb.py' });
});

test('a requirements file of a cell is read into the job: without Spark, with its constraints', async () => {
  writeFileSync(join(folder, 'most.txt'), 'humanize<5');
  writeFileSync(join(folder, 'some.txt'), '# all\nnumpy==2.4.6\npyspark==3.5.1\n-c most.txt\n');
  const made = await jobYaml([`%pip install -q -r ${join(folder, 'some.txt')}`]);
  expect(made).toMatchObject({ packages: { pip: ['numpy==2.4.6', '-c constraints.txt'] } });
  const { layer } = readJob([job]);
  expect(readRequirements(layer?.pip ?? [], layer?.pipFolder)).toMatchObject({
    lines: ['numpy==2.4.6'],
    constraints: ['humanize<5'],
    problems: [],
  });
});

test('problems in settings and requirements of cells are reported by cell and line', async () => {
  writeFileSync(join(folder, 'wrong.txt'), 'numpy==2.4.6\n-e .\n');
  const cells = ['x = 1', `\n%pip install -r wrong.txt\n${session.replace('"2g"', '"2 GB"')}`];
  writeFileSync(path, JSON.stringify(notebook(cells)));
  expect(await convertedJob([path], commandContext().read, usual)).toEqual({
    refused: [
      `${path}: cell 2, line 3: spark.driver.memory: expected a size such as 512m or 4g, got "2 GB"; did you mean "2g"?`,
      `${path}: cell 2, line 2: pip: -e .: editable source; name a wheel instead`,
    ],
  });
});

test('a property of a cell is refused as a secret, unless metadata says that it is none', async () => {
  const variable = (name: string) => `.config("spark.kubernetes.driverEnv.${name}", "x")`;
  const cell = `spark = SparkSession.builder${variable('API_TOKEN')}${variable('PAGE_TOKEN')}.getOrCreate()`;
  writeFileSync(path, JSON.stringify(notebook([cell], { firesteel: { notSecrets: ['PAGE_TOKEN'] } })));
  expect(await convertedJob([path], commandContext().read, usual)).toEqual({
    refused: [
      expect.stringMatching(
        /: cell 1, line 1: spark\.kubernetes\.driverEnv\.API_TOKEN: looks like a secret.*; if it is not a secret, add its name to metadata\.firesteel\.notSecrets$/,
      ),
    ],
  });
});

test('modules beside the notebook, and those that they import, go with the job', async () => {
  for (const name of ['package', 'bare']) mkdirSync(join(folder, 'src', name), { recursive: true });
  const files = {
    'own.py': 'import other, json\n',
    'other.py': 'from package import part\n',
    'package/__init__.py': '',
    'package/part.py': 'import own, nothing\n',
    'bare/part.py': '',
    'unread.py': 'x = ]',
    'random.py': '',
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, 'src', name), content);
  const look = `import sys\nsys.path.append("${join(folder, 'src')}")\n`;
  const own = (...names: string[]) => names.map((name) => join(folder, 'src', name));
  expect(await jobYaml([`${look}from own import limit\nimport random, numpy`])).toMatchObject({
    pyFiles: own('own.py', 'other.py', 'package'),
  });
  expect(await jobYaml([look, 'def f():\n    import unread\n    importlib.import_module("other")'])).toMatchObject({
    pyFiles: own('other.py', 'package', 'own.py', 'unread.py'),
  });
  writeFileSync(join(folder, 'beside.py'), '');
  expect(await jobYaml(['from beside import *'])).toMatchObject({ pyFiles: [join(folder, 'beside.py')] });
  expect(await jobYaml(['%%writefile own.py\nx = 1', `${look}import own`])).toEqual({ main: 'films.ipynb.py' });
  const { warnings } = await convert(notebook([`${look}import bare.part`]));
  expect(shownFindings(warnings)).toEqual([
    `x: cell 1, line 3: import bare.part: its folder does not come with the job; add an empty __init__.py to ${own('bare')}`,
  ]);
});

test('a file beside the notebook that cells only read is reported, unless metadata lists it', async () => {
  const read = (name: string) => `path = "${name}"\npd.read_csv(path)\nopen("${name}")`;
  const warningsOf = async (cells: string[], firesteel: object = {}) =>
    shownFindings((await convert(notebook(cells, { firesteel }))).warnings);
  mkdirSync(join(folder, 'data'));
  for (const name of ['films.csv', 'data/more.csv']) writeFileSync(join(folder, name), 'a');
  const where = 'the job lacks this file; list it in files under "firesteel" in the metadata of the notebook';
  expect(await warningsOf([read('films.csv')])).toEqual([`x: cell 1, line 2: films.csv: ${where}`]);
  expect(await warningsOf(['x = 1', 'spark.read.csv("./data/more.csv")'])).toEqual([
    `x: cell 2, line 1: data/more.csv: ${where}, and open it as more.csv`,
  ]);
  expect(await warningsOf([read('films.csv')], { files: ['films.csv'] })).toEqual([]);
  for (const written of ['open("films.csv", "w")', 'urlretrieve(url, "films.csv")', '!cp /x films.csv'])
    expect(await warningsOf([written, read('films.csv'), 'open("absent.csv")'])).toEqual([]);
});
