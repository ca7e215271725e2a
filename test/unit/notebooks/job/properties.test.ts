// What holds for every notebook: a script is Python and the same each time, a refusal names a place that is there.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Cell, code, notebook, ownConverter, text } from './converter.ts';

/** Lines that notebooks are made of, whole and broken. */
const lines = [
  ...[
    'x = 1',
    'for i in range(3):',
    '    print(i)',
    '    pass',
    'if x:',
    'def f(a=spark):',
    '    return await x',
    'class A:',
  ],
  ...['%matplotlib inline', '%time', '%time !ls', 'r = %time x', '    %time print(i)', '%timeit -n 3 x', '%pylab', '%'],
  ...[
    '!ls {x}',
    '!echo $x {x',
    'y = !ls',
    '!!ls',
    '!',
    '%cd {x} $y',
    '%env A={x}',
    '%pip install a>=1 b',
    '!pip install $x',
  ],
  ...[
    '%%time',
    '%%bash',
    '%%capture',
    '%%writefile {x}',
    '%%html',
    '%%',
    '   %%time',
    '    %autoreload',
    'x?',
    '??x',
    '/f 1 2',
  ],
  ...[
    'await f()',
    'async with a as b:',
    '    z = await c',
    '    z: int = await c',
    '[a async for a in b]',
    'global x',
    'del x',
  ],
  ...[
    "'''",
    "text '''",
    "f'''{x}",
    '(',
    'a)',
    '[1,\\',
    '2]',
    '\\',
    'x;',
    '1, 2',
    '(y := 3)',
    'return 1',
    "print 'x'",
    'lambda: (yield)',
  ],
  ...[
    'from __future__ import annotations',
    'import matplotlib.pyplot as plt',
    'from a import *',
    'from IPython import display',
  ],
  ...[
    'from IPython.display import display as d, HTML',
    'spark.range(3)',
    'sc',
    'a.builder.master("l").x',
    'Out',
    '_',
    'input()',
  ],
  ...[
    'get_ipython().system("ls"); x',
    'if x: get_ipython().run_line_magic("time", "y")',
    '>>> x',
    '... y',
    'try:',
    '@spark',
  ],
  ...[
    '!pip install a 2>&1 | (tail && b',
    "!if true; then pip install 'a; fi",
    '!{x} -m pip install "$(a" `b',
    '%pip install -r none.txt',
    "conf.set('spark.jars.packages', x)",
    "{'spark.driver.memory': 2, **x}",
    "os.environ['PYSPARK_SUBMIT_ARGS'] = '--packages a:b:1'",
    '%run x.py',
    '%%configure',
    '%%timeit x = 1',
    '%env PYSPARK_SUBMIT_ARGS={x}',
    'import findspark',
    "subprocess.run(['pip', *x])",
  ],
  ...['# é\f日本', "x = '\u2028'", '\f', '\ty = 1', '\r', 'a\rb', '\v', '\ud800', '\0', "'\\ud800'", ''],
];

/** The same numbers for the same seed (mulberry32). */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

function anyNotebook(seed: number): { cells: Cell[]; args: string[] } {
  const number = numbers(seed);
  const source = () => Array.from({ length: 1 + number(4) }, () => lines[number(lines.length)]).join('\n');
  const cells = Array.from({ length: 1 + number(4) }, () =>
    number(6) === 0 ? text(source()) : code(source(), ...(number(5) === 0 ? ['parameters'] : [])),
  );
  return { cells, args: number(4) === 0 ? ['x=1'] : [] };
}

const convert = ownConverter();

/** A Python process, which answers a line for each text: whether it can be parsed. */
const parser = spawn('python3', [
  '-Wignore',
  '-uc',
  'import ast, json, sys\nfor line in sys.stdin:\n    try:\n        ast.parse(json.loads(line)); print("parsed")\n    except Exception as error:\n        print(error)',
]);
const answers: ((line: string) => void)[] = [];
beforeAll(() => void createInterface({ input: parser.stdout }).on('line', (line) => answers.shift()?.(line)));
afterAll(() => void parser.stdin.end());

const parse = (script: string): Promise<string> =>
  new Promise((resolve) => {
    answers.push(resolve);
    parser.stdin.write(`${JSON.stringify(script)}\n`);
  });

test('what is parsed is distinguished from what is not', async () => {
  expect([await parse('x = 1'), await parse('x = ')]).toEqual(['parsed', 'invalid syntax (<unknown>, line 1)']);
});

test('120 notebooks: a script can be parsed, a refusal has a place, and both are the same the second time', async () => {
  let scripts = 0;
  for (let seed = 0; seed < 120; seed += 1) {
    const { cells, args } = anyNotebook(seed);
    const made = await convert(notebook(cells), args);
    const about = JSON.stringify({ seed, cells, made }, null, 1);
    if (made.problems.length === 0) {
      scripts += 1;
      expect(await parse(made.script), about).toBe('parsed');
    } else expect(made.script, about).toBe('');
    for (const { cell, line } of [...made.problems, ...made.warnings]) {
      const source = cell ? [cells[cell - 1]?.['source']].flat().join('') : undefined;
      if (source !== undefined && line) expect(line, about).toBeLessThanOrEqual(source.split(/\r\n|\r|\n/).length);
    }
    if (seed % 5 === 0) expect(await convert(notebook(cells), args)).toEqual(made);
  }
  // Enough of both, or it would prove nothing.
  expect(scripts).toBeGreaterThan(12);
  expect(scripts).toBeLessThan(108);
});
