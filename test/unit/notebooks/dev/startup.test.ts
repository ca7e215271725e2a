import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { projectPath } from '../../../../tasks/core/paths.ts';

const folder = mkdtempSync(join(tmpdir(), 'fs-startup-'));
afterAll(() => rmSync(folder, { recursive: true }));

// As much of IPython and PySpark as the file touches.
writeFileSync(
  join(folder, 'IPython.py'),
  `import re
class Events:
    def register(self, name, action):
        assert name == "pre_run_cell"
        self.action = action
class Shell:
    events = Events()
    user_ns = {}
    def transform_cell(self, text):
        if text.startswith("%%"):
            line, body = text.split("\\n", 1)
            name, _, rest = line[2:].partition(" ")
            return f"get_ipython().run_cell_magic({name!r}, {rest!r}, {body!r})"
        call = lambda found: f"get_ipython().run_line_magic({found[1]!r}, {found[2]!r})"
        return re.sub(r"^%(\\w+) ?(.*)$", call, text, flags=re.M)
shell = Shell()
get_ipython = lambda: shell
`,
);
mkdirSync(join(folder, 'pyspark'));
writeFileSync(
  join(folder, 'pyspark', '__init__.py'),
  `import os
class Java:
    stopped = False
    def sc(self):
        if self.stopped is None:
            raise ConnectionError
        return self
    def isStopped(self):
        return self.stopped
class SparkContext:
    _active_spark_context = _gateway = _jvm = None
    uiWebUrl = "http://lab:4041"
    def __init__(self):
        os.system("echo 'WARNING: Using incubator modules: a.b' >&2; echo 'WARN of a use' >&2")
        self._jsc = Java()
        SparkContext._active_spark_context = self
    def stop(self):
        self._jsc = SparkContext._active_spark_context = None
`,
);
writeFileSync(
  join(folder, 'pyspark', 'sql.py'),
  `from pyspark import SparkContext
class Session:
    def __init__(self):
        self._sc = self.sparkContext = SparkContext._active_spark_context or SparkContext()
    def stop(self):
        self._sc.stop()
class SparkSession:
    _instantiatedSession = None
    class builder:
        getOrCreate = staticmethod(Session)
`,
);

writeFileSync(
  join(folder, 'pyspark', 'logger.py'),
  `import logging
class PySparkLogger(logging.Logger):
    @staticmethod
    def getLogger(name):
        logging.setLoggerClass(PySparkLogger)
        return logging.getLogger(name)
`,
);

