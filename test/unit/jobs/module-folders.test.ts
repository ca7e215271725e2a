// Folders of modules on their way into driver and executors: every file at its place.
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { layerProblems } from '../../../tasks/images/layer/layer.ts';
import { type Job, readJob } from '../../../tasks/jobs/job.ts';
import { profileSchema } from '../../../tasks/profile/schema.ts';
import { ownFiles } from '../own-files.ts';

const own = ownFiles();

/** The files of the ConfigMap by the paths that pods have them at. */
const filesOf = ({ files = {}, modules = [] }: Job): Record<string, string | Uint8Array> =>
  Object.fromEntries(
    Object.entries(files).map(([key, content]) => [modules.find((one) => one.key === key)?.path ?? key, content]),
  );

test('a folder of modules brings the targets of its links, names in any script, and executable programs', () => {
  own.put('shared/one.py', 'ONE = 1\n');
  own.put('app/main.py', 'import common.one\n');
  own.put('app/módulo/__init__.py', 'X = 1\n');
  chmodSync(own.put('app/run.sh', '#!/bin/sh\n'), 0o755);
  symlinkSync('../shared', own.path('app', 'common'));
  symlinkSync('nowhere', own.path('app', 'broken'));
  const job = readJob([own.path('app')]);
  expect(filesOf(job)).toEqual({
    'modules/app/common/one.py': 'ONE = 1\n',
    'modules/app/main.py': 'import common.one\n',
    'modules/app/módulo/__init__.py': 'X = 1\n',
    'modules/app/run.sh': '#!/bin/sh\n',
  });
  expect(job.modules).toContainEqual({ key: 'modules__app__run.sh', path: 'modules/app/run.sh', mode: 0o755 });
  expect(Object.keys(job.files ?? {}).filter((key) => !/^[-.\w]+$/.test(key))).toEqual([]);
});

test('a folder of modules with a link in a circle is refused, and the link is named', () => {
  own.put('app/main.py', '');
  mkdirSync(own.path('app', 'lib'));
  symlinkSync('..', own.path('app', 'lib', 'up'));
  expect(() => readJob([own.path('app')])).toThrow(/\/app\/lib\/up: is a link to a folder that contains it$/);
});

test('a link that leads to itself is left out as one that leads nowhere is', () => {
  own.put('app/main.py', '');
  symlinkSync('loop.py', own.path('app', 'loop.py'));
  symlinkSync('b', own.path('app', 'a'));
  symlinkSync('a', own.path('app', 'b'));
  expect(Object.keys(filesOf(readJob([own.path('app')])))).toEqual(['modules/app/main.py']);
});

test('a file whose name is not UTF-8 is refused, for it would be left out', () => {
  own.put('app/main.py', '');
  writeFileSync(Buffer.concat([Buffer.from(`${own.path('app')}/data`), Buffer.from([0xe9])]), '');
  expect(() => readJob([own.path('app')])).toThrow(/app\/data\ufffd: the name of the file is not UTF-8$/);
});

test('environments of Python and conda in a folder are left out', () => {
  for (const name of ['main.py', 'env/pyvenv.cfg', 'conda/conda-meta/history', 'conda/lib/x.py'])
    own.put(`app/${name}`, '');
  expect(Object.keys(filesOf(readJob([own.path('app')])))).toEqual(['modules/app/main.py']);
});

test('all files of a folder are brought, even if a ConfigMap cannot distinguish their names', () => {
  own.put('app/main.py', 'main');
  for (const [name, text] of Object.entries({ 'a/b.txt': '1', 'a__b.txt': '2', 'é__b.txt': '3', 'è__b.txt': '4' }))
    own.put(`app/${name}`, text);
  expect(filesOf(readJob([own.path('app')]))).toMatchObject({
    'modules/app/a/b.txt': '1',
    'modules/app/a__b.txt': '2',
    'modules/app/é__b.txt': '3',
    'modules/app/è__b.txt': '4',
  });
});

test('a program of a folder that --py-files names runs from that folder, and another one beside it does not', () => {
  for (const name of ['lib/main.py', 'lib/one.py', 'other.py']) own.put(name, '');
  const flags = { pyFiles: own.path('lib') };
  expect(readJob([own.path('lib', 'main.py')], flags)).toMatchObject({
    resource: 'file:///opt/spark/job/shipped/modules/lib/main.py',
  });
  const job = readJob([own.path('other.py')], flags);
  expect(job.resource).toBe('file:///opt/spark/job/shipped/other.py');
  expect(Object.keys(filesOf(job))).toEqual(['other.py', 'modules/lib/main.py', 'modules/lib/one.py']);
});

