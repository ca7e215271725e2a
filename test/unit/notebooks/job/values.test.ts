// Values of a notebook that are known before it runs, and which of several values of one setting counts.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { notebook, ownConverter, shownFindings, usual } from './converter.ts';

const convert = ownConverter();
const folder = mkdtempSync(join(tmpdir(), 'fs-values-'));
afterAll(() => rmSync(folder, { recursive: true }));

const several = 'the notebook sets it to several values; the job has the last one';

test.each<[name: string, cells: string[], value: string, places: string[]]>([
  [
    'in a chain',
    ['b.config("spark.driver.memory", "4g")\\\n  .config("spark.driver.memory", "6g")'],
    '6g',
    ['1, line 1'],
  ],
  [
    'behind a condition that stands before',
    ['if x:\n    c.set("spark.driver.memory", "1g")\nc.set("spark.driver.memory", "2g")'],
    '2g',
    ['1, line 2'],
  ],
  [
    'in a later cell',
    ['c.set("spark.driver.memory", "1g")', 'c.set("spark.driver.memory", "2g")'],
    '2g',
    ['2, line 1'],
  ],
  [
    'after %env',
    ['%env SPARK_DRIVER_MEMORY=1g\nos.environ["PYSPARK_SUBMIT_ARGS"] = "--driver-memory 2g"'],
    '2g',
    ['1, line 1'],
  ],
  ['twice the same', ['c.set("spark.driver.memory", "2g")\nc.set("spark.driver.memory", "2g")'], '2g', []],
])('the last value of a setting counts: %s', async (_, cells, value, places) => {
  const made = await convert(notebook(cells));
  expect(made.conf).toMatchObject({ 'spark.driver.memory': { value } });
  expect(shownFindings(made.warnings)).toEqual(
    places.map((place) => `x: cell ${place}: spark.driver.memory: ${several}`),
  );
});

test('a finding names the line of a chain, and the call without the comment before it', async () => {
  const lines = [
    ...['spark = (SparkSession.builder  # first', '  .appName("x")  # é', '  .master("local[*]")  # all cores'],
    ...['  .config("spark.ui.port", 4050)', '  .config("spark.jars.packages", None)', '  .getOrCreate())'],
  ];
  const made = await convert(notebook([lines.join('\n')]));
  expect(shownFindings(made.warnings)).toEqual([
    'x: cell 1, line 3: .master("local[*]"): left out, the job runs in the cluster that it is submitted to',
    'x: cell 1, line 4: spark.ui.port: left out, firesteel ui forwards a port of this machine',
  ]);
  expect([made.problems, made.lists]).toEqual([[], {}]);
});

test.each([
  ['os.path.join(os.getcwd(), "own.jar")', './own.jar'],
  ['os.getcwd() + "/own.jar"', './own.jar'],
  ['f"{os.getcwd()}/own.jar"', './own.jar'],
  ['os.path.abspath("./own.jar")', 'own.jar'],
  ['",".join([*["own.jar"]])', 'own.jar'],
])('%s is the path of a file beside the notebook', async (path, known) => {
  const { problems } = await convert(notebook([`SparkConf().set("spark.jars", ${path})`]));
  expect(shownFindings(problems)).toEqual([`x: cell 1, line 1: spark.jars ${known}: no such file on this machine`]);
});

test("the version of PySpark is that of the job's Spark", async () => {
  const made = await convert(
    notebook(['import pyspark\nSparkConf().set("spark.jars.packages", f"g:a:{pyspark.__version__}")']),
  );
  expect([made.problems, made.lists]).toEqual([[], { maven: [`g:a:${usual.spark}`] }]);
});

test.each([
  'packages = ["humanize", "inflection"]\nrun([sys.executable, "-m", "pip", "install", *packages])',
  'run(shlex.split("pip install humanize inflection"))',
])('packages of a list that is known: %s', async (cell) => {
  const made = await convert(notebook([cell]));
  expect([made.problems, made.packages]).toEqual([[], ['humanize', 'inflection']]);
});

test.each([
  'from findspark import init, add_packages\ninit()\nadd_packages("a:b:1")',
  'from findspark import *\nadd_packages("a:b:1")',
  'import findspark as fs\nfs.init()\nfs.add_packages(["a:b:1"])',
])('packages that findspark gets under another name: %j', async (cell) => {
  const made = await convert(notebook([cell]));
  expect([made.problems, made.lists]).toEqual([[], { maven: ['a:b:1'] }]);
});

test('Delta Lake has the version that a requirements file names', async () => {
  writeFileSync(join(folder, 'more.txt'), '\ufeffdelta-spark == 4.0.0 \\\r\n  --hash=sha256:aa\r\n');
  writeFileSync(join(folder, 'all.txt'), '-r more.txt\n');
  const cell = `%pip install -r ${folder}/all.txt\nspark = configure_spark_with_delta_pip(builder).getOrCreate()`;
  const made = await convert(notebook([cell]));
  expect([made.problems, made.lists]).toEqual([[], { maven: ['io.delta:delta-spark_2.13:4.0.0'] }]);
});
