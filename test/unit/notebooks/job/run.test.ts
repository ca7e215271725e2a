// The program of a notebook does what the notebook does: run by a plain Python, without IPython.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Cell, code, text } from './converter.ts';
import { linesOf, ownProgram } from './program.ts';

const { folder, work, ranWith } = ownProgram();

async function outputOf(cells: (string | Cell)[], args: string[] = []): Promise<string[]> {
  const { stdout, stderr, status } = await ranWith(cells, args);
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return linesOf(stdout);
}

test('values, arguments, commands and files', async () => {
  const cells = [
    code('name = "nobody"\ncount = 1', 'parameters'),
    'def twice(value):\n    return 2 * value\n\ntwice(count)',
    '!echo {name} $HOME_OF_NOBODY-$count\nlines = !printf "a\\nb"\nlines',
    '%%bash\nread -r line <<<"from bash"\necho "$line"',
    '%%writefile notes.txt\n{name} stays\n',
    '%env GREETING=hello {name}\n!echo $GREETING',
    'from IPython.display import HTML, display\ndisplay(HTML("<b>"), 3)\nNone',
  ];
  expect(await outputOf(cells, ['name=you', 'count=21'])).toEqual([
    '42',
    // As in IPython: where one name is unknown, the shell gets all of it as it stands.
    '{name} -',
    "['a', 'b']",
    'from bash',
    'hello you',
    '<HTML>',
    '3',
  ]);
  expect(readFileSync(join(work, 'notes.txt'), 'utf8')).toBe('{name} stays\n');
});

test('await between cells: names stay, texts over several lines are not moved', async () => {
  const cells = [
    "import asyncio\nqueue = asyncio.Queue()\nawait queue.put('''one\n  two''')",
    'found = [each async for each in (lambda: (x async for x in numbers()))()] if False else await queue.get()\nprint(found)',
    'async def double(value):\n    await asyncio.sleep(0)\n    return 2 * value\n\nresults = await asyncio.gather(double(1), double(2))\nresults',
    'print(sum(results))',
  ];
  expect(await outputOf(cells)).toEqual(['one', '  two', '[2, 4]', '6']);
});

test('a command that fails ends the job with its cell and line', async () => {
  const { status, stdout, stderr } = await ranWith(['print(1)', '\n!exit 3', 'print("not reached")']);
  expect([status, stdout]).toEqual([1, '1\n']);
  expect(stderr).toContain('File "x.ipynb, cell 2", line 2, in <module>');
  expect(linesOf(stderr).at(-1)).toMatch(/Command 'exit 3' returned non-zero exit status 3\.$/);
});

test('a traceback names cells, their lines and nothing of what runs them', async () => {
  const cells = [
    'def half(x):\n    # as in the film\n    return 1 / x',
    '%%time\n\nbuilder = SparkSession.builder \\\n    .master("local[2]") \\\n    .appName("x") if False else None\nhalf(0)',
  ];
  const { status, stderr } = await ranWith(cells);
  expect(status).toBe(1);
  expect(linesOf(stderr).filter((line) => !/^ +[~^]+$/.test(line))).toEqual([
    'Traceback (most recent call last):',
    '  File "x.ipynb, cell 2", line 6, in <module>',
    '    half(0)',
    '  File "x.ipynb, cell 1", line 3, in half',
    '    return 1 / x',
    'ZeroDivisionError: division by zero',
  ]);
});

test('lines of shell run in bash, as where notebooks run, and a traceback shows the line of %time', async () => {
  const cells = ['!echo {1..3} && cat <<<"here"', 'both = %sx [[ a == a ]] && echo "a\\nb"\nboth', '%time 1 / 0'];
  const { stdout, stderr } = await ranWith(cells);
  expect(linesOf(stdout).slice(0, 3)).toEqual(['1 2 3', 'here', "['a\\\\nb']"]);
  expect(linesOf(stderr)).toContain('    1 / 0');
});

test('sys.exit in a cell ends the job with that code', async () => {
  expect(await ranWith(['import sys\nprint(1)\nsys.exit(7)', 'print(2)'])).toMatchObject({ status: 7, stdout: '1\n' });
});

