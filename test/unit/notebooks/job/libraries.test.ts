// What a notebook's program does with the libraries that draw and that make sessions: as much of them as this takes.
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { notebook } from './converter.ts';
import { linesOf, ownProgram } from './program.ts';

const { convert, folder, ranWith } = ownProgram();

/** As much of matplotlib as figures take; like its own, pyplot loads its backend with the first figure. */
const pyplot = `
import inspect
numbers = []
def show(*args, **kwargs):
    raise RuntimeError("a window")
def figure(number=None):
    show.__signature__ = inspect.signature(print)
    if number is None:
        numbers.append(len(numbers) + 1)
    return Figure()
class Figure:
    def savefig(self, path, **_):
        with open(path, "w") as file:
            file.write("picture")
get_fignums = lambda: list(numbers)
close = lambda _: numbers.clear()
`;

test('each figure of a cell becomes a file, those that the cell shows itself as well', async () => {
  const library = join(folder, 'library');
  mkdirSync(join(library, 'matplotlib'), { recursive: true });
  writeFileSync(join(library, 'matplotlib', '__init__.py'), 'use = print\n');
  writeFileSync(join(library, 'matplotlib', 'pyplot.py'), pyplot);
  const outputs = join(folder, 'figures');
  const cells = [
    'import matplotlib.pyplot as plt\nfirst = plt.figure()',
    'second = plt.figure()\nplt.show(block=False)\nthird = plt.figure()',
  ];
  const { stderr } = await ranWith(cells, [], { FIRESTEEL_OUTPUTS: outputs, PYTHONPATH: library });
  expect(stderr).toBe('');
  expect(readdirSync(outputs).filter((name) => name.endsWith('.png'))).toEqual([
    'cell-1-1.png',
    'cell-2-1.png',
    'cell-2-2.png',
  ]);
});

/** As much of PySpark as sessions take. */
const pyspark = `
class SparkContext:
    made = 0
    active = None
    def __init__(self):
        SparkContext.made += 1
        self.number, self._jsc = SparkContext.made, object()
    @classmethod
    def getOrCreate(cls):
        cls.active = cls.active or cls()
        return cls.active
    def stop(self):
        self._jsc = SparkContext.active = None
`;
const pysparkSql = `
from pyspark import SparkContext
class SparkSession:
    class builder:
        @staticmethod
        def getOrCreate():
            session = SparkSession()
            session._sc = session.sparkContext = SparkContext.getOrCreate()
            return session
    def stop(self):
        self._sc.stop()
`;

async function sessionsOf(cells: string[]) {
  const library = join(folder, 'spark');
  mkdirSync(join(library, 'pyspark'), { recursive: true });
  writeFileSync(join(library, 'pyspark', '__init__.py'), pyspark);
  writeFileSync(join(library, 'pyspark', 'sql.py'), pysparkSql);
  const { conf } = await convert(notebook(cells), []);
  const { stdout, stderr } = await ranWith(cells, [], { PYTHONPATH: library });
  expect(stderr).toBe('');
  return { printed: linesOf(stdout), conf };
}

const keepsService = { 'spark.kubernetes.driver.service.deleteOnTermination': { value: 'false' } };

test('a cell that uses spark or sc after it was stopped gets another session, as in a notebook', async () => {
  const number = 'print(spark.sparkContext.number, sc.number)';
  const cells = [number, 'spark.stop()', number, 'sc.stop()', 'spark.stop()', 'print("none")', number];
  expect(await sessionsOf(cells)).toEqual({ printed: ['1 1', '2 2', 'none', '3 3'], conf: keepsService });
});

test('a stopped session that the notebook made itself is replaced as well, and a running one stays', async () => {
  const own = 'from pyspark.sql import SparkSession\nspark = SparkSession.builder.getOrCreate()\nfirst = spark';
  const cells = [own, 'spark.stop()', own, 'print(spark is first)', 'spark.stop()', 'print(spark._sc.number)'];
  expect(await sessionsOf(cells)).toEqual({ printed: ['True', '3'], conf: keepsService });
});

test('a notebook that stops its session at its end needs nothing more', async () => {
  expect(await sessionsOf(['print(sc.number)', 'sc.stop()', 'print(1)'])).toEqual({ printed: ['1', '1'], conf: {} });
});
