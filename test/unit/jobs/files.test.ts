// The user's own files on their way into driver and executors: what goes in a ConfigMap, what in a layer, and where it stands.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { zipSync } from 'fflate';
import { afterAll, describe, expect, test } from 'vitest';
import { Failure } from '../../../tasks/core/failure.ts';
import { layerProblems } from '../../../tasks/images/layer/layer.ts';
import { readRequirements } from '../../../tasks/images/layer/requirements.ts';
import { type Job, type JobFlags, readJob } from '../../../tasks/jobs/job.ts';
import { readProfile } from '../../../tasks/profile/read.ts';
import { sparkProperties } from '../../../tasks/spark/conf.ts';
import { runNames } from '../../../tasks/spark/run-names.ts';

const root = mkdtempSync(join(tmpdir(), 'firesteel-files-'));
afterAll(() => rmSync(root, { recursive: true }));

let count = 0;

/** A new folder with these files. */
function folderOf(files: Record<string, string | Uint8Array>): string {
  count += 1;
  const folder = join(root, `f${count}`);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

const bytes = (text: string) => new TextEncoder().encode(text);
const zip = (files: Record<string, string>) =>
  zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, bytes(text)])));

/** The files of the ConfigMap by the paths that pods have them at. */
const filesOf = ({ files = {}, modules = [] }: Job): Record<string, string | Uint8Array> =>
  Object.fromEntries(
    Object.entries(files).map(([key, content]) => [modules.find((one) => one.key === key)?.path ?? key, content]),
  );
const large = (mebibytes: number) => new Uint8Array(mebibytes * 1024 * 1024).map((_, i) => (i * 7919) % 251);
const largeZip = (mebibytes: number) => Buffer.concat([large(mebibytes), zip({ 'x.py': '' })]);

function refusal(word: string, flags: JobFlags = {}): string {
  try {
    readJob([word], flags);
  } catch (failure) {
    if (failure instanceof Failure) return failure.message.replaceAll(root, '');
    throw failure;
  }
  throw new Error('this job was accepted');
}

describe('a folder', () => {
  test.each(['main.py', '__main__.py'])(
    'with %s runs from a copy of it in the driver, which executors have as well',
    (main) => {
      const folder = folderOf({
        [main]: 'import shapes\n',
        'shapes/__init__.py': '',
        'shapes/data.csv': '1',
        '.git/config': '',
        '__pycache__/x.pyc': '',
        'venv/pyvenv.cfg': '',
      });
      const job = readJob([`${folder}/`]);
      const name = `f${count}`;
      expect(job).toMatchObject({
        name,
        type: 'python',
        resource: `file:///opt/spark/job/shipped/modules/${name}/${main}`,
      });
      expect(job).not.toHaveProperty('lists');
      expect(filesOf(job)).toEqual({
        [`modules/${name}/${main}`]: 'import shapes\n',
        [`modules/${name}/shapes/__init__.py`]: '',
        [`modules/${name}/shapes/data.csv`]: '1',
      });
      expect(readJob([folder])).toEqual(job);
    },
  );

  test('with job.yaml is what that says, and its paths begin there', () => {
    const folder = folderOf({
      'job.yaml':
        'main: src/run.py\nargs: [1, true]\nexecutors: 3\npyFiles: [lib, pkg]\nfiles: [data]\njars: [jars, "https://example.com/b.jar"]\n' +
        'env: {LEVEL: 1.10}\nsecrets: {API_TOKEN: {secret: store, key: token}}\n' +
        'packages: {pip: [numpy==2.3.5], requirements: req.txt, maven: ["a:b:1"]}\n',
      'src/run.py': '',
      'req.txt': 'pandas\n',
      'lib/one.py': '',
      'pkg/__init__.py': '',
      'data/a.csv': '1\n',
      'jars/a.jar': zip({ x: '' }),
    });
    const job = readJob([folder]);
    expect(job.args).toEqual(['1', 'true']);
    expect(job.lists).toEqual({
      'spark.jars': ['file:///opt/spark/job/shipped/a.jar', 'https://example.com/b.jar'],
      'spark.files': ['file:///opt/spark/job/shipped/a.csv'],
    });
    expect(Object.keys(filesOf(job))).toEqual(
      expect.arrayContaining(['modules/lib/one.py', 'modules/pkg/pkg/__init__.py', 'run.py', 'a.csv', 'a.jar']),
    );
    expect(job.conf).toEqual({
      'spark.executor.instances': '3',
      'spark.kubernetes.driverEnv.LEVEL': '1.10',
      'spark.executorEnv.LEVEL': '1.10',
      'spark.kubernetes.driver.secretKeyRef.API_TOKEN': 'store:token',
      'spark.kubernetes.executor.secretKeyRef.API_TOKEN': 'store:token',
    });
    expect(job.layer).toEqual({
      files: [],
      pip: ['numpy==2.3.5', `-r ${folder}/req.txt`],
      pipFolder: folder,
      maven: ['a:b:1'],
    });
  });

  test('with job.yaml has the files that lines for pip name', async () => {
    const folder = folderOf({
      'job.yaml': 'main: run.py\npackages: {pip: [wheels/a-1-py3-none-any.whl, -r req.txt, -f ./wheels]}\n',
      'run.py': '',
      'req.txt': './wheels/b-1-py3-none-any.whl\n',
      'wheels/a-1-py3-none-any.whl': '',
      'wheels/b-1-py3-none-any.whl': '',
    });
    const { layer } = readJob([folder]);
    const profile = await readProfile('local', []);
    expect(layerProblems(profile, layer ?? expect.fail('no layer'))).toEqual([]);
    expect(readRequirements(layer?.pip ?? [], layer?.pipFolder)).toMatchObject({
      lines: [`${folder}/wheels/a-1-py3-none-any.whl`, `${folder}/wheels/b-1-py3-none-any.whl`, `-f ${folder}/wheels`],
      wheels: [`${folder}/wheels/a-1-py3-none-any.whl`, `${folder}/wheels/b-1-py3-none-any.whl`],
    });
  });
});

