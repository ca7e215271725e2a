// Magics, helpers of IPython and modules that cells write, as real notebooks have them, run by a plain Python.
import { expect, test } from 'vitest';
import { notebook, shownFindings } from './converter.ts';
import { linesOf, ownProgram } from './program.ts';

const { convert, ranWith } = ownProgram();

async function outputOf(...cells: string[]): Promise<string[]> {
  const { stdout, stderr, status } = await ranWith(cells);
  expect([status, stderr]).toEqual([0, '']);
  return linesOf(stdout);
}

const problemsOf = async (...cells: string[]) => shownFindings((await convert(notebook(cells))).problems);

test('%run gives a program its arguments, lets it exit, and leaves its names', async () => {
  const cells = [
    "%%writefile part.py\nimport pickle, sys\nclass Film: pass\nprint(sys.argv, len(pickle.dumps(Film())) > 0)\nname = 'x'\nsys.exit(0)",
    "word = 'a b'\n%run part.py 1 '{word}'\nname, __name__, '__file__' in globals()",
    '%%writefile parts.py\nname = word\nprint(__name__)',
    '%run -i ./parts.py\n%run -n part\nname',
    '!mkdir -p sub',
    '%%writefile sub/near.py\nnear = 1',
    '%%writefile sub/runs.py\nfrom near import near\nprint("near", near)',
    '%run sub/runs\n%cd sub\n%run runs.py',
  ];
  expect(await outputOf(...cells)).toEqual([
    "['part.py', '1', 'a b'] True",
    "('x', '__main__', False)",
    '__main__',
    "['part.py'] True",
    "'x'",
    'near 1',
    'near 1',
  ]);
});

test('%timeit takes a number of loops with underscores', async () =>
  expect(await outputOf('%timeit -n 10_000 -r 1 print(1)')).toEqual(['1', expect.stringMatching(/^wall time: /)]));

test('%run ends the job with the exit code of a program that fails', async () => {
  const { status } = await ranWith(['%%writefile fails.py\nimport sys\nsys.exit(3)', '%run fails.py', 'print(1)']);
  expect(status).toBe(3);
});

test('lines of a command have what IPython adds to a list', async () => {
  const cells = [
    "x = !printf 'a 1\\nb 2\\n.\\n'\nx.n == x.nlstr, x.s, x.l == x.list, [str(each) for each in x.p]",
    "x.grep('A'), x.grep('a', prune=True), x.grep('1', field=1), x.grep(lambda line: '2' in line)",
    'x.fields(0), x.fields(1, 0), x.fields()[0]',
    'import pickle\ntype(pickle.loads(pickle.dumps(x))).__name__',
  ];
  expect(await outputOf(...cells)).toEqual([
    "(True, 'a 1 b 2 .', True, ['.'])",
    "(['a 1'], ['b 2', '.'], ['a 1'], ['b 2'])",
    "(['a', 'b', '.'], ['1 a', '2 b', '.'], ['a', '1'])",
    "'list'",
  ]);
});

test.each([
  'from IPython.core.interactiveshell import InteractiveShell\nInteractiveShell.ast_node_interactivity = "all"',
  'from IPython import InteractiveShell as Shell\nShell.ast_node_interactivity = "all"',
  "%config InteractiveShell.ast_node_interactivity = 'all'",
  'get_ipython().ast_node_interactivity = "all"',
])('a cell prints each of its values after %j', async (setting) => {
  expect(
    await outputOf(setting, '1\nx = 2\nx\nNone\n3', '4\n5;', 'import asyncio\nawait asyncio.sleep(0, 6)\n7'),
  ).toEqual(['1', '2', '3', '6', '7']);
});

test('display shows later values and None, and its classes keep their content', async () => {
  const cells = [
    'shown = display(1, display_id=True)\nshown.update(2)\ndisplay(None)',
    "import IPython.display as ipd\nfrom IPython.display import update_display\nupdate_display(3, display_id='x')",
    "ipd.HTML('<b>').data, ipd.HTML('<b>')._repr_html_()",
  ];
  expect(await outputOf(...cells)).toEqual(['1', '2', 'None', '3', "('<b>', '<b>')"]);
});

