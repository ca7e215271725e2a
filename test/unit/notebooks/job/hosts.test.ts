// What hosted notebooks have and no job has: marks of whole cells, names, and lines of shell without a sign.
import { describe, expect, test } from 'vitest';
import { cellsOf, notebook, ownConverter, shownFindings } from './converter.ts';

const convert = ownConverter();

test.each<[cell: string, ...script: string[]]>([
  ['%python\nx = 1', '# Cell 1', '', 'x = 1'],
  ['%sh\nset -e\nls', '# Cell 1', "{'magics': [('bash', '')]}", 'set -e', 'ls'],
  ['%sh ls', '# Cell 1', "{'magics': [('bash', '')]}", 'ls'],
  ['%%display\nx = 1\nx', '# Cell 1', "{'magics': [('display', '')]}", '', 'x = 1', 'x'],
  ['%matplot plt', '# Cell 1', "_nb.run_line_magic('matplot', 'plt')"],
])('%j of Databricks or EMR is what the whole cell says', async (cell, ...script) => {
  const made = await convert(notebook([cell]));
  expect([shownFindings(made.problems), made.warnings]).toEqual([[], []]);
  expect(cellsOf(made.script).filter((line, i) => !/^\{'magics': \[\('pyspark'/.test(line) || i === 0)).toEqual(script);
});

test.each(['%md\n# Title *of* all', '%md-sandbox <b>', '%md'])('%j is a text', async (cell) => {
  const made = await convert(notebook([cell, 'x = 1']));
  expect([made.problems, made.warnings, cellsOf(made.script)]).toEqual([[], [], ['# Cell 2', 'x = 1']]);
});

describe('a cell is refused by line', () => {
  test.each<[cell: string, line: number, message: string]>([
    ['%sql\nSELECT *\nFROM t', 1, '%sql: only a notebook has this magic; write spark.sql("…").show()'],
    ['\n%sql SELECT 1', 2, '%sql: only a notebook has this magic; write spark.sql("…").show()'],
    ['%scala\nval x = 1', 1, 'a cell in Scala: only Python can be converted'],
    ['%r\nlibrary(SparkR)', 1, 'a cell in R: only Python can be converted'],
    ['%fs ls /x', 1, '%fs: only a notebook has this magic'],
    ['%sh pip install own', 1, 'packages are named by %pip install in a cell of Python'],
    ['%sh\n\npip install own', 3, 'packages are named by %pip install in a cell of Python'],
    ['%python\nx = 1\ny = ]', 3, 'not Python'],
    ['x = 1\ndbutils.fs.ls("/")', 2, 'dbutils: only Databricks has this; tag the cell notebook-only'],
    ['displayHTML("<b>")', 1, 'displayHTML: only Databricks has this'],
    ['mssparkutils.notebook.exit(1)', 1, 'mssparkutils: only Synapse has this'],
    ['notebookutils.fs.ls("/")', 1, 'notebookutils: only Fabric has this'],
    ['ls -l', 1, 'ls: only a notebook runs this without a percent sign; write %ls'],
  ])('%j', async (cell, line, message) => {
    const { problems } = await convert(notebook([cell]));
    expect(shownFindings(problems)).toEqual([expect.stringContaining(message)]);
    expect(problems[0]).toMatchObject({ cell: 1, line });
  });
});

test.each([
  'try:\n    dbutils\nexcept NameError:\n    dbutils = None',
  'if "dbutils" in globals():\n    dbutils.fs.ls("/")',
  'def secret():\n    return dbutils.secrets.get("a", "b")',
  'from pyspark.dbutils import DBUtils\ndbutils = DBUtils(spark)\ndbutils.fs.ls("/")',
  'from own import *\ndbutils.fs.ls("/")',
  'dbutils.library.restartPython()',
  'ls = 1\nls - 1',
  'sizes = [len(ls) for ls in [[1]] if ls]\nwho = {who: 1 for who in "ab"}',
  'if running_on_synapse():\n    from notebookutils.visualization import display',
  'if "google.colab" in str(get_ipython()):\n    from google.colab import drive\n    drive.mount("/x")',
])('%j may have the name, or may not run', async (cell) =>
  expect(shownFindings((await convert(notebook([cell]))).problems)).toEqual([]),
);

test('syntax that is newer than the Python of the image is refused, whatever Python this machine has', async () => {
  const cells = ['def f[T](x): pass', 'x = {"a": 1}\nprint(f"{x["a"]}")', 'print(f"{\'\\n\'.join(x)}")'];
  const { problems } = await convert(notebook(cells));
  expect(problems.map(({ cell }) => cell)).toEqual([1, 2, 3]);
});

test('code that asks whether it is in a notebook gets the answer of a program', async () => {
  const cell = 'in_colab = "google.colab" in str(get_ipython())\nalone = get_ipython() is None';
  const made = await convert(notebook([cell, 'x = get_ipython()']));
  expect(shownFindings(made.problems)).toEqual([
    expect.stringMatching(/^x: cell 2, line 1: get_ipython\(\): a job has none/),
  ]);
  expect(cellsOf((await convert(notebook([cell]))).script).slice(1)).toEqual([
    'in_colab = "google.colab" in str(None)',
    'alone = None is None',
  ]);
});

test.each([
  ['df.groupBy("x").count().display()', ['_nb.shown(df.groupBy("x").count())']],
  ['(df\n  .limit(3)\n  .display())\nx = 1', ['(_nb.shown(df', '  .limit(3))', ')', 'x = 1']],
  ['df \\\n  .display()\nx = 1', ['_nb.shown(df) \\', '', 'x = 1']],
  ['display(df)', ['display(df)']],
])('%j: display() is a method of Databricks alone', async (cell, lines) => {
  const made = await convert(notebook([cell]));
  expect([shownFindings(made.problems), cellsOf(made.script).slice(1)]).toEqual([[], lines]);
});
