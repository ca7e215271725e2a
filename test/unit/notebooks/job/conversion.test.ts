// Notebooks that are hard to convert, and beside each the script it becomes or why it does not.
import { expect, test } from 'vitest';
import { cellsOf, code, notebook, ownConverter, shownFindings, text } from './converter.ts';

interface Row {
  from: unknown;
  args?: string[];
  /** The script, but for what is put at its top; none if there are problems. */
  script?: string[];
  problems?: string[];
  warnings?: string[];
  packages?: string[];
}

const chain = (calls: number): string => `df = x${'.withColumn("a", y)'.repeat(calls)}`;

const rows: Record<string, Row> = {
  'text becomes comments, and a last value is printed': {
    from: notebook([text('# Title\n\nSome *text*.'), 'x = 1\nx', 'print(x)']),
    script: ['# # Title', '# ', '# Some *text*.', '', '', '# Cell 2', 'x = 1', 'x', '', '', '# Cell 3', 'print(x)'],
  },
  '%matplotlib inline: figures are saved, cell by cell': {
    from: notebook(['%matplotlib inline\nimport matplotlib.pyplot as plt', 'plt.plot([1, 2])\nplt.show()']),
    script: [
      '# Cell 1',
      "{'plots': True}",
      "_nb.run_line_magic('matplotlib', 'inline')",
      'import matplotlib.pyplot as plt',
      '',
      '',
      '# Cell 2',
      'plt.plot([1, 2])',
      'plt.show()',
    ],
  },
  '%%time, %time in a loop, %timeit': {
    from: notebook([
      '%%time\ntotal = sum(range(3))\n',
      'for i in range(2):\n    r = %time pow(i, 2)',
      '%timeit -n 3 sum([1])',
    ]),
    script: [
      '# Cell 1',
      "{'magics': [('time', '')]}",
      '',
      'total = sum(range(3))',
      '',
      '',
      '# Cell 2',
      'for i in range(2):',
      "    r = _nb.run_line_magic('time', 'pow(i, 2)')",
      '',
      '',
      '# Cell 3',
      "_nb.run_line_magic('timeit', 'sum([1])')",
    ],
    warnings: ['x: cell 3, line 1: %timeit sum([1]): runs once in a job'],
  },
  '%pip and !pip install become packages of the job': {
    from: notebook([
      '%pip install -q "numpy>=2" pandas==2.3.3\n!pip install pyspark==4.3.0 seaborn\n!{sys.executable} -m pip list',
      'try:\n    import keras\nexcept ImportError:\n    %pip install keras',
    ]),
    script: [
      '# Cell 1',
      "_nb.run_line_magic('pip', 'install -q \"numpy>=2\" pandas==2.3.3')",
      "_nb.left_out('pip install pyspark==4.3.0 seaborn')",
      "_nb.left_out('{sys.executable} -m pip list')",
      '',
      '',
      '# Cell 2',
      'try:',
      '    import keras',
      'except ImportError:',
      "    _nb.run_line_magic('pip', 'install keras')",
    ],
    packages: ['numpy>=2', 'pandas==2.3.3', 'seaborn', 'keras'],
  },
  'what pip would do otherwise is refused': {
    from: notebook([
      '%pip install git+https://x.org/a.git',
      '!pip uninstall numpy',
      '%pip install --target lib a',
      '!pip install $name',
    ]),
    problems: [
      'x: cell 1, line 1: pip install git+https://x.org/a.git: a job installs no source code; name a wheel, or a package of an index',
      'x: cell 2, line 1: pip uninstall numpy: a job cannot change its packages while it runs',
      'x: cell 3, line 1: pip install --target: a job does not support this flag',
      'x: cell 4, line 1: pip install $name: its packages are only known once the notebook runs; write %pip install NAME',
    ],
  },
  '%env, %cd and %pwd': {
    from: notebook([
      "folder = 'data'\n%env DATA={folder}/films\n%set_env N 3\n%env",
      '%cd {folder}\n%pwd',
      'home = %env HOME\n%cd ~/x',
    ]),
    script: [
      '# Cell 1',
      "folder = 'data'",
      "_nb.run_line_magic('env', 'DATA={folder}/films')",
      "_nb.run_line_magic('set_env', 'N 3')",
      "_nb.run_line_magic('env', '')",
      '',
      '',
      '# Cell 2',
      "_nb.run_line_magic('cd', '{folder}')",
      "_nb.run_line_magic('pwd', '')",
      '',
      '',
      '# Cell 3',
      "home = _nb.run_line_magic('env', 'HOME')",
      "_nb.run_line_magic('cd', '~/x')",
    ],
    warnings: ['x: cell 1, line 4: %env: left out, it would print the whole environment'],
  },
  '! lines, with values put in where IPython would': {
    from: notebook([
      "n = 3\n!head -n {n} a.txt | awk '{print $1}'",
      '!head -n $n a.txt\n!echo $HOME',
      'lines = !ls -1\nlen(lines)',
      'if True:\n    !mkdir -p a \\\n      b',
    ]),
    script: [
      '# Cell 1',
      'n = 3',
      '_nb.system("head -n {n} a.txt | awk \'{print $1}\'")',
      '',
      '',
      '# Cell 2',
      "_nb.system('head -n $n a.txt')",
      "_nb.system('echo $HOME')",
      '',
      '',
      '# Cell 3',
      "lines = _nb.getoutput('ls -1')",
      'len(lines)',
      '',
      '',
      '# Cell 4',
      'if True:',
      "    _nb.system('mkdir -p a        b')",
    ],
  },
  '! lines that cannot work in a job': {
    from: notebook(['x = 1\n!sudo ls\n', '!apt-get install -y git', '!sleep 100 &']),
    problems: [
      'x: cell 1, line 2: !sudo ls: there is no sudo in a job; install its content in the image',
      'x: cell 2, line 1: !apt-get install -y git: there is no apt-get in a job; install its content in the image',
      'x: cell 3, line 1: !sleep 100 &: a job runs no command in the background',
    ],
  },
  '%%bash with flags, pip or another program': {
    from: notebook([
      '%%bash\nset -e\necho "$HOME" \'a\'\n',
      '%%bash --bg\nsleep 5',
      '%%sh\n\npip install numpy',
      '%%perl\nprint 1',
    ]),
    problems: [
      'x: cell 2, line 1: %%bash --bg: its flags only work in a notebook',
      'x: cell 3, line 3: pip install numpy: packages are named by %pip install in a cell of Python',
      'x: cell 4, line 1: %%perl: only a notebook has this magic; tag the cell notebook-only if the job does not need it',
    ],
  },
  'a cell magic around another': {
    from: notebook(['%%capture\n%%time\n%%bash\necho a']),
    script: ['# Cell 1', "{'magics': [('capture', ''), ('time', ''), ('bash', '')]}", 'echo a'],
  },
  '%%bash and %%writefile': {
    from: notebook(['%%bash\nset -e\necho "$HOME" \'a\'\n', '%%writefile -a notes.txt\nfirst\nsecond']),
    script: [
      '# Cell 1',
      "{'magics': [('bash', '')]}",
      'set -e',
      'echo "$HOME" \'a\'',
      '',
      '',
      '# Cell 2',
      "{'magics': [('writefile', [True, 'notes.txt'])]}",
      'first',
      'second',
    ],
  },
  '%%python is not a shell': {
    from: notebook(['%%python\nless = 1\nprint(less)']),
    script: ['# Cell 1', "{'magics': [('python', '')]}", 'less = 1', 'print(less)'],
  },
  'top-level await': {
    from: notebook([
      'import asyncio',
      "text = '''one\n  two'''\nvalue = await asyncio.sleep(0, text)\nvalue",
      'print(value)',
    ]),
    script: [
      '# Cell 1',
      'import asyncio',
      '',
      '',
      '# Cell 2',
      "text = '''one",
      "  two'''",
      'value = await asyncio.sleep(0, text)',
      'value',
      '',
      '',
      '# Cell 3',
      'print(value)',
    ],
  },
  'widgets, and those left out by a tag': {
    from: notebook([
      'import ipywidgets as widgets',
      'from ipywidgets import interact\n',
      code('from ipywidgets import interact', 'notebook-only'),
    ]),
    problems: [
      'x: cell 1, line 1: ipywidgets: widgets need a user; tag the cell notebook-only, or set values as parameters',
      'x: cell 2, line 1: ipywidgets: widgets need a user; tag the cell notebook-only, or set values as parameters',
    ],
  },
  'display, and names of IPython.display': {
    from: notebook([
      'display(1)',
      'from IPython.display import HTML, clear_output, display as show\nclear_output()\nshow(HTML("<b>"))',
    ]),
    script: [
      '# Cell 1',
      'display(1)',
      '',
      '',
      '# Cell 2',
      "[HTML, clear_output, show] = _nb.stand_ins('HTML', 'clear_output', 'display')",
      'clear_output()',
      'show(HTML("<b>"))',
    ],
  },
  'other uses of IPython': {
    from: notebook([
      'get_ipython().run_line_magic("autoreload", "2")',
      'x = get_ipython().user_ns',
      'import IPython',
      'Out[1]\n_ + 1',
    ]),
    problems: [
      'x: cell 2, line 1: get_ipython(): a job has none; tag the cell notebook-only if the job does not need it',
      'x: cell 3, line 1: import IPython: a job has no IPython; from IPython.display import … is converted',
      'x: cell 4, line 1: Out: only a notebook keeps results of cells',
      'x: cell 4, line 2: _: only a notebook keeps the last result',
    ],
  },
  'cells tagged skip and notebook-only': {
    from: notebook([code('a = 1', 'skip'), code('b = ]', 'notebook-only'), code('c = 3', 'other')]),
    script: ['# Cell 3', 'c = 3'],
  },
  'no metadata, ids or outputs anywhere': {
    from: {
      nbformat: 4,
      cells: [
        { cell_type: 'code', source: 'x = 1' },
        { cell_type: 'markdown', source: ['hi'] },
      ],
    },
    script: ['# Cell 1', 'x = 1', '', '', '# hi'],
  },
  'nbformat 3': {
    from: {
      nbformat: 3,
      nbformat_minor: 0,
      metadata: { name: '' },
      worksheets: [
        {
          cells: [
            { cell_type: 'heading', level: 2, source: 'Old' },
            {
              cell_type: 'code',
              input: ['x = 1\n', 'print(x)'],
              outputs: [],
              prompt_number: 1,
              language: 'python',
              collapsed: false,
            },
          ],
        },
      ],
    },
    script: ['# ## Old', '', '', '# Cell 2', 'x = 1', 'print(x)'],
  },
  'nbformat 3 with texts as lists of lines, with and without their ends': {
    from: {
      nbformat: 3,
      nbformat_minor: 0,
      metadata: {},
      worksheets: [
        {
          cells: [
            { cell_type: 'heading', level: 1, source: ['Old\n', 'one'] },
            { cell_type: 'markdown', source: ['two', 'lines'] },
            { cell_type: 'code', input: ['x = 1', 'x'] },
          ],
        },
      ],
    },
    script: ['# # Old one', '', '', '# two', '# lines', '', '', '# Cell 3', 'x = 1', 'x'],
  },
  'keys that other programs add: Synapse gives cells of code attachments': {
    from: {
      nbformat: 4,
      nbformat_minor: 2,
      metadata: {},
      notebookName: 'x',
      cells: [{ cell_type: 'code', source: 'x = 1', attachments: {}, execution_count: 1, outputs: [], own: true }],
    },
    script: ['# Cell 1', 'x = 1'],
  },
  'nbformat 5': {
    from: { nbformat: 5, nbformat_minor: 0, metadata: {}, cells: [] },
    problems: ['x: nbformat 5: notebooks of nbformat 3 and 4 can be converted'],
  },
  'spark and sc used as if they were there': {
    from: notebook([
      '# spark is not used here\nprint("spark")',
      'df = spark.range(10)\ndf.count()',
      'sc.parallelize([1]).sum()',
    ]),
    script: [
      '# Cell 1',
      '# spark is not used here',
      'print("spark")',
      '',
      '',
      '# Cell 2',
      "{'spark': ['spark']}",
      'df = spark.range(10)',
      'df.count()',
      '',
      '',
      '# Cell 3',
      "{'spark': ['sc']}",
      'sc.parallelize([1]).sum()',
    ],
  },
  'only sc': {
    from: notebook(['rdd = sc.parallelize([1])']),
    script: ['# Cell 1', "{'spark': ['sc']}", 'rdd = sc.parallelize([1])'],
  },
  'sc in a function, beside its own session': {
    from: notebook([
      'from pyspark.sql import SparkSession\nspark = SparkSession.builder.appName("mine").getOrCreate()',
      'def total(values):\n    return sc.parallelize(values).sum()',
    ]),
    script: [
      '# Cell 1',
      'from pyspark.sql import SparkSession',
      'spark = SparkSession.builder.appName("mine").getOrCreate()',
      '',
      '',
      '# Cell 2',
      "{'spark': ['sc']}",
      'def total(values):',
      '    return sc.parallelize(values).sum()',
    ],
  },
  'an existing session is left alone': {
    from: notebook([
      'from pyspark.sql import SparkSession\nspark = SparkSession.builder.getOrCreate()\nsc = spark.sparkContext',
      'spark.range(3).count(), sc.version',
      'def f(spark):\n    return spark.range(1)',
    ]),
    script: [
      '# Cell 1',
      'from pyspark.sql import SparkSession',
      'spark = SparkSession.builder.getOrCreate()',
      'sc = spark.sparkContext',
      '',
      '',
      '# Cell 2',
      'spark.range(3).count(), sc.version',
      '',
      '',
      '# Cell 3',
      'def f(spark):',
      '    return spark.range(1)',
    ],
  },
  'a master set in code': {
    from: notebook([
      'from pyspark.sql import SparkSession\nspark = (SparkSession.builder\n    .master("local[*]")\n    .appName("x")\n    .getOrCreate())',
      'from pyspark import SparkConf, SparkContext\nconf = SparkConf().setAppName("y").setMaster("local")\nsc = SparkContext("local", "y")',
      'window.master("x")',
      'SparkContext(where, "y")\nSparkContext(master=f"spark://{host}")\nSparkContext(None, *names)\nSparkContext(*names)',
    ]),
    script: [
      '# Cell 1',
      'from pyspark.sql import SparkSession',
      'spark = (SparkSession.builder',
      '',
      '    .appName("x")',
      '    .getOrCreate())',
      '',
      '',
      '# Cell 2',
      'from pyspark import SparkConf, SparkContext',
      'conf = SparkConf().setAppName("y")',
      'sc = SparkContext(None, "y")',
      '',
      '',
      '# Cell 3',
      'window.master("x")',
      '',
      '',
      '# Cell 4',
      'SparkContext(None, "y")',
      'SparkContext(master=None)',
      'SparkContext(None, *names)',
      'SparkContext(*names)',
    ],
    warnings: [
      'x: cell 1, line 3: .master("local[*]"): left out, the job runs in the cluster that it is submitted to',
      'x: cell 2, line 2: .setMaster("local"): left out, the job runs in the cluster that it is submitted to',
      'x: cell 2, line 3: SparkContext("local"): left out, the job runs in the cluster that it is submitted to',
      'x: cell 4, line 1: SparkContext(where): left out, the job runs in the cluster that it is submitted to',
      'x: cell 4, line 2: SparkContext(f"spark://{host}"): left out, the job runs in the cluster that it is submitted to',
    ],
  },
  'what SparkModel of elephas ignores': {
    from: notebook([
      'from elephas.spark_model import SparkModel as Model, AsynchronousSparkModel',
      "model = 1\nspark_model = Model(model,\n    frequency='epoch', mode='asynchronous')\nother = AsynchronousSparkModel(model, mode='hogwild')",
    ]),
    script: [
      '# Cell 1',
      'from elephas.spark_model import SparkModel as Model, AsynchronousSparkModel',
      '',
      '',
      '# Cell 2',
      'model = 1',
      'spark_model = Model(model,',
      "    frequency='epoch', mode='asynchronous')",
      "other = AsynchronousSparkModel(model, mode='hogwild')",
    ],
    warnings: [
      'x: cell 2, line 2: SparkModel ignores frequency=, mode= since elephas 7: it trains synchronously; AsynchronousSparkModel uses them',
    ],
  },
  'arguments fill the cell tagged parameters': {
    from: notebook([
      code("epochs = 6\nrate: float = 0.1\nname = 'films'\nquick = False\nsizes = [1, 2]\nlimit = None", 'parameters'),
      'print(epochs)',
    ]),
    args: ['epochs=3', '--rate', '0.5', '--name=007', '--quick', '-p', 'sizes', '[3]', 'limit=x'],
    script: [
      '# Cell 1',
      'epochs = 6',
      'rate: float = 0.1',
      "name = 'films'",
      'quick = False',
      'sizes = [1, 2]',
      'limit = None',
      '',
      '',
      '# Cell 1, the arguments',
      "{'part': ', the arguments'}",
      'epochs = 3',
      'rate = 0.5',
      "name = '007'",
      'quick = True',
      'sizes = [3]',
      "limit = 'x'",
      '',
      '',
      '# Cell 2',
      'print(epochs)',
    ],
  },
  'an argument for no parameter': {
    from: notebook([code('epochs = 6\nquick = True', 'parameters')]),
    args: ['epoch=3'],
    problems: ['x: argument "epoch": no such parameter, did you mean epochs?; parameters are epochs, quick'],
  },
  'an argument of another kind': {
    from: notebook([code('epochs = 6\nquick = True', 'parameters')]),
    args: ['epochs=many'],
    problems: ['x: argument epochs: "many" is not a whole number'],
  },
  'arguments, but no cell for them': {
    from: notebook(['epochs = 6']),
    args: ['epochs=3'],
    problems: ['x: arguments epochs=3: no cell is tagged parameters'],
  },
  'other alphabets and line ends': {
    from: notebook([text('Ü – 日本 \u2028 and\rmore'), 'größe = "naïve 🎬"\n!echo {größe}\ngröße']),
    script: [
      '# Ü – 日本   and',
      '# more',
      '',
      '',
      '# Cell 2',
      'größe = "naïve 🎬"',
      "_nb.system('echo {größe}')",
      'größe',
    ],
  },
  'a kernel of R': {
    from: notebook(['x <- 1'], { kernelspec: { name: 'ir', display_name: 'R', language: 'R' } }),
    problems: ['x: kernel ir (R): only notebooks in Python 3 can be converted'],
  },
  'a kernel without a language': {
    from: notebook(['val x = 1'], { kernelspec: { name: 'spylon-kernel', display_name: 's' } }),
    problems: ['x: kernel spylon-kernel (Scala): only notebooks in Python 3 can be converted'],
  },
  'broken JSON': {
    from: '{"nbformat": 4,\n "cells": [}',
    problems: ['x: line 2: not JSON: expecting value, column 12'],
  },
  'empty file': { from: '', problems: ['x: an empty file, not a notebook'] },
  'no cells': {
    from: notebook([]),
    script: [''],
  },
  'not UTF-8': {
    from: Buffer.from('{"x":\n"\xe9"}', 'latin1'),
    problems: ['x: line 2: not UTF-8 text; save the notebook as UTF-8'],
  },
  'not a notebook': { from: '{"a": 1}', problems: ['x: not a notebook: it has no nbformat'] },
  'cells that are not Python': {
    from: notebook([
      'x = 1',
      '\n\nx = 2\nfor i in x\n    pass',
      'return 3',
      'print "old"',
      'pip install numpy',
      'if True:\nx = 1',
    ]),
    problems: [
      "x: cell 2, line 4: not Python: expected ':'",
      "x: cell 3, line 1: not Python: 'return' outside function",
      "x: cell 4, line 1: not Python: Missing parentheses in call to 'print'. Did you mean print(...)?; Python 2 is not converted",
      'x: cell 5, line 1: not Python: invalid syntax; write "%pip install numpy"',
      "x: cell 6, line 2: not Python: expected an indented block after 'if' statement on line 1",
    ],
  },
  'magics that only matter on a screen': {
    from: notebook([
      '%load_ext autoreload\n%autoreload 2\nx?\n?print\n%config InlineBackend.figure_format = "retina"',
      '%%html\n<b>x</b>',
      'if True:\n    %autoreload 1',
    ]),
    script: [
      '# Cell 1',
      "_nb.run_line_magic('load_ext', 'autoreload')",
      "_nb.run_line_magic('autoreload', '2')",
      "_nb.run_line_magic('pinfo', 'x')",
      "_nb.run_line_magic('pinfo', 'print')",
      "_nb.run_line_magic('config', 'InlineBackend.figure_format = \"retina\"')",
      '',
      '',
      '# Cell 2',
      '',
      '',
      '# Cell 3',
      'if True:',
      "    _nb.run_line_magic('autoreload', '1')",
    ],
    warnings: ['x: cell 2, line 1: %%html: left out, nobody sees its output'],
  },
  'magics that only a notebook has': {
    from: notebook([
      'x = 1\n%load_ext tensorboard',
      '%run other.py',
      '%%sql\nselect 1',
      'value = %who_ls',
      '%%capture out\nx',
      'out.show()',
    ]),
    problems: [
      'x: cell 1, line 2: %load_ext tensorboard: a job has no extensions of notebooks',
      'x: cell 2, line 1: %run: only a notebook has this magic; put what it runs into a module of the job',
      'x: cell 3, line 1: %%sql: only a notebook has this magic; write spark.sql("…").show()',
      'x: cell 4, line 1: %who_ls: its result exists only in a notebook',
      'x: cell 5, line 1: %%capture out: what it captures exists only in a notebook',
    ],
  },
  '__future__ in a later cell': {
    from: notebook(['x = 1', 'from __future__ import annotations\ny: int = 2']),
    script: ['# Cell 1', 'x = 1', '', '', '# Cell 2', 'from __future__ import annotations', 'y: int = 2'],
  },
  'a question to the user': {
    from: notebook(['name = input("who?")']),
    problems: ['x: cell 1, line 1: input(): nobody answers in a job; make the value a parameter'],
  },
  "Colab's own modules": {
    from: notebook([
      'try:\n    import google.colab\n    IN_COLAB = True\nexcept ImportError:\n    IN_COLAB = False',
      'from google.colab import drive',
    ]),
    problems: ['x: cell 2, line 1: import google.colab: only Colab has this; tag the cell notebook-only'],
  },
  'progress bars of notebooks': {
    from: notebook([
      'from tqdm.notebook import tqdm, trange as r',
      'from tqdm import tqdm_notebook as bar, tnrange\nimport tqdm.notebook as bars',
      'import os, tqdm.notebook\nfrom tqdm import notebook as n\ntqdm.tqdm_notebook([1])',
    ]),
    script: [
      ...['# Cell 1', 'from tqdm import tqdm, trange as r', '', '', '# Cell 2'],
      ...['from tqdm import tqdm as bar, trange as tnrange', 'import tqdm as bars', '', '', '# Cell 3'],
      ...['import os; import tqdm; tqdm.notebook = tqdm.autonotebook = tqdm', 'import tqdm as n', 'tqdm.tqdm([1])'],
    ],
  },
  'raw cells, and a cell in another language': {
    from: notebook([
      { cell_type: 'raw', metadata: {}, source: 'not python' },
      { ...code('SELECT 1'), metadata: { vscode: { languageId: 'sql' } } },
    ]),
    problems: ['x: cell 2: a cell in sql: only Python can be converted'],
  },
  'last values: silenced, a tuple, over two lines': {
    from: notebook(['x = 1\nx;', '1, 2', 'x = 2 # c\n(x,\n 3) # d']),
    script: ['# Cell 1', 'x = 1', 'x;', '', '', '# Cell 2', '1, 2', '', '', '# Cell 3', 'x = 2 # c', '(x,', ' 3) # d'],
  },
  'pasted prompts and indented cells': {
    from: notebook(['>>> x = 1\n>>> for i in [1]:\n...     print(i)', '   y = 1\n   z = 2']),
    script: ['# Cell 1', 'x = 1', 'for i in [1]:', '    print(i)', '', '', '# Cell 2', 'y = 1', 'z = 2'],
  },
  'long chains of calls': {
    from: notebook([chain(400)]),
    script: ['# Cell 1', chain(400)],
  },
  'a chain that is too long, beside a cell that is not Python': {
    from: notebook([chain(20_000), 'x = ]']),
    problems: [
      'x: cell 1: nested too deeply to be read: give its parts names',
      "x: cell 2, line 1: not Python: unmatched ']'",
    ],
  },
  'huge outputs': {
    from: notebook([{ ...code('x = 1'), outputs: [{ output_type: 'stream', name: 'stdout', text: 'x'.repeat(2e7) }] }]),
    script: ['# Cell 1', 'x = 1'],
  },
};

const convert = ownConverter();

test.each(Object.entries(rows))('%s', async (_name, { from, args, script, problems, warnings, packages }) => {
  const made = await convert(from, args);
  expect(shownFindings(made.problems)).toEqual(problems ?? []);
  expect(shownFindings(made.warnings)).toEqual(warnings ?? []);
  expect(made.packages).toEqual(packages ?? []);
  expect(cellsOf(made.script)).toEqual(script ?? ['']);
});