test('a notebook binds any name, of builtins and modules too, and its magics and outputs work', async () => {
  const everyName =
    'import builtins, sys\n' +
    'space = globals()\nspace.update({each: None for each in [*vars(builtins), *sys.modules] if not each.startswith("_")})\n' +
    'time = os = sys = json = subprocess = types = asyncio = display = None';
  const cells = [
    everyName,
    '%time 1 + 1',
    '%%time\nlines = !printf "a\\nb"\nlines',
    '%env GREETING=hello\n!echo $GREETING\n_nb = 3\n!echo {lines[0]} {_nb}',
    '%%bash\necho bash',
    '%%writefile any.txt\ntext',
    '%cat any.txt',
    'async def f():\n    return 5\n\nawait f()',
    'from IPython.display import HTML, display as show\nshow(HTML("<b>"))',
    '%%timeit n = 3\nn',
    '1 / 0',
  ];
  const outputs = join(folder, 'any-outputs');
  const { status, stdout, stderr } = await ranWith(cells, [], { FIRESTEEL_OUTPUTS: outputs });
  expect(linesOf(stdout).map((line) => line.replace(/[\d.e-]+ s$/, 'N s'))).toEqual([
    ...['wall time: N s', '2', "['a', 'b']", 'wall time: N s', 'hello', 'a 3', 'bash', 'text', '5', '<HTML>'],
    'wall time: N s',
  ]);
  expect([status, linesOf(stderr).at(-1)]).toEqual([1, 'ZeroDivisionError: division by zero']);
  const book = readFileSync(join(outputs, 'x.ipynb'), 'utf8');
  expect(book).toContain("['a', 'b']");
  expect(book).toContain('ZeroDivisionError');
});

test('a cell that prints much is kept without taking long, with the end of its text', async () => {
  const outputs = join(folder, 'much');
  const cell = 'import time\nfor i in range(160_000):\n    print(i)\nassert time.process_time() < 4';
  const { status } = await ranWith([cell], [], { FIRESTEEL_OUTPUTS: outputs });
  expect(status).toBe(0);
  const book = JSON.parse(readFileSync(join(outputs, 'x.ipynb'), 'utf8')) as {
    cells: { outputs: { text: string }[] }[];
  };
  const kept = book.cells[0]?.outputs[0]?.text ?? '';
  expect([kept.length, kept.slice(-7)]).toEqual([1_000_000, '159999\n']);
}, 120_000);

test('a picture in a text stays in the notebook with its outputs', async () => {
  const outputs = join(folder, 'pictures');
  const picture = { ...text('![x](attachment:x.png)'), attachments: { 'x.png': { 'image/png': 'aGk=' } } };
  await ranWith([picture, 'x = 1'], [], { FIRESTEEL_OUTPUTS: outputs });
  const book = JSON.parse(readFileSync(join(outputs, 'x.ipynb'), 'utf8')) as { cells: Cell[] };
  expect(book.cells[0]).toMatchObject({ attachments: picture.attachments });
});

test('a notebook begins with the name display alone, which it may bind to something else', async () => {
  const names = 'print(sorted(each for each in dir() if not each.startswith("__")))';
  expect(await outputOf([names, 'display = 3\ndisplay', '4'])).toEqual(["['display']", '3', '4']);
});

test('%%timeit runs its set-up line and its cell once, and keeps the names of neither', async () => {
  const cells = ['n = 1', '%%timeit -n 10 n = 5\nm = n\nprint(n)', 'print(n, "m" in dir())'];
  const said = await outputOf(cells);
  expect(said.map((line) => line.replace(/[\d.e-]+ s$/, 'N s'))).toEqual(['5', 'wall time: N s', '1 False']);
});

test('modules that cells write can be imported at once, from the folder they go to as well', async () => {
  const cells = [
    '%%writefile helpers.py\ndef double(x):\n    return 2 * x',
    'from helpers import double\ndouble(21)',
    '%%writefile more.py\nmore = 5\nif __name__ == "__main__": print("run")',
    '%run ./more.py\nmore',
    '%%bash\nmkdir -p lib/deep && echo "NAME = \'lib\'" >lib/own.py && touch lib/deep/__init__.py && echo "x = 7" >lib/deep/part.py',
    '%cd lib\nimport own, deep.part\nown.NAME, deep.part.x',
    '%cd -\nimport os\nos.path.basename(os.getcwd())',
  ];
  expect(await outputOf(cells)).toEqual(['42', 'run', '5', "('lib', 7)", "'work-dir'"]);
});

test('a line that installs and does more does the rest; what asks for Spark finds it', async () => {
  const cells = [
    '!pip install -q humanize > /dev/null && echo "in the image"; echo done',
    'out = !yes | pip install humanize\nout',
    'import subprocess, sys\nsubprocess.check_call([sys.executable, "-m", "pip", "install", "humanize"])',
    'import findspark\nfindspark.init("/content/spark")',
  ];
  expect(await outputOf(cells)).toEqual(['in the image', 'done', '[]', '0']);
});

