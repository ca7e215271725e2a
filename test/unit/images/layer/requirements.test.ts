// Requirements of a job, as pip's files have them.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { readRequirements } from '../../../../tasks/images/layer/requirements.ts';

let folder: string;
const file = (name: string, text: string) => writeFileSync(join(folder, name), text);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'firesteel-layer-'));
  file('mine-1.0-py3-none-any.whl', '');
  file('more.txt', '# more\nnumpy>=2,<3  # fast\n-c fixed.txt\n');
  file('fixed.txt', 'pandas==3.1.1\n');
  file('self.txt', '-r self.txt\n');
  file('hashed.txt', 'six==1.17.0 \\\n    --hash=sha256:47a1 \\\n    --hash=sha256:ff34\n');
});
afterAll(() => rmSync(folder, { recursive: true }));

test.each([
  ['numpy'],
  ['numpy>=2,<3'],
  ['numpy ~= 2.1'],
  ['requests[socks,use_chardet]>=2'],
  ['ruamel.yaml (>=0.17,<1)'],
  ['tomli>=1; python_version < "3.11"'],
  ['torch==2.7.1+cpu'],
  ['six @ https://example.org/six-1.17.0-py2.py3-none-any.whl'],
  ['https://example.org/six-1.17.0-py2.py3-none-any.whl#sha256=47a1'],
  ['six==1.17.0 --hash=sha256:47a1'],
  ['six @ https://example.org/six-1.17.0-py2.py3-none-any.whl?sig=aa%3D#sha256=47a1'],
  ['HTTPS://example.org/SIX-1.17.0-PY2.PY3-NONE-ANY.WHL'],
  ['https://example.org/six-1.17.0-py2.py3-none-any.whl; python_version > "3"'],
  ['--index-url https://example.org/simple'],
  ['--pre'],
  ['--no-deps'],
])('%s goes to pip unchanged', (line) => {
  expect(readRequirements([line], folder)).toEqual({ lines: [line], constraints: [], wheels: [], problems: [] });
});

test.each([
  ['six; --hash=sha256:47a1', 'six --hash=sha256:47a1'],
  ['six==1.17.0 ;', 'six==1.17.0'],
  ['six --config-settings="a=b c" --global-option=x --hash=sha256:47a1', 'six --hash=sha256:47a1'],
  ["--index-url 'https://example.org/simple'", '--index-url https://example.org/simple'],
  ['-f "with blanks"', '-f "FOLDER/with blanks"'],
  ['file:mine-1.0-py3-none-any.whl', 'FOLDER/mine-1.0-py3-none-any.whl'],
  ['./mine-1.0-py3-none-any.whl[extra]', 'FOLDER/mine-1.0-py3-none-any.whl[extra]'],
  [
    './mine-1.0-py3-none-any.whl; python_version > "3" --hash=sha256:47a1',
    'FOLDER/mine-1.0-py3-none-any.whl ; python_version > "3" --hash=sha256:47a1',
  ],
])('%s goes to pip as %s', (line, seen) => {
  mkdirSync(join(folder, 'with blanks'), { recursive: true });
  const { lines, problems } = readRequirements([line], folder);
  expect([lines, problems]).toEqual([[seen.replace('FOLDER', folder)], []]);
});

test('what only a build from source heeds is left out', () =>
  expect(readRequirements(['--use-feature=fast-deps', '--only-binary :all:'], folder)).toMatchObject({
    lines: [],
    problems: [],
  }));

test('options on one line are read one by one', () => {
  expect(readRequirements(['-i https://me:secret@example.org/simple --pre  -f=https://example.org/w'], folder)).toEqual(
    {
      lines: ['-i https://me:secret@example.org/simple', '--pre', '-f https://example.org/w'],
      constraints: [],
      wheels: [],
      problems: [],
    },
  );
});

test.each([
  ['-i https://me:secret@example.org/simple --user'],
  ['git+https://secret@example.org/x'],
  ['-r https://me:secret@example.org/x.txt'],
  ['https://me:secret@example.org/x.tar.gz'],
  ['https://***@example.org/x.tar.gz?sig=secret'],
])('%s is refused without its password', (line) => {
  const { problems } = readRequirements([line], folder);
  expect(problems).toEqual([expect.stringContaining('https://***@example.org/')]);
  expect(problems.join()).not.toContain('secret');
});

