// A converted script does what its notebook does: run by a plain Python, without IPython.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { code, notebook, ownConverter } from './converter.ts';

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
