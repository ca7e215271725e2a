// A job's own image: what it is named after, what is refused, what a run leaves and says.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { createExec } from '../../../../tasks/core/exec.ts';
import { cacheEntries } from '../../../../tasks/core/files/cache-expiry.ts';
import { imageArchive, imageFolder } from '../../../../tasks/core/paths.ts';
import type { Command, ExecOptions } from '../../../../tasks/core/types.ts';
import { findImageTag, imageReference } from '../../../../tasks/images/image.ts';
import { type Layer, layerProblems, layerSteps, layerTools } from '../../../../tasks/images/layer/layer.ts';
import { readLayout } from '../../../../tasks/images/layout.ts';
import { readSaved } from '../../../../tasks/images/saved-image.ts';
import { type Profile, profileSchema } from '../../../../tasks/profile/schema.ts';
import type { Context, SingleStep } from '../../../../tasks/steps/types.ts';
import { plainContext } from '../../../plain-context.ts';
import { ownFiles } from '../../own-files.ts';

const profile = (input: object = {}): Profile => ({ ...profileSchema.parse(input), name: 'x', clusterName: 'x' });
const layerOf = (given: Partial<Layer>): Layer => ({ files: [], pip: [], maven: [], ...given });
const exec = createExec(new AbortController().signal);

const { path, put } = ownFiles({ XDG_CACHE_HOME: 'cache' });