test('a zip application runs its __main__.py, and its modules are there for executors', () => {
  const path = join(folderOf({ 'app.zip': zip({ '__main__.py': 'import one', 'one.py': '' }) }), 'app.zip');
  const job = readJob([path, 'x']);
  expect(job).toMatchObject({ name: 'app', resource: 'file:///opt/spark/job/shipped/__main__.py', args: ['x'] });
  expect(job.files?.['__main__.py']).toBe('import one');
  expect(job.lists).toEqual({ 'spark.submit.pyFiles': ['file:///opt/spark/job/shipped/app.zip'] });
});

describe('a jar', () => {
  const jar = (manifest: string) => join(folderOf({ 'app.jar': zip({ 'META-INF/MANIFEST.MF': manifest }) }), 'app.jar');

  test('runs the named class, else the class of its manifest', () => {
    const path = jar('Manifest-Version: 1.0\r\nMain-Class: org.\r\n Main\r\n');
    expect(readJob([path])).toMatchObject({ type: 'java', mainClass: 'org.Main' });
    expect(readJob([path], { class: 'Other' })).toMatchObject({ mainClass: 'Other' });
  });

  test('without either is refused', () =>
    expect(refusal(jar('Manifest-Version: 1.0\n'))).toMatch(/app\.jar: a jar needs the name of its main class$/));

  test('goes to executors with other jars, those of profile and job first', async () => {
    const job = readJob([jar('Main-Class: A\n')], { jars: 'local:///c.jar' });
    const profile = await readProfile('local', ['spark.conf.spark.jars=local:///b.jar']);
    expect(sparkProperties(job, profile, 'spark:x', runNames('app-0123456789abcdef'))).toMatchObject({
      'spark.jars': 'local:///b.jar,local:///c.jar,file:///opt/spark/job/shipped/app.jar',
    });
  });

  test('in the image needs nothing to be brought', () => {
    const job = readJob(['local:///opt/spark/examples/jars/spark-examples.jar'], { class: 'A' });
    expect(job).toMatchObject({
      name: 'spark-examples',
      resource: 'local:///opt/spark/examples/jars/spark-examples.jar',
    });
    expect(job).not.toHaveProperty('files');
    expect(job).not.toHaveProperty('layer');
  });
});