test('files are read in their place, with their own constraints', () => {
  expect(readRequirements(['six', '-r more.txt', '--requirement=hashed.txt', '-cfixed.txt'], folder)).toEqual({
    lines: ['six', 'numpy>=2,<3', 'six==1.17.0 --hash=sha256:47a1 --hash=sha256:ff34'],
    constraints: ['pandas==3.1.1', 'pandas==3.1.1'],
    wheels: [],
    problems: [],
  });
});

describe('a requirements file', () => {
  const humanize = 'humanize==4.12.3';
  const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le');
  const utf32 = (text: string) =>
    Buffer.concat(
      [...`\ufeff${text}`].map((letter) => Buffer.from([letter.charCodeAt(0) % 256, letter.charCodeAt(0) >> 8, 0, 0])),
    );
  test.each<[string, Uint8Array | string, string[]]>([
    ['of PowerShell is UTF-16', utf16(`${humanize}\r\ninflection==0.5.1\r\n`), [humanize, 'inflection==0.5.1']],
    ['may be UTF-16 of the other order', utf16(humanize).swap16(), [humanize]],
    ['may be UTF-32', utf32(`${humanize}\r\n`), [humanize]],
    ['may be UTF-32 of the other order', utf32(humanize).swap32(), [humanize]],
    ['may name UTF-8 with its mark', `# coding: utf-8-sig\n${humanize}\n`, [humanize]],
    ['ends its lines where Python ends them', `${humanize}\finflection\u2028six\x85`, [humanize, 'inflection', 'six']],
    ['may break a line within a word', 'human\\\nize\n', ['humanize']],
    ['may have hashes in capitals', `${humanize} --hash=sha256:47A1`, [`${humanize} --hash=sha256:47A1`]],
    ['asks for wheels, which come anyway', `--only-binary=:all:\n--only-binary six\n${humanize}`, [humanize]],
    ['may begin with the mark of UTF-8', `\ufeff${humanize}\r\n`, [humanize]],
    [
      'may name its encoding as Python does',
      Buffer.from(`# -*- coding: latin-1 -*-\n${humanize}  # für Zahlen\n`, 'latin1'),
      [humanize],
    ],
    ['may be of a Windows in Japanese', Buffer.from(`# coding: cp932\n${humanize} # \x90\x94\n`, 'latin1'), [humanize]],
    [
      'may name it in its second line',
      Buffer.from(`\n# vim: fileencoding=cp1252\n${humanize} # für\n`, 'latin1'),
      [humanize],
    ],
    ['ends a comment with its line', `# kept in C:\\work\\\n${humanize}\n`, [humanize]],
    [
      'goes on below, and has comments after that',
      `${humanize} \\\n    --hash=sha256:47a1\n    # via -r in.txt\n`,
      [`${humanize} --hash=sha256:47a1`],
    ],
    ['may end with a backslash', `${humanize} \\`, [humanize]],
    [
      'has lines that continue without blanks before',
      `${humanize} \\\n--hash=sha256:47a1\n`,
      [`${humanize} --hash=sha256:47a1`],
    ],
  ])('%s', (_, content, lines) => {
    writeFileSync(join(folder, 'encoded.txt'), content);
    const found = readRequirements(['-r encoded.txt'], folder);
    expect(found.lines).toEqual(lines);
  });

  test.each<[string, Buffer]>([
    ['that is not a text in UTF-8', Buffer.from('humanize # für', 'latin1')],
    ['of an encoding that nobody knows', Buffer.from('# coding: klingon\nhumanize\n')],
    ['of UTF-16 without a mark', Buffer.from('humanize\r\n', 'utf16le')],
    ['with a letter that UTF-32 does not have', Buffer.from([0xff, 0xfe, 0, 0, 0, 0, 0x11, 0])],
  ])('%s is refused by its path', (_, content) => {
    writeFileSync(join(folder, 'encoded.txt'), content);
    const path = join(folder, 'encoded.txt');
    expect(readRequirements(['-r encoded.txt'], folder).problems).toEqual([
      `pip: ${path}: not UTF-8 text; save the file as UTF-8`,
    ]);
  });
});