describe('problems', () => {
  test.each<[string, Partial<Layer>, object, RegExp[]]>([
    ['nothing', {}, {}, []],
    ['a requirement that is none', { pip: ['numpy=2'] }, {}, [/^pip: numpy=2: conda's form; write numpy==2$/]],
    ['another Spark', { pip: ['pyspark==3.5.9'] }, {}, [/^pip: pyspark==3\.5\.9: the image has Spark 4\.3\.0/]],
    ['a coordinate that is none', { maven: ['a:b'] }, {}, [/^maven: a:b: expected group:artifact:version/]],
    ['a file that is not there', { files: [{ from: '/no/file', to: '/x' }] }, {}, [/^\/no\/file: not found$/]],
    [
      'what is not a file',
      { files: [{ from: '/dev/null', to: '/x' }] },
      {},
      [/^\/dev\/null: neither a file nor a folder$/],
    ],
    ['a place that is none', { files: [{ from: '/etc', to: 'x' }] }, {}, [/^\/etc: "x" is not a plain absolute path/]],
    ['a place outside', { files: [{ from: '/etc', to: '/x/../y' }] }, {}, [/is not a plain absolute path/]],
    [
      'the same place twice',
      { files: ['/etc/hostname', '/etc/hosts'].map((from) => ({ from, to: '/x' })) },
      {},
      [/^\/etc\/hosts: \/etc\/hostname already goes to \/x$/],
    ],
    [
      'several platforms',
      { pip: ['numpy'] },
      { image: { platforms: ['linux/arm64'], repository: 'quay.io/me', base: 'debian:12' } },
      [/^image\.platforms: firesteel builds the image of a job only for the platform of this machine/],
    ],
    ['several platforms without a layer', {}, { image: { platforms: ['linux/arm64'] } }, []],
  ])('%s', (_, layer, input, expected) => {
    expect(layerProblems(profile(input), layerOf(layer))).toEqual(expected.map((text) => expect.stringMatching(text)));
  });
});

test('pip and Java are checked only for jobs that need them', () => {
  expect(layerTools(layerOf({}))).toEqual([]);
  expect(layerTools(layerOf({ pip: ['six'] })).map(({ name }) => name)).toEqual(['pip3']);
  expect(layerTools(layerOf({ maven: ['a:b:1'] })).map(({ name }) => name)).toEqual(['java']);
});

describe('steps', () => {
  let ran: Command[];
  /** A context in which pip only is noted, and the commands of a private engine. */
  const contextFor = (given: Profile): Context =>
    plainContext({
      profile: given,
      read: async (command: Command) => (command[0] === 'tar' ? exec(command) : ''),
      run: async (command: Command, options?: ExecOptions) => {
        ran.push(command);
        return /env$|private-engine\.sh$/.test(command[0]) ? '' : exec(command, options);
      },
    });

  const layers = (...parts: string[]) => path('cache', 'firesteel', 'layers', ...parts);
  const images = () => path('cache', 'firesteel', 'images');
  const stepsOf = (given: Profile, layer: Partial<Layer>, whole = false) =>
    layerSteps(given, layerOf(layer), whole ? {} : { takesLayers: true }) as SingleStep[];
  async function perform(given: Profile, layer: Partial<Layer>, whole = false) {
    const context = contextFor(given);
    const reasons: (string | false)[] = [];
    for (const step of stepsOf(given, layer, whole)) {
      const reason = (await step.skip?.(context)) ?? false;
      reasons.push(reason);
      if (!reason) await step.run(context, { line: () => {} });
    }
    return { image: context.state.image ?? '', reasons };
  }
  const file = () => ({ from: put('one.py', '1'), to: '/opt/spark/job/files/one.py' });

  /** Puts a Spark image with one layer into the cache. */
  async function saveSpark(text: string): Promise<string> {
    const archive = imageArchive(imageReference(profile(), await findImageTag(profile())));
    const digest = createHash('sha256').update(text).digest('hex');
    put('saved/layer.tar', text);
    put('saved/c.json', JSON.stringify({ rootfs: { type: 'layers', diff_ids: [`sha256:${digest}`] } }));
    put('saved/manifest.json', JSON.stringify([{ Config: 'c.json', Layers: ['layer.tar'] }]));
    mkdirSync(dirname(archive), { recursive: true });
    await exec(['tar', '--create', `--file=${archive}`, `--directory=${path('saved')}`, '.', '--transform=s,^\\./,,']);
    return archive;
  }
  let spark: string;
  beforeEach(async () => {
    ran = [];
    spark = await saveSpark('spark');
  });

  test('an empty layer has none', () => expect(stepsOf(profile(), {})).toEqual([]));

  test("the image is Spark's with a further hash, built once, and has the job's layer alone", async () => {
    const { image, reasons } = await perform(profile(), { files: [file()] });
    expect(image.startsWith(`${imageReference(profile(), await findImageTag(profile()))}-`)).toBe(true);
    expect(image).toMatch(/-[0-9a-f]{12}-[0-9a-f]{12}$/);
    expect(reasons).toEqual([false, false]);
    const layout = readLayout(imageFolder(image));
    expect([layout?.layers.length, layout?.own.length]).toEqual([2, 1]);
    expect(readdirSync(images()).sort()).toEqual([basename(imageFolder(image)), basename(spark)].sort());
    ran = [];
    expect((await perform(profile(), { files: [file()] })).reasons).toEqual([false, `${image} is built`]);
    expect(ran).toEqual([]);
  });

  test('an image is built without an engine and without a network', async () => {
    await perform(profile(), { files: [file()] }, true);
    expect([...new Set(ran.map(([program]) => program))].sort()).toEqual(['cp', 'mkdir', 'tar']);
  });

  test('another build of the same Spark gives another image', async () => {
    const { image } = await perform(profile(), { files: [file()] });
    const before = readLayout(imageFolder(image));
    await saveSpark('spark, built again');
    expect((await perform(profile(), { files: [file()] })).reasons).toEqual([false, false]);
    const after = readLayout(imageFolder(image));
    expect(after?.own).toEqual(before?.own);
    expect(after?.layers[0]).not.toBe(before?.layers[0]);
  });

  test('its archive has all layers, for clusters that need them', async () => {
    const { image, reasons } = await perform(profile(), { files: [file()] }, true);
    expect(reasons).toEqual([false, false, false]);
    const { config, layers: all } = await readSaved(imageArchive(image), exec);
    expect(all.map(({ digest }) => `sha256:${digest}`)).toEqual(config.rootfs.diff_ids);
    const listing = await exec(['tar', '--list', `--file=${imageArchive(image)}`]);
    expect(listing.split('\n')).toEqual(expect.arrayContaining(['manifest.json', ...all.map(({ member }) => member)]));
    expect(readdirSync(images()).filter((name) => name.endsWith(`.${process.pid}`))).toEqual([]);
    expect((await perform(profile(), { files: [file()] }, true)).reasons).toEqual([
      false,
      `${image} is built`,
      'in the cache',
    ]);
  });

  test('another content, place, package or Spark is another image', async () => {
    const base = { files: [file()], pip: ['six'], maven: ['a:b:1'] };
    const name = async (given: Profile, layer: Partial<Layer>) => {
      const [first] = stepsOf(given, layer);
      const found = contextFor(given);
      await first?.run(found, { line: () => {} });
      return found.state.image;
    };
    const names = [
      await name(profile(), base),
      await name(profile(), { ...base, files: [{ ...file(), to: '/opt/spark/job/files/two.py' }] }),
      await name(profile(), { ...base, pip: ['six==1.17.0'] }),
      await name(profile(), { ...base, maven: ['a:b:2'] }),
      await name(profile({ spark: { version: '3.5.9' } }), base),
      await name(profile({ image: { repository: 'quay.io/me' } }), base),
    ];
    put('one.py', '2');
    names.push(
      await name(profile(), { ...base, files: [{ from: path('one.py'), to: '/opt/spark/job/files/one.py' }] }),
    );
    expect(new Set(names).size).toBe(names.length);
    expect(names[5]).toMatch(/^quay\.io\/me\/spark:/);
  });

  test('a build that fails leaves nothing behind and no image of that name', async () => {
    rmSync(spark);
    await expect(perform(profile(), { files: [file()] })).rejects.toThrow(/tar/);
    expect(readdirSync(images())).toEqual([]);
  });

  test('a file that changes while it is copied makes no image', async () => {
    const steps = stepsOf(profile(), { files: [file()] });
    const context = contextFor(profile());
    await steps[0]?.run(context, { line: () => {} });
    put('one.py', '2');
    await expect(steps[1]?.run(context, { line: () => {} })).rejects.toThrow("the job's files changed while they were");
    expect(readdirSync(images())).toEqual([basename(spark)]);
  });

  test('packages are one layer, fetched once, of all images that have them', async () => {
    const pip = { pip: ['six'], maven: [] };
    const first = await perform(profile(), pip);
    expect(ran.filter(([program]) => program === 'env')).toHaveLength(1);
    ran = [];
    const other = await perform(profile(), { ...pip, files: [file()] });
    expect(ran.filter(([program]) => program === 'env')).toEqual([]);
    const own = [first, other].map(({ image }) => readLayout(imageFolder(image))?.own ?? []);
    expect(own.map((digests) => digests.length)).toEqual([1, 2]);
    expect(own[1]?.[0]).toBe(own[0]?.[0]);
    expect(readdirSync(layers())).toEqual([expect.stringMatching(/^tar-[0-9a-f]{12}$/)]);
    const cached = layers(readdirSync(layers())[0] ?? '');
    const [blob = ''] = readdirSync(cached);
    expect(statSync(join(cached, blob)).nlink).toBe(3);
    utimesSync(cached, 0, 0);
    await perform(profile(), { ...pip, files: [file()] });
    expect(statSync(cached).mtimeMs).toBeGreaterThan(0);
    expect(cacheEntries().some(({ path: entry }) => entry === cached)).toBe(true);
  });
});
