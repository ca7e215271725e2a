// A converted script does what its notebook does: run by a plain Python, without IPython.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { code, notebook, ownConverter, text } from './converter.ts';

const convert = ownConverter();
const folder = mkdtempSync(join(tmpdir(), 'fs-script-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function outputOf(cells: Parameters<typeof notebook>[0], args: string[] = []): Promise<string[]> {
  const { script, problems } = await convert(notebook(cells), args);
  expect(problems).toEqual([]);
  writeFileSync(join(folder, 'script.py'), script);
  return execFileSync('python3', ['-u', 'script.py'], { cwd: folder, encoding: 'utf8', stdio: 'pipe' })
    .trimEnd()
    .split('\n');
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
  expect(readFileSync(join(folder, 'notes.txt'), 'utf8')).toBe('{name} stays\n');
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

test('a command that fails ends the job', async () => {
  await expect(outputOf(['!exit 3', 'print("not reached")'])).rejects.toThrow('returned non-zero exit status 3');
});

test('%time says how long, within blocks as well', async () => {
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
    'def fail():\n    raise ValueError("no such film")\n\nfail()',
    'print("not reached")',
  ];
  const { script, problems } = await convert(notebook(cells), ['count=20'], true);
  expect(problems).toEqual([]);
  writeFileSync(join(folder, 'recorded.py'), script);
  const outputs = join(folder, 'outputs');
  const run = (env: NodeJS.ProcessEnv) =>
    spawnSync('python3', ['recorded.py'], { cwd: folder, encoding: 'utf8', env: { ...process.env, ...env } });
  expect(run({})).toMatchObject({ status: 1, stdout: expect.stringMatching(/^one 20\n21\n/) });
  expect(existsSync(outputs)).toBe(false);
  const { status, stdout, stderr } = run({ FIRESTEEL_OUTPUTS: outputs });
  expect([status, stdout.split('\n').slice(0, 2)]).toEqual([1, ['one 20', '21']]);
  expect(stderr).toMatch(/^two\n(.*\n)*ValueError: no such film\n$/);
  const book = JSON.parse(readFileSync(join(outputs, 'x.ipynb'), 'utf8')) as {
    cells: { source: string; outputs?: object[]; execution_count?: number | null }[];
  };
  expect(book.cells.map(({ execution_count }) => execution_count)).toEqual([undefined, 1, null, null, 2, 3, 4, null]);
  expect(book.cells[2]).toMatchObject({ source: 'count = 20', metadata: { tags: ['injected-parameters'] } });
  expect(book.cells[4]?.outputs).toEqual([
    { output_type: 'stream', name: 'stdout', text: 'one 20\n' },
    { output_type: 'stream', name: 'stderr', text: 'two\n' },
    { output_type: 'display_data', data: { 'text/plain': '21' }, metadata: {} },
  ]);
  expect(book.cells[5]?.outputs).toMatchObject([{ data: { 'text/html': '<table>' } }]);
  expect(book.cells[6]?.outputs).toMatchObject([
    { output_type: 'error', ename: 'ValueError', evalue: 'no such film', traceback: expect.any(Array) },
  ]);
});