test('a file may name others by variables, in quotes and by an address', () => {
  mkdirSync(join(folder, 'with blanks'), { recursive: true });
  file('with blanks/a.txt', 'six\n');
  vi.stubEnv('OWN_FOLDER', folder);
  vi.stubEnv('OWN_VERSION', '4.12.3');
  const lines = ['-r "with blanks/a.txt"', '-r ${OWN_FOLDER}/more.txt', `-c file://${folder}/with%20blanks/a.txt`];
  const rest = ['humanize==${OWN_VERSION}', '-i https://${OWN_VERSION}@example.org/'];
  expect(readRequirements([...lines, ...rest], folder)).toEqual({
    lines: ['six', 'numpy>=2,<3', 'humanize==4.12.3', '-i https://${OWN_VERSION}@example.org/'],
    constraints: ['pandas==3.1.1', 'six'],
    wheels: [],
    problems: [],
  });
  vi.unstubAllEnvs();
});

test.each([
  ['-r .', (path: string) => `pip: ${path}: not a file`],
  ['-r /dev/null', () => 'pip: /dev/null: not a file'],
  ['\u200bhuman\x1b[31mize', () => 'pip: \ufffdhuman\ufffd[31mize: not a requirement such as numpy>=2'],
])('%j is refused in words that a terminal can show', (line, problem) =>
  expect(readRequirements([line], folder).problems).toEqual([problem(folder)]),
);

test('a wheel of this machine is named by its absolute path', () => {
  const path = join(folder, 'mine-1.0-py3-none-any.whl');
  expect(readRequirements(['./mine-1.0-py3-none-any.whl', `mine @ file://${path}`], folder)).toEqual({
    lines: [path, `mine @ file://${path}`],
    constraints: [],
    wheels: [path, path],
    problems: [],
  });
});

test.each([
  ['-e .', /^pip: -e \.: editable source; name a wheel instead$/],
  ['git+https://example.org/x', /: source code; name a wheel instead$/],
  ['x @ git+https://example.org/x@main', /: source code; name a wheel instead$/],
  ['./folder', /: not a wheel \(\.whl\)$/],
  ['https://example.org/x.tar.gz', /: not a wheel \(\.whl\)$/],
  ['./no.whl', /: no file \S+\/no\.whl$/],
  ['-r no.txt', /^pip: no file \S+\/no\.txt$/],
  ['-r https://example.org/x.txt', /: expected a file of this machine after -r and -c$/],
  ['-r self.txt', /self\.txt includes itself$/],
  ['numpy=>2', /^pip: numpy=>2: not a requirement such as numpy>=2$/],
  ['numpy --pre', /: pip ignores an option behind a requirement; write --pre on its own line$/],
  ['torch -f https://example.org/w', /: pip ignores an option behind a requirement; write -f on its own line$/],
  ['numpy=1.26.4=py311_0', /: conda's form; write numpy==1\.26\.4$/],
  ['numpy=2', /: conda's form; write numpy==2$/],
  [
    'numpy @ file:///none/croot/numpy_1/work/dist/numpy-1.26.4-cp311-cp311-linux_x86_64.whl#sha256=47a1',
    /: a place on the machine that made the list; write numpy==VERSION, as pip list --format=freeze does$/,
  ],
  ['packaging @ file:///none/feedstock_root/work', /: a place on the machine that made the list; write packaging==/],
  ['mine-1.0-py3-none-any.whl.zip', /: not a wheel \(\.whl\)$/],
  ['numpy pandas', /: not a requirement/],
  ['mine @ ./mine-1.0-py3-none-any.whl', /: pip takes a path without a name; write \.\/mine-1\.0-py3-none-any\.whl$/],
  ['mine[x] @ file:mine-1.0-py3-none-any.whl', /: pip takes a path without a name; write mine-1\.0-py3-none-any\.whl$/],
  ['-r more.txt -c fixed.txt', /: pip reads only the first file of a line; write each on its own line$/],
  ['six==1.17.0 \\ ', /^pip: six==1\.17\.0 \\: a blank follows the backslash; remove the blank$/],
  ['--hash=sha256:47a1', /: a hash without a requirement; end the line before with a backslash$/],
  ['pkg_resources==0.0.0', /: a part of setuptools that no index has; remove the line$/],
  ['--no-binary :all:', /: unsupported pip option, expected one of --index-url,/],
  ['pyspark[sql]', /: the image has Spark; name the packages that sql needs, such as pandas$/],
])('%s is refused', (line, problem) => {
  const { lines, problems } = readRequirements([line], folder);
  expect(lines).toEqual([]);
  expect(problems).toEqual([expect.stringMatching(problem)]);
});