test('%time prints the duration, within blocks as well', async () => {
  const said = await outputOf(['for i in range(2):\n    %time print(i)', '%%time\nr = %time 1 + 1\nr']);
  expect(said.map((line) => line.replace(/[\d.e-]+ s$/, 'N s'))).toEqual([
    ...['0', 'wall time: N s', '1', 'wall time: N s', 'wall time: N s', '2', 'wall time: N s'],
  ]);
});

test('a notebook is written with its outputs as it goes, where there is a folder for them', async () => {
  const cells = [
    text('# Title'),
    code('count = 1', 'parameters'),
    code('print("left out")', 'skip'),
    'import sys\nprint("one", count)\nprint("two", file=sys.stderr)\ncount + 1',
    'class Table:\n    def _repr_html_(self):\n        return "<table>"\n\nTable()',
    'Table',
    'class Java:\n    def __getattr__(self, name):\n        return lambda: 1 / 0\n\nJava()',
    'def fail():\n    raise ValueError("no such film")\n\nfail()',
    'print("not reached")',
  ];
  const outputs = join(folder, 'outputs');
  expect(await ranWith(cells, ['count=20'])).toMatchObject({
    status: 1,
    stdout: expect.stringMatching(/^one 20\n21\n/),
  });
  expect(existsSync(outputs)).toBe(false);
  const { status, stdout, stderr } = await ranWith(cells, ['count=20'], { FIRESTEEL_OUTPUTS: outputs });
  expect([status, stdout.split('\n').slice(0, 2)]).toEqual([1, ['one 20', '21']]);
  expect(stderr).toMatch(/^two\n(.*\n)*ValueError: no such film\n$/);
  const book = JSON.parse(readFileSync(join(outputs, 'x.ipynb'), 'utf8')) as {
    cells: { source: string; outputs?: object[]; execution_count?: number | null }[];
  };
  const counts = book.cells.map(({ execution_count }) => execution_count);
  expect(counts).toEqual([undefined, 1, 2, null, 3, 4, 5, 6, 7, null]);
  expect(book.cells[2]).toMatchObject({ source: 'count = 20', metadata: { tags: ['injected-parameters'] } });
  expect(book.cells[4]?.outputs).toEqual([
    { output_type: 'stream', name: 'stdout', text: 'one 20\n' },
    { output_type: 'stream', name: 'stderr', text: 'two\n' },
    { output_type: 'display_data', data: { 'text/plain': '21' }, metadata: {} },
  ]);
  expect(book.cells[5]?.outputs).toMatchObject([{ data: { 'text/html': '<table>' } }]);
  // Neither is a page: a class, and an object that seems to have any method, as those of Java do.
  for (const cell of book.cells.slice(6, 8))
    expect(cell.outputs).toEqual([expect.objectContaining({ data: { 'text/plain': expect.any(String) } })]);
  expect(book.cells[8]?.outputs).toMatchObject([
    { output_type: 'error', ename: 'ValueError', evalue: 'no such film', traceback: expect.any(Array) },
  ]);
});

test('a table of Spark shows its rows by display(), and other things keep their own method', async () => {
  const table = 'class Table:\n    isStreaming = False\n    def show(self):\n        print("rows")';
  const own = 'class Own:\n    def display(self):\n        print("own")';
  expect(await outputOf([table, own, '(Table()\n  .display())\nOwn().display()'])).toEqual(['rows', 'own']);
});

test.each([
  [{ 'application/vnd.databricks.v1+notebook': { language: 'python' } }, ['rows', "'x'"]],
  [{ kernelspec: { name: 'synapse_pyspark', display_name: 'Synapse PySpark' } }, ['rows', "'x'"]],
  [{}, ['table', "'x'"]],
])('display(table) in a notebook with metadata %j prints %j', async (metadata, lines) => {
  const table =
    'class Table:\n    isStreaming = False\n    show = lambda self: print("rows")\n    __repr__ = lambda self: "table"';
  const { stdout, stderr } = await ranWith([table, 'display(Table(), summary=True)\ndisplay("x")'], [], {}, metadata);
  expect([stderr, linesOf(stdout)]).toEqual(['', lines]);
});

test('a cell makes a task in a loop that runs, and a later one awaits it', async () => {
  const main = 'import asyncio\nasync def main():\n    await asyncio.sleep(0)\n    return 4\n';
  expect(await outputOf([`${main}task = asyncio.create_task(main())`, 'await task'])).toEqual(['4']);
  expect(await outputOf([`${main}asyncio.run(main())`, 'asyncio.get_running_loop().is_running()'])).toEqual([
    ...['4', 'True'],
  ]);
});