describe('what does not fit into a ConfigMap goes into the layer', () => {
  test('the largest first: the program stays where a change is cheap', () => {
    const folder = folderOf({ 'my.py': '', 'a.jar': large(2), 'b.jar': large(0.5), 'lib.zip': largeZip(0.7) });
    const path = (name: string) => join(folder, name);
    const job = readJob([path('my.py')], { jars: `${path('a.jar')},${path('b.jar')}`, pyFiles: path('lib.zip') });
    expect(Object.keys(job.files ?? {})).toEqual(['my.py', 'b.jar']);
    expect(job.lists).toEqual({
      'spark.jars': ['local:///opt/spark/job/files/a.jar', 'file:///opt/spark/job/shipped/b.jar'],
      'spark.submit.pyFiles': ['file:///opt/spark/job/files/lib.zip'],
    });
    expect(job.layer?.files).toEqual([
      { from: path('lib.zip'), to: '/opt/spark/job/files/lib.zip' },
      { from: path('a.jar'), to: '/opt/spark/job/files/a.jar' },
    ]);
  });

  test('a large program', () => {
    const path = join(folderOf({ 'large.py': '#'.repeat(1024 * 1024 + 1) }), 'large.py');
    const job = readJob([path]);
    expect(job.resource).toBe('local:///opt/spark/job/files/large.py');
    expect(job).not.toHaveProperty('files');
    expect(job.layer?.files).toEqual([{ from: path, to: '/opt/spark/job/files/large.py' }]);
  });
});

test('wheels of modules alone are brought as zips, those with compiled code or data are installed', () => {
  const folder = folderOf({
    'a-1-py3-none-any.whl': zip({ 'a.py': '', 'a-1.dist-info/METADATA': '' }),
    'b-1-cp311-cp311-linux_x86_64.whl': 'x',
    'c-1-py3-none-any.whl': zip({ 'c/__init__.py': '', 'c/table.json': '' }),
  });
  const wheels = ['a-1-py3-none-any.whl', 'b-1-cp311-cp311-linux_x86_64.whl', 'c-1-py3-none-any.whl'].map((name) =>
    join(folder, name),
  );
  const job = readJob(['pi'], { pyFiles: wheels.join(','), packages: 'g:a:1, g:b:2' });
  expect(job.lists?.['spark.submit.pyFiles']).toEqual(['file:///opt/spark/job/shipped/a-1-py3-none-any.whl.zip']);
  expect(job.layer).toMatchObject({ files: [], pip: [wheels[1], wheels[2]], maven: ['g:a:1', 'g:b:2'] });
});

describe('refused is', () => {
  test.each<[string, Record<string, string | Uint8Array>, string, RegExp]>([
    [
      'a zip without a program',
      { 'app.zip': zip({ 'app/__main__.py': '' }) },
      'app.zip',
      /app\.zip: no __main__\.py in it$/,
    ],
    ['what is not a zip', { 'app.zip': 'x' }, 'app.zip', /app\.zip: not a zip file$/],
    ['what is not a jar', { 'app.jar': 'x' }, 'app.jar', /app\.jar: not a jar$/],
    [
      'a name Kubernetes does not take',
      { 'job.yaml': 'main: a.py\nfiles: [my file.csv]\n', 'a.py': '', 'my file.csv': '' },
      '',
      /job\.yaml:2:9: files\[0\] my file\.csv: file name "my file\.csv": expected letters, digits/,
    ],
    [
      'the same name twice',
      { 'job.yaml': 'main: a.py\nfiles: [a.csv, b/a.csv]\n', 'a.py': '', 'a.csv': '', 'b/a.csv': '' },
      '',
      /job\.yaml:2:16: files\[1\] b\/a\.csv: another file has the same name, a\.csv$/,
    ],
    [
      'what Python cannot import',
      { 'job.yaml': 'main: a.py\npyFiles: [a.csv]\n', 'a.py': '', 'a.csv': '' },
      '',
      /pyFiles\[0\] a\.csv: expected a \.py, \.zip, \.egg, \.whl or a folder of modules$/,
    ],
    [
      'a folder without jars',
      { 'job.yaml': 'main: a.py\njars: [b]\n', 'a.py': '', 'b/c.txt': '' },
      '',
      /jars\[0\] b: no \.jar in it$/,
    ],
  ])('%s', (_, files, word, says) => expect(refusal(join(folderOf(files), word))).toMatch(says));
});
