// What of a notebook's customSparkConf its kernel's sessions get, and what is said of the rest.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { projectPath } from '../../../../tasks/core/paths.ts';
import { settingsFolder } from '../../../../tasks/notebooks/server/conf.ts';
import { settingsFiles } from '../../../../tasks/notebooks/server/settings.ts';
import { readProfile } from '../../../../tasks/profile/read.ts';

const folder = mkdtempSync(join(tmpdir(), 'fs-custom-'));
afterAll(() => rmSync(folder, { recursive: true }));

// As much of IPython as the file touches.
writeFileSync(
  join(folder, 'IPython.py'),
  `class Events:
    actions = []
    def register(self, name, action):
        assert name == "pre_run_cell"
        self.actions.append(action)
    def unregister(self, name, action):
        self.actions.remove(action)
class Shell:
    events = Events()
shell = Shell()
get_ipython = lambda: shell
`,
);
const kept =
  settingsFiles(await readProfile('local', []), { image: 'spark:1', object: 'notebook' })[settingsFolder] ?? {};
writeFileSync(join(folder, 'kept-properties.json'), kept['kept-properties.json'] ?? '');
const script = readFileSync(projectPath('docker', 'lab', '10-custom-conf.py'), 'utf8');
writeFileSync(join(folder, 'custom-conf.py'), script.replace(settingsFolder, folder));

/** Starts a kernel of a notebook with this text and runs two cells: what its sessions are given, and what is said. */
function started(notebook: string | undefined): { words: string[]; skipped: string[] } {
  const path = join(folder, 'x.ipynb');
  if (notebook === undefined) rmSync(path, { force: true });
  else writeFileSync(path, notebook);
  const program = `import contextlib, io, json, os, runpy, shlex, sys, IPython
runpy.run_path(sys.argv[1])
skipped = io.StringIO()
with contextlib.redirect_stderr(skipped):
    for cell in range(2):
        for action in list(IPython.shell.events.actions):
            action(None)
print(json.dumps({"words": shlex.split(os.environ.get("PYSPARK_SUBMIT_ARGS", "")), "skipped": skipped.getvalue().splitlines()}))`;
  const env = { ...process.env, PYTHONPATH: folder, JPY_SESSION_NAME: path };
  return JSON.parse(
    execFileSync('python3', ['-c', program, join(folder, 'custom-conf.py')], { encoding: 'utf8', env }),
  );
}

const withConf = (customSparkConf: unknown) => started(JSON.stringify({ metadata: { customSparkConf } }));

test('properties reach the session with their exact values', () => {
  const { words, skipped } = withConf({
    'spark.app.name': "Ada's $HOME",
    'spark.executor.instances': '2',
    'spark.x': 3,
    'spark.y': true,
  });
  const given = ["spark.app.name=Ada's $HOME", 'spark.executor.instances=2', 'spark.x=3', 'spark.y=true'];
  expect(words).toEqual([...given.flatMap((one) => ['--conf', one]), 'pyspark-shell']);
  expect(skipped).toEqual([]);
});

test.each([
  ['spark.master', 'k8s://https://10.23.240.1', 'the notebook server sets it'],
  ['spark.driver.host', 'sparkdriver', 'the notebook server sets it'],
  ['spark.kubernetes.container.image', 'eu.gcr.io/me/spark', 'the notebook server sets it'],
  ['spark.kubernetes.executor.podNamePrefix', 'mine', 'the notebook server sets it'],
  ['spark.port.maxRetries', '0', 'the notebook server sets it'],
  ['spark.hadoop.fs.s3a.secret.key', 'hush', 'a notebook must not hold a secret'],
  ['executor.memory', '2g', 'not a Spark property with a text or number'],
  ['spark.executor.memory', ['2g'], 'not a Spark property with a text or number'],
])('%s is left out, and said once', (key, value, reason) => {
  expect(withConf({ [key]: value, 'spark.app.name': 'a' })).toEqual({
    words: ['--conf', 'spark.app.name=a', 'pyspark-shell'],
    skipped: [`customSparkConf: ${key} is left out: ${reason}`],
  });
});

test.each([
  ['no notebook', undefined],
  ['one without metadata', '{}'],
  ['one without the property', '{"metadata": {}}'],
  ['one with a list of them', '{"metadata": {"customSparkConf": ["a"]}}'],
  ['one that is no JSON', 'x'],
])('%s changes nothing', (_, text) => expect(started(text)).toEqual({ words: [], skipped: [] }));