test('a folder of more files than a pod should list goes into the layer, names in any script among them', () => {
  own.put('app/main.py', '');
  for (let i = 0; i < 500; i++) own.put(`app/data/${i}.txt`, '');
  own.put('app/módulo/it\'s "one".py', '');
  const job = readJob([own.path('app')]);
  expect(job.resource).toBe('local:///opt/spark/job/modules/app/main.py');
  expect(job.layer?.files).toHaveLength(502);
  expect(job).not.toHaveProperty('files');
  expect(
    layerProblems(
      { ...profileSchema.parse({}), name: 'local', clusterName: 'local' },
      job.layer ?? expect.fail('no layer'),
    ),
  ).toEqual([]);
});

test('a large folder of modules goes into the layer, and its program runs from there', () => {
  own.put('app/main.py', '');
  own.put('app/model/weights', 'x'.repeat(9 * 1024 * 1024));
  own.put('app/.git/x', '');
  const job = readJob([own.path('app')]);
  const place = '/opt/spark/job/modules/app';
  expect(job.resource).toBe(`local://${place}/main.py`);
  expect(job).not.toHaveProperty('lists');
  expect(job.layer?.files.map(({ to }) => to)).toEqual([`${place}/main.py`, `${place}/model/weights`]);
});

test('a folder with a program keeps its modules where the program finds them, whether or not it is a package', () => {
  for (const name of ['__main__.py', '__init__.py', 'helper.py']) own.put(`app/${name}`, '');
  const paths = () => Object.keys(filesOf(readJob([own.path('app')])));
  expect(paths()).toEqual(['__init__.py', '__main__.py', 'helper.py'].map((name) => `modules/app/${name}`));
  own.put('app/job.yaml', 'main: __main__.py\npyFiles: [.]\n');
  expect(paths()).toContain('modules/app/helper.py');
});

test('a folder of files with others further below is refused, for they would stand beside each other', () => {
  for (const name of ['main.py', 'conf/a.json', 'conf/deep/b.json']) own.put(`files/${name}`, '');
  own.put('files/job.yaml', 'main: main.py\nfiles: [conf]\n');
  expect(() => readJob([own.path('files')])).toThrow(
    /files\[0\] conf: would leave out deep\/b\.json, which is in a subfolder$/,
  );
});

test.each(['torn.zip', 'torn.egg', 'torn-1-py3-none-any.whl'])(
  'the module %s is refused unless it is a zip, for Python passes over it without a word',
  (name) => {
    const pyFiles = own.put(name, 'PK');
    expect(() => readJob([own.put('main.py', '')], { pyFiles })).toThrow(`--py-files ${pyFiles}: not a zip file`);
  },
);

test('a compiled module without its source is brought, and one beside its source is not', () => {
  for (const name of ['main.py', 'lib/a.py', 'lib/a.pyc', 'lib/b.pyc', 'lib/__pycache__/a.cpython-311.pyc'])
    own.put(`app/${name}`, '');
  expect(Object.keys(filesOf(readJob([own.path('app')])))).toEqual([
    'modules/app/lib/a.py',
    'modules/app/lib/b.pyc',
    'modules/app/main.py',
  ]);
});

const withPyFiles = (...folders: string[]): Job =>
  readJob([own.put('job.py', '')], { pyFiles: folders.map((one) => own.path(one)).join(',') });

test('folders of the same name both bring their modules', () => {
  own.put('one/src/a.py', '');
  own.put('two/src/b.py', '');
  own.put('three/src/__init__.py', '');
  expect(Object.keys(filesOf(withPyFiles('one/src', 'two/src', 'three/src')))).toEqual([
    'job.py',
    'modules/src/a.py',
    'modules/src-2/b.py',
    'modules/src-3/src/__init__.py',
  ]);
});

test('two packages of the same name are refused, for one would hide the other', () => {
  for (const name of ['one', 'two']) own.put(`${name}/lib/__init__.py`, '');
  expect(() => withPyFiles('one/lib', 'two/lib')).toThrow(/two\/lib: another file has the same name, lib$/);
});

test('a project that has its modules in src is refused, and src is named', () => {
  for (const name of ['pyproject.toml', 'src/lib/__init__.py', 'tests/__init__.py', 'setup.py'])
    own.put(`project/${name}`, '');
  expect(() => withPyFiles('project')).toThrow(/project: the modules of this project are in src$/);
  own.put('project/other.py', '');
  expect(Object.keys(filesOf(withPyFiles('project')))).toContain('modules/project/other.py');
});
