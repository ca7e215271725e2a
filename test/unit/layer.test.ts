// A job's own image: what it is named after, what is refused, what a run leaves and says.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createExec } from '../../tasks/lib/exec.ts';
import { writeFiles } from '../../tasks/lib/files.ts';
import { cacheEntries } from '../../tasks/lib/old-files.ts';
import { imageArchive } from '../../tasks/lib/paths.ts';
import { type Profile, profileSchema } from '../../tasks/lib/schema.ts';
import type { Command, Context, SingleStep } from '../../tasks/lib/types.ts';
import { findImageTag, imageReference } from '../../tasks/spark/image/image.ts';
import { type Layer, layerProblems, layerSteps, layerTools } from '../../tasks/spark/image/layer.ts';

const profile = (input: object = {}): Profile => ({ ...profileSchema.parse(input), name: 'x', clusterName: 'x' });
const layerOf = (given: Partial<Layer>): Layer => ({ files: [], pip: [], maven: [], ...given });
const exec = createExec(new AbortController().signal);

let folder: string;
const path = (...parts: string[]) => join(folder, ...parts);
function put(name: string, text: string): string {
  mkdirSync(dirname(path(name)), { recursive: true });
  writeFileSync(path(name), text);
  return path(name);
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'firesteel-layer-'));
  vi.stubEnv('XDG_CACHE_HOME', path('cache'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

describe('problems', () => {
  test.each<[string, Partial<Layer>, object, RegExp[]]>([
    ['nothing', {}, {}, []],
    ['a requirement that is none', { pip: ['numpy=2'] }, {}, [/^pip: numpy=2: not a requirement/]],
    ['another Spark', { pip: ['pyspark==3.5.9'] }, {}, [/^pip: pyspark==3\.5\.9: the image has Spark 4\.3\.0/]],
    ['a coordinate that is none', { maven: ['a:b'] }, {}, [/^maven: a:b: expected group:artifact:version/]],
    ['a file that is not there', { files: [{ from: '/no/file', to: '/x' }] }, {}, [/^\/no\/file: not found$/]],
    [
      'what is no file',
      { files: [{ from: '/dev/null', to: '/x' }] },
      {},
      [/^\/dev\/null: neither a file nor a folder$/],
    ],
    ['a place that is none', { files: [{ from: '/etc', to: 'x' }] }, {}, [/^\/etc: "x" is no plain absolute path/]],
    ['a place outside', { files: [{ from: '/etc', to: '/x/../y' }] }, {}, [/is no plain absolute path/]],
    [
      'the same place twice',
      { files: ['/etc/hostname', '/etc/hosts'].map((from) => ({ from, to: '/x' })) },
      {},
      [/^\/etc\/hosts: \/x is where \/etc\/hostname goes already$/],
    ],
    [
      'several platforms',
      { pip: ['numpy'] },
      { image: { platforms: ['linux/arm64'], repository: 'quay.io/me', base: 'debian:12' } },
      [/^image\.platforms: packages and files of a job are for the platform of this machine alone/],
    ],
    ['several platforms without a layer', {}, { image: { platforms: ['linux/arm64'] } }, []],
  ])('%s', (_, layer, input, expected) => {
    expect(layerProblems(profile(input), layerOf(layer))).toEqual(expected.map((text) => expect.stringMatching(text)));
  });
});

test('pip and Java are asked for only by those who need them', () => {
  expect(layerTools(layerOf({}))).toEqual([]);
  expect(layerTools(layerOf({ pip: ['six'] })).map(({ name }) => name)).toEqual(['pip3']);
  expect(layerTools(layerOf({ maven: ['a:b:1'] })).map(({ name }) => name)).toEqual(['java']);
});

describe('steps', () => {
  let ran: Command[];
  let context: Context;
  /** A context in which no docker answers and what a private engine is told is only noted. */
  const contextFor = (given: Profile, run?: (command: Command) => Promise<string>): Context =>
    ({
      profile: given,
      cluster: {},
      state: {},
      read: async () => '',
      run: async (command: Command, options: object) => {
        ran.push(command);
        if (/private-engine\.sh$/.test(command[0])) return (await run?.(command)) ?? '';
        return command[0] === 'env' ? '' : exec(command, options);
      },
      write: writeFiles,
    }) as unknown as Context;

  beforeEach(() => {
    ran = [];
  });

  const stepsOf = (given: Profile, layer: Partial<Layer>) => layerSteps(given, layerOf(layer)) as SingleStep[];
  async function perform(given: Profile, layer: Partial<Layer>, run?: (command: Command) => Promise<string>) {
    context = contextFor(given, run);
    const reasons: (string | false)[] = [];
    for (const step of stepsOf(given, layer)) {
      const reason = (await step.skip?.(context)) ?? false;
      reasons.push(reason);
      if (!reason) await step.run(context, { line: () => {} });
    }
    return { image: context.state.image ?? '', reasons };
  }
  /** Does what the engine would: writes the archive. */
  const save = async (command: Command): Promise<string> => {
    const archive = /docker save --output (\S+)/.exec(command.join('\n'))?.[1] ?? '';
    writeFileSync(archive, '');
    return '';
  };
  const file = () => ({ from: put('one.py', '1'), to: '/opt/spark/job/files/one.py' });

  test('an empty layer has none', () => expect(stepsOf(profile(), {})).toEqual([]));

  test("the image is Spark's with a further hash, built once", async () => {
    const { image, reasons } = await perform(profile(), { files: [file()] }, save);
    const spark = imageReference(profile(), await findImageTag(profile()));
    expect(image.startsWith(`${spark}-`)).toBe(true);
    expect(image).toMatch(/-[0-9a-f]{12}-[0-9a-f]{12}$/);
    expect(reasons).toEqual([false, false]);
    expect(existsSync(imageArchive(image))).toBe(true);
    expect(readdirSync(path('cache', 'firesteel', 'layers'))).toEqual([]);
    expect(readdirSync(path('cache', 'firesteel', 'images'))).toEqual([basename(imageArchive(image))]);
    ran = [];
    expect((await perform(profile(), { files: [file()] })).reasons).toEqual([false, `${image} is built`]);
    expect(ran).toEqual([]);
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
    const failing = async () => {
      throw new Error('no engine');
    };
    await expect(perform(profile(), { files: [file()] }, failing)).rejects.toThrow('no engine');
    expect(readdirSync(path('cache', 'firesteel', 'images'))).toEqual([]);
    expect(readdirSync(path('cache', 'firesteel', 'layers'))).toEqual([]);
  });

  test('a file that changes while it is copied makes no image', async () => {
    const layer = { files: [file()] };
    const steps = stepsOf(profile(), layer);
    context = contextFor(profile(), save);
    await steps[0]?.run(context, { line: () => {} });
    put('one.py', '2');
    await expect(steps[1]?.run(context, { line: () => {} })).rejects.toThrow("the job's files changed while they were");
    expect(ran.filter(([program]) => program.endsWith('private-engine.sh'))).toEqual([]);
  });

  test('packages that were fetched before are taken from the cache', async () => {
    const layer = { pip: ['six'], maven: [] };
    const fetched = ran;
    await perform(profile(), layer, save);
    expect(fetched.filter(([program]) => program === 'env')).toHaveLength(1);
    const { image } = await perform(profile(), layer, save);
    rmSync(imageArchive(image));
    ran = [];
    // A process that was killed, and had this one's id.
    put(`cache/firesteel/layers/build.${process.pid}/python/stale.py`, '');
    await perform(profile(), { ...layer, files: [file()] }, async (command) => {
      const [, work = ''] = /docker build .* (\S+)'?$/m.exec(command.join('\n')) ?? [];
      expect(readFileSync(join(work, 'Dockerfile'), 'utf8')).toContain('COPY ["python","/opt/spark/job/python"]');
      expect(readdirSync(work).sort()).toEqual(['Dockerfile', 'job', 'python']);
      expect(readdirSync(join(work, 'python'))).toEqual([]);
      return save(command);
    });
    expect(ran.filter(([program]) => program === 'env')).toEqual([]);
    const cached = cacheEntries().find((entry) => basename(entry.path).startsWith('python-'))?.path ?? '';
    utimesSync(cached, 0, 0);
    await perform(profile(), { ...layer, files: [file()] });
    expect(statSync(cached).mtimeMs).toBeGreaterThan(0);
  });
});
