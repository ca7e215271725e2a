// The image of a job: its layers, variables and names, and what is read of the image below.
import { createHash } from 'node:crypto';
import { linkSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createExec } from '../../../../tasks/core/exec.ts';
import { writeFiles } from '../../../../tasks/core/files/changes.ts';
import { layerEnv, layoutFiles, withVariables } from '../../../../tasks/images/layer/image.ts';
import { packLayer } from '../../../../tasks/images/layer/tar.ts';
import { blobPath, readLayout } from '../../../../tasks/images/layout.ts';
import { readSaved, type SavedImage } from '../../../../tasks/images/saved-image.ts';
import { plainContext } from '../../../plain-context.ts';

const exec = createExec(new AbortController().signal);
const hex = (text: string) => createHash('sha256').update(text).digest('hex');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'firesteel-image-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test.each([
  [{ python: true, jars: false }, ['PATH=/bin', 'PYTHONPATH=/opt/spark/job/python']],
  [{ python: false, jars: true }, ['PATH=/bin', 'SPARK_DIST_CLASSPATH=/opt/spark/job/jars/*']],
  [{ python: false, jars: false }, ['PATH=/bin']],
])('with %j the image says where to look', (places, lines) =>
  expect(withVariables(['PATH=/bin'], layerEnv(places))).toEqual(lines),
);

test('paths of the image below come after those of the job', () =>
  expect(withVariables(['PYTHONPATH=/a:/b', 'PATH=/bin'], { PYTHONPATH: '/job' })).toEqual([
    'PATH=/bin',
    'PYTHONPATH=/job:/a:/b',
  ]));

const saved: SavedImage = {
  config: {
    architecture: 'amd64',
    os: 'linux',
    created: '2026-01-01T00:00:00Z',
    config: { User: '185', Env: ['PATH=/bin'] },
    rootfs: { type: 'layers', diff_ids: [`sha256:${hex('below')}`] },
    history: [{ created_by: 'COPY' }, { created_by: 'ENV', empty_layer: true }],
  },
  layers: [{ digest: hex('below'), size: 5, member: 'layer.tar' }],
};

describe('a layout', () => {
  const layer = { digest: hex('packages'), size: 8, path: '/packages', about: '/opt/spark/job/python' };
  const files = () =>
    layoutFiles(
      folder,
      { image: 'spark:T-J', base: 'spark:T' },
      saved,
      [layer],
      layerEnv({ python: true, jars: false }),
    );

  test("has the layers of the image below and the job's, and only the job's own as files", async () => {
    await writeFiles(files());
    writeFileSync(join(folder, blobPath(layer.digest)), 'packages');
    expect(readLayout(folder)).toEqual({
      base: 'spark:T',
      layers: [`sha256:${hex('below')}`, `sha256:${layer.digest}`],
      own: [`sha256:${layer.digest}`],
    });
    const [first] = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as [{ Config: string }];
    expect(first).toMatchObject({ RepoTags: ['spark:T-J'], Layers: [hex('below'), layer.digest].map(blobPath) });
    const config = JSON.parse(readFileSync(join(folder, first.Config), 'utf8')) as typeof saved.config;
    expect(config).toMatchObject({ os: 'linux', config: { User: '185', Env: ['PATH=/bin', expect.any(String)] } });
    expect(config.history?.filter((entry) => !('empty_layer' in entry))).toHaveLength(config.rootfs.diff_ids.length);
  });

  test('is named in full for containerd, and every blob by its digest', () => {
    const byName = new Map(files().map(({ path, content }) => [path.slice(folder.length + 1), content.toString()]));
    expect(byName.get('index.json')).toContain('"io.containerd.image.name":"docker.io/library/spark:T-J"');
    for (const [name, content] of byName) if (name.startsWith('blobs/')) expect(name).toBe(blobPath(hex(content)));
  });
});