/** What cells print, run one after the other in one kernel that begins with nothing. */
function printedBy(...cells: string[]): string[] {
  const program = `import contextlib, io, json, runpy, sys, types, IPython
cells, path = json.loads(sys.argv[1])
runpy.run_path(path)
printed = io.StringIO()
with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
    for cell in cells:
        IPython.shell.events.action(types.SimpleNamespace(raw_cell=cell))
        exec(cell, IPython.shell.user_ns)
print(json.dumps(printed.getvalue().splitlines()))`;
  const input = JSON.stringify([cells, projectPath('docker', 'dev', 'startup.py')]);
  return JSON.parse(
    execFileSync('python3', ['-c', program, input], {
      encoding: 'utf8',
      env: { ...process.env, PYTHONPATH: folder },
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  ) as string[];
}

/** Names that are there when a cell begins, in a kernel that has `given` already. */
function namesBefore(cell: string, given: string[] = []): string[] {
  const program = `import json, runpy, sys, types, IPython
cell, given, path = json.loads(sys.argv[1])
IPython.shell.user_ns.update({name: "own" for name in given})
runpy.run_path(path)
IPython.shell.events.action(types.SimpleNamespace(raw_cell=cell))
print(json.dumps(sorted(IPython.shell.user_ns)))`;
  const input = JSON.stringify([cell, given, projectPath('docker', 'dev', 'startup.py')]);
  return JSON.parse(
    execFileSync('python3', ['-c', program, input], {
      encoding: 'utf8',
      env: { ...process.env, PYTHONPATH: folder },
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  ) as string[];
}

test.each<[name: string, cell: string, given: string[], names: string[]]>([
  ['spark is there for a cell that uses it', 'spark.range(5).count()', [], ['sc', 'spark']],
  ['unchanged for one that uses sc', 'rdd = sc.parallelize([1])', [], ['sc', 'spark']],
  ['inside a function', 'def f():\n    return spark.range(1)', [], ['sc', 'spark']],
  ['among magics', '%matplotlib inline\nspark._sc', [], ['sc', 'spark']],
  ['in a cell that is timed', '%%time\nrdd = sc.parallelize([1])', [], ['sc', 'spark']],
  ['in a line that is timed', '%timeit -n 1 -r 2 spark.range(1)', [], ['sc', 'spark']],
  ['a cell for another program begins nothing', '%%bash\nspark', [], []],
  ['nor does one that is timed and makes its own', '%%time\nsc = make()\nsc.stop()', [], []],
  ['a cell that uses neither begins nothing', 'print("spark")', [], []],
  ['nor does one that makes its own', 'spark = make()\nspark.range(1)', [], []],
  ['or imports it', 'from session import spark\nspark.range(1)', [], []],
  ['or takes it as an argument', 'def load(spark, path):\n    return spark.read.text(path)', [], []],
  ['of a lambda, or in a comprehension', 'f = lambda sc: sc.version\n[spark for spark in [1]]', [], []],
  ['what a function calls so is its own', 'def f():\n    spark = 1\nspark.range(1)', [], ['sc', 'spark']],
  ['unless it makes it for all', 'def f():\n    global spark\n    spark = 1\nf()\nspark + 1', [], []],
  ['a cell that waits has it as well', 'import asyncio\nawait asyncio.sleep(spark.x)', [], ['sc', 'spark']],
  ['what is there stays', 'spark.range(1)', ['spark'], ['spark']],
  ['a cell that does not parse is for IPython to judge', 'spark.range(', [], []],
])('%s', (_, cell, given, names) => {
  expect(namesBefore(cell, given)).toEqual(names);
});

test.each([
  ['by spark.stop()', 'spark.stop()'],
  ['by sc.stop()', 'sc.stop()'],
  ['by its master', 'sc._jsc.stopped = True'],
  ['with its JVM', 'sc._jsc.stopped = None'],
])('a session that ended %s gives way to a new one, for spark and sc', (_, end) => {
  const now = 'print(sc._jsc.stopped, spark._sc is sc, sc is not former)';
  expect(printedBy('former = sc', end, now).at(-1)).toBe('False True True');
});

test.each([
  ['a function', 'def count():\n    return sc._jsc.stopped', 'count()'],
  [
    'a function that another one calls',
    'def one():\n    return [sc._jsc.stopped][0]\ndef two():\n    return one()',
    'two()',
  ],
  ['a function within a function', 'def count():\n    return (lambda: sc._jsc.stopped)()', 'count()'],
])('a session that ended gives way to a new one in a cell that calls %s', (_, make, call) =>
  expect(printedBy(make, 'spark.stop()', `print(${call})`).at(-1)).toBe('False'),
);

test('a stopped session of the notebook is replaced as well, and a running one stays', () => {
  const own = 'from pyspark.sql import SparkSession\nspark = SparkSession.builder.getOrCreate()\nfirst = spark';
  expect(printedBy(own, 'print(spark is first)', 'spark.stop()', 'print(spark is first)')).toEqual([
    'True',
    'starting a Spark session …',
    'the session is ready after 0 s; its pages: http://127.0.0.1:4041',
    'False',
  ]);
});

test.each([
  ['of the kernel', 'spark'],
  ['of the notebook', 'import pyspark'],
])('what an exception says itself is not logged before it, in a session %s', (_, begin) => {
  const log = (name: string) => `PySparkLogger.getLogger('${name}').isEnabledFor(40)`;
  const look = `from pyspark.logger import PySparkLogger\nprint(${log('SQLQueryContextLogger')}, ${log('DataFrameQueryContextLogger')}, ${log('own')})`;
  expect(printedBy(begin, look).at(-1)).toBe('False False True');
});

test('only useful lines of a starting JVM are shown', () => {
  const program = `import runpy, threading, types, sys, IPython
runpy.run_path(sys.argv[1])
IPython.shell.events.action(types.SimpleNamespace(raw_cell="spark"))
for thread in threading.enumerate():
    if thread.daemon:
        thread.join()`;
  const { stderr } = spawnSync('python3', ['-c', program, projectPath('docker', 'dev', 'startup.py')], {
    encoding: 'utf8',
    env: { ...process.env, PYTHONPATH: folder },
  });
  expect(stderr.split('\n')).toContain('WARN of a use');
  expect(stderr).not.toContain('incubator');
});

test('the start of a session is announced once, with the address of its pages', () =>
  expect(printedBy('spark', 'sc', 'spark')).toEqual([
    'starting a Spark session …',
    'the session is ready after 0 s; its pages: http://127.0.0.1:4041',
  ]));
