// After which cells a notebook says who has the packages that a cell installed.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { projectPath } from '../../../../tasks/core/paths.ts';

const folder = mkdtempSync(join(tmpdir(), 'fs-packages-'));
afterAll(() => rmSync(folder, { recursive: true }));

// As much of IPython as the file touches.
writeFileSync(
  join(folder, 'IPython.py'),
  `class Events:
    def register(self, name, action):
        assert name == "post_run_cell"
        self.action = action
class Shell:
    events = Events()
    user_ns = {}
shell = Shell()
get_ipython = lambda: shell
`,
);

/** Whether it is said after a cell; `code` is the exit code of the cell's program. */
function isSaid(cell: string, code = 0): boolean {
  const program = `import contextlib, io, json, runpy, sys, types, IPython
path, cell, code = json.loads(sys.argv[1])
runpy.run_path(path)
IPython.shell.user_ns["_exit_code"] = code
said = io.StringIO()
with contextlib.redirect_stderr(said):
    IPython.shell.events.action(types.SimpleNamespace(success=True, info=types.SimpleNamespace(raw_cell=cell)))
print(json.dumps("now has these packages" in said.getvalue()))`;
  const input = JSON.stringify([projectPath('docker', 'lab', '20-packages.py'), cell, code]);
  const env = { ...process.env, PYTHONPATH: folder };
  return JSON.parse(execFileSync('python3', ['-c', program, input], { encoding: 'utf8', env })) as boolean;
}

test.each([
  '%pip install humanize',
  'import os\n%pip install -U humanize',
  '%pip --quiet install humanize',
  '!pip3 install humanize',
  '!pip3.11 install humanize',
  '! pip install humanize',
  '!PIP_NO_CACHE_DIR=1 pip install humanize',
  '!/usr/bin/pip install humanize',
  '!python3 -m pip install humanize',
  '!{sys.executable} -m pip install humanize',
  '%uv pip install humanize',
  '%%bash\npip install humanize',
])('it is said after %j', (cell) => expect(isSaid(cell)).toBe(true));

test.each(['%pip list', '!pip download humanize', 'print("pip install humanize")', '# %pip install humanize'])(
  'it is not said after %j',
  (cell) => expect(isSaid(cell)).toBe(false),
);

test('it is not said after an installation that failed', () => expect(isSaid('%pip install humanize', 1)).toBe(false));