describe('a packed layer', () => {
  const make = (name: string, mode: number): string => {
    const tree = join(folder, name);
    mkdirSync(join(tree, 'six'), { recursive: true });
    writeFileSync(join(tree, 'six', 'one.py'), '1', { mode });
    symlinkSync('./one.py', join(tree, 'six', 'two.py'));
    return tree;
  };

  test('is the same for the same content, whenever it was made, and stands at its place', async () => {
    const [first, second] = [make('first', 0o644), make('second', 0o644)];
    await exec(['touch', '--date=2001-01-01', join(second, 'six', 'one.py')]);
    const pack = (tree: string) => packLayer({ folder: tree, place: '/opt/job' }, folder, plainContext());
    const [one, two] = [await pack(first), await pack(second)];
    expect(two).toEqual(one);
    expect(one?.digest).toBe(
      createHash('sha256')
        .update(readFileSync(one?.path ?? ''))
        .digest('hex'),
    );
    const listing = await exec(['tar', '--list', '--verbose', '--numeric-owner', `--file=${one?.path}`]);
    expect(listing).toMatch(/^drwx\S+ 0\/0 .* opt\/job\/$/m);
    expect(listing).toMatch(/^-rw-r--r-- 0\/0 +1 1970\S* \S+ opt\/job\/six\/one\.py$/m);
    expect(listing).toMatch(/ opt\/job\/six\/two\.py -> \.\/one\.py$/m);
  });

  test('of files has them by their own names, and not the folders above', async () => {
    make('opt/job', 0o600);
    const layer = await packLayer({ folder, names: ['opt/job'] }, folder, plainContext());
    const listing = await exec(['tar', '--list', '--verbose', `--file=${layer?.path}`]);
    expect(listing.split('\n')[0]).toMatch(/^drwxr-xr-x .* opt\/job\/$/);
    expect(listing).toMatch(/^-rw-r--r-- .* opt\/job\/six\/one\.py$/m);
    expect(layer?.about).toBe('/opt/job');
  });

  test('holds a file with two names twice, and long names unchanged', async () => {
    const tree = make('tree', 0o644);
    const long = `${'a'.repeat(90)}/${'ü'.repeat(80)}`;
    mkdirSync(join(tree, dirname(long)));
    linkSync(join(tree, 'six', 'one.py'), join(tree, long));
    const { path } = (await packLayer({ folder: tree, place: '/opt/job' }, folder, plainContext())) ?? {};
    const unpacked = join(folder, 'unpacked');
    mkdirSync(unpacked);
    await exec(['tar', '--extract', `--file=${path}`, `--directory=${unpacked}`]);
    const copy = join(unpacked, 'opt/job', long);
    expect([readFileSync(copy, 'utf8'), statSync(copy).nlink]).toEqual(['1', 1]);
  });
});

test('the image below is read from an archive of any Docker: equal layers are links in older ones', async () => {
  mkdirSync(join(folder, 'b'));
  writeFileSync(join(folder, 'a.tar'), 'layer');
  symlinkSync('../a.tar', join(folder, 'b', 'layer.tar'));
  const config = { rootfs: { type: 'layers', diff_ids: ['sha256:11', 'sha256:22'] } };
  writeFileSync(join(folder, 'c.json'), JSON.stringify(config));
  const manifest = [{ Config: 'c.json', RepoTags: ['spark:T'], Layers: ['a.tar', 'b/layer.tar'] }];
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest));
  const archive = join(folder, 'archive');
  await exec([
    'tar',
    '--create',
    `--file=${archive}`,
    `--directory=${folder}`,
    'a.tar',
    'b',
    'c.json',
    'manifest.json',
  ]);
  expect(await readSaved(archive, exec)).toEqual({
    config,
    layers: [
      { member: 'a.tar', digest: '11', size: 5 },
      { member: 'b/layer.tar', digest: '22', size: 5 },
    ],
  });
});

test("the image below may have packed layers, as with Docker's containerd store: their blobs keep their names", async () => {
  const blobs = { plain: Buffer.from('plain'), packed: gzipSync('packed') };
  const memberOf = (content: Buffer) => `blobs/sha256/${createHash('sha256').update(content).digest('hex')}`;
  mkdirSync(join(folder, 'blobs/sha256'), { recursive: true });
  for (const blob of Object.values(blobs)) writeFileSync(join(folder, memberOf(blob)), blob);
  const diff_ids = [`sha256:${hex('plain')}`, `sha256:${hex('packed')}`];
  const config = { rootfs: { type: 'layers', diff_ids } };
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
  const manifest = [{ Config: 'config.json', RepoTags: ['spark:T'], Layers: Object.values(blobs).map(memberOf) }];
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest));
  const archive = join(folder, 'archive');
  const members = ['blobs', 'config.json', 'manifest.json'];
  await exec(['tar', '--create', `--file=${archive}`, `--directory=${folder}`, ...members]);
  const read = await readSaved(archive, exec);
  const digest = memberOf(blobs.packed).split('/').at(-1);
  expect(read.layers).toEqual([
    { member: memberOf(blobs.plain), digest: hex('plain'), size: 5 },
    { member: memberOf(blobs.packed), digest, packing: 'gzip', size: blobs.packed.length },
  ]);
  const image = layoutFiles(folder, { image: 'spark:T-J', base: 'spark:T' }, read, [], {});
  expect(image.map(({ content }) => content).join()).toContain(
    `"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"sha256:${digest}"`,
  );
  expect(image.map(({ content }) => content).join()).toContain(`"diff_ids":${JSON.stringify(diff_ids)}`);
});
