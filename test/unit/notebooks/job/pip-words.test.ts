// What follows `pip install` in a notebook: indexes, wheels, flags and files, as lines for the pip of its job.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { notebook, ownConverter, shownFindings } from './converter.ts';

const convert = ownConverter();
const folder = mkdtempSync(join(tmpdir(), 'fs-pip-words-'));
const wheel = join(folder, 'own-1.0-py3-none-any.whl');
mkdirSync(join(folder, 'lib'));
for (const path of [wheel, join(folder, 'some.txt'), join(folder, 'lib', 'some.txt')]) writeFileSync(path, '');
afterAll(() => rmSync(folder, { recursive: true }));

const torch = 'https://download.pytorch.org/whl/cpu';

test.each<[line: string, ...packages: string[]]>([
  [`!pip install torch --index-url ${torch}`, `--index-url ${torch}`, 'torch'],
  [`!pip install -i ${torch} torch\n!pip install --index-url=${torch} b`, `--index-url ${torch}`, 'torch', 'b'],
  [`!pip install torch -f ${torch}\n%pip install b`, `--find-links ${torch}`, 'torch', 'b'],
  [`%pip install torch --extra-index-url=${torch}\n!pip install b`, `--extra-index-url ${torch}`, 'torch', 'b'],
  [`!uv pip install torch --index ${torch}`, `--extra-index-url ${torch}`, 'torch'],
  ['!pip install -i https://pypi.org/simple/ --trusted-host pypi.org a\n!pip install b', 'a', 'b'],
  ['!pip install --pre a', '--pre', 'a'],
  ['sc.install_pypi_package("a", "https://x.org/simple")', '--index-url https://x.org/simple', 'a'],
  [`%pip install ${wheel}`, wheel],
  [`%pip install "${wheel}[extra]"`, `${wheel}[extra]`],
  [`%pip install file://${wheel}`, wheel],
  ['%pip install https://x.org/a-1-py3-none-any.whl#sha256=aa', 'https://x.org/a-1-py3-none-any.whl#sha256=aa'],
  ['%pip install "a[b] @ https://x.org/a-1-py3-none-any.whl"', 'a[b] @ https://x.org/a-1-py3-none-any.whl'],
  ['%pip install a[b]@https://x.org/a-1-py3-none-any.whl', 'a[b]@https://x.org/a-1-py3-none-any.whl'],
  [`!pip install ${folder}/*.whl`, wheel],
  ['!uv -q pip install a --exact -p 3.11 --prerelease=allow', '--pre', 'a'],
  [`!uv pip sync ${folder}/some.txt`, `-r ${folder}/some.txt`],
  ['!pip install a --force --no-cache -C x=y --config-settings=x=y --global-option x', 'a'],
  [
    `%%writefile some.txt\n-i https://x.org/simple\n--pre\n-f ${torch}\na==1 --hash=sha256:aa\n-----\n%pip install -q -r some.txt`,
    ...['--index-url https://x.org/simple', '--pre', `--find-links ${torch}`, 'a==1 --hash=sha256:aa'],
  ],
  ['%%writefile lib/some.txt\nhumanize\n-----\n!cd lib && pip install -r some.txt', 'humanize'],
  [`!cd ${folder}/lib && pip install -r some.txt`, `-r ${folder}/lib/some.txt`],
  [`%cd ${folder}\n!cd lib && ls\n!pip install -r some.txt`, `-r ${folder}/some.txt`],
  [`%cd -q ${folder}\nos.chdir("lib")\n!pip install -r some.txt`, `-r ${folder}/lib/some.txt`],
  [`%cd /nowhere\n!pip install -r ${folder}/some.txt`, `-r ${folder}/some.txt`],
])('%s', async (cells, ...packages) => {
  const made = await convert(notebook(cells.split('\n-----\n')));
  expect(shownFindings(made.problems)).toEqual([]);
  expect([...made.packages].sort()).toEqual([...packages].sort());
});

test.each<[line: string, message: string]>([
  [
    `!pip install torch --index-url ${torch}; pip install pandas`,
    'pip install --index-url: expected on every line that installs, or on none; write --extra-index-url for a further index',
  ],
  ['!pip install --pre a; pip install b', 'pip install --pre: expected on every line that installs, or on none'],
  ['!pip install a -i $URL', '--index-url $URL: its value is only known once the notebook runs; write it as a text'],
  ['!pip install a -i', 'pip install --index-url: names no address'],
  ['!pip install -r', 'pip install -r: names no file'],
  ['!pip install a -i https://me:hush@x.org/simple', 'a job takes no password from a notebook'],
  ['!pip install https://me:hush@x.org/a-1-py3-none-any.whl', 'a job takes no password from a notebook'],
  ['!pip install none/*.whl', 'pip install none/*.whl: no such file on this machine'],
  ['!pip install a@1.0', 'pip install a@1.0: not the name of a package with a version, as in numpy==2.4.6'],
  ['%pip install ./none.whl', 'pip install ./none.whl: no such file on this machine'],
  ['%pip install none.whl', 'pip install none.whl: no such file on this machine'],
  ['%pip install s3://x/a-1-py3-none-any.whl', 'expected an address that begins with https://'],
  ...[
    'git+https://x.org/own',
    '"own @ git+https://x.org/own"',
    '.',
    '..',
    '../own',
    'own.tar.gz',
    '-e .',
    '--editable=.',
  ].map((words): [string, string] => [
    `%pip install ${words}`,
    `pip install ${words.replaceAll('"', '')}: a job installs no source code; name a wheel, or a package of an index`,
  ]),
])('%s is refused', async (line, message) => {
  const said = shownFindings((await convert(notebook([line]))).problems);
  expect(said).toEqual([expect.stringContaining(message)]);
  expect(said.join()).not.toContain('hush');
});

test.each<[line: string, warnings: string[]]>([
  [
    '!pip install pyspark==3.5.1',
    ['x: cell 1, line 1: pip install pyspark==3.5.1: left out, the image has Spark 4.3.0'],
  ],
  ['!pip install pyspark==4.3.0', []],
  ['!pip install "pyspark>=3.4" pyspark', []],
])('%s: a version that the image does not have is a warning', async (line, warnings) => {
  const made = await convert(notebook([line]));
  expect([made.problems, made.packages, shownFindings(made.warnings)]).toEqual([[], [], warnings]);
});