test.each(['exit', 'quit'])('%s on a line alone ends the notebook', async (word) =>
  expect(await outputOf(`print(1)\n${word}`, 'print(2)')).toEqual(['1']),
);

test('a notebook has no __file__', async () =>
  expect(await outputOf('try:\n    __file__\nexcept NameError:\n    print("none")')).toEqual(['none']));

test('%%writefile takes its flag behind the name', async () =>
  expect(await outputOf('%%writefile a.txt\nfirst', '%%writefile a.txt -a\nsecond', '%cat a.txt')).toEqual([
    'first',
    'second',
  ]));

test.each(['false --no-raise-error', 'false', 'echo skipped', 'true'])(
  '%%script %s leaves its cell out',
  async (line) => {
    const made = await convert(notebook([`%%script ${line}\nheavy(`, 'x = 1']));
    expect(made.problems).toEqual([]);
    expect(shownFindings(made.warnings)).toEqual([
      `x: cell 1, line 1: %%script ${line.split(' ')[0]}: left out, the cell runs nothing`,
    ]);
  },
);

test('%%script python3, %%shell and a capture that no cell reads run', async () =>
  expect(
    await outputOf(
      '%%script python3 -u\nprint(1)',
      '%%shell\necho 2',
      '%%capture said --no-stderr\nprint(3)\n',
      'del said',
    ),
  ).toEqual(['1', '2', '3']));

test.each([
  '%load_ext autoreload # own modules',
  '%load_ext autotime',
  '%unload_ext autoreload\n%aimport own',
  '%pdb on\n%tb\n%debug\n%clear',
  '%conda list\n%less x\n%watermark -v',
  '%%cleanup -f',
])('%j has no effect', async (cell) => expect(await problemsOf(cell)).toEqual([]));

test.each<[cell: string, problem: string]>([
  [
    '# slow\n%%time\nx = 1',
    'cell 1, line 2: %%time: a cell magic works only in the first line of a cell; move the line to the top',
  ],
  ['%%writefile a b.txt\nx', 'cell 1, line 1: %%writefile a b.txt: expected one file; quote a name with blanks'],
  ['%%capture out\n1\nout.show()', 'cell 1, line 1: %%capture out: what it captures exists only in a notebook'],
  ['%%capture out\n1\n!echo {out.stdout}', 'cell 1, line 1: %%capture out: what it captures exists only in a notebook'],
  ['df = %sql SELECT 1', 'cell 1, line 1: %sql: only a notebook has this magic; write spark.sql("…").show()'],
  ['matplotlib inline', 'cell 1, line 1: not Python: invalid syntax; write "%matplotlib inline"'],
  [
    '%run -d other.py',
    'cell 1, line 1: %run: only a notebook has this magic; put what it runs into a module of the job',
  ],
])('%j is refused with its cure', async (cell, problem) => expect(await problemsOf(cell)).toEqual([`x: ${problem}`]));

// A stand-in for Spark keeps the names of modules that go to executors.
test('folders without __init__.py go to executors with their modules', async () => {
  const stub = [
    'import sys, types',
    'pickles = types.ModuleType("pyspark.cloudpickle")',
    'pickles.sent = []',
    'pickles.register_pickle_by_value = lambda module: pickles.sent.append(module.__name__)',
    'sys.modules.update({"pyspark": types.ModuleType("pyspark"), "pyspark.cloudpickle": pickles})',
  ].join('\n');
  const cells = [
    stub,
    '!mkdir -p near/deep full && touch full/__init__.py',
    '%%writefile near/deep/part.py\nx = 1',
    '%%writefile full/part.py\nx = 2',
    'import near.deep.part\npickles.sent',
    'import full.part\npickles.sent[3:]',
  ];
  const { stdout, stderr } = await ranWith(cells);
  expect(stderr).toBe('');
  expect(linesOf(stdout)).toEqual(["['near.deep.part', 'near.deep', 'near']", "['full', 'full.part']"]);
});
