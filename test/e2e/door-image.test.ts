// The image of a class's door: made of Debian's packages, the same to the byte whenever it is made.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { doorFiles, doorTools, fetchNginx, makeDoorImage, packageVersions } from '../../tasks/classroom/door/image.ts';
import { imageArchive } from '../../tasks/core/paths.ts';
import { readProfile } from '../../tasks/profile/read.ts';
import { plainContext } from '../plain-context.ts';
import { installTools, perform } from './firesteel.ts';

const suite = process.platform === 'linux' ? describe : describe.skip;

suite('the image of the door', () => {
  const cache = process.env['XDG_CACHE_HOME'];
  const work = mkdtempSync(join(tmpdir(), 'door-image-'));
  let archives: string[];
  let reference: string;

  /** Makes the image in a cache of the test's own out of the files that were fetched. */
  async function make(name: string, files: string): Promise<string> {
    process.env['XDG_CACHE_HOME'] = join(work, name);
    try {
      cpSync(files, doorFiles(), { recursive: true, verbatimSymlinks: true });
      const profile = await readProfile('local', ['image.repository=registry.example.org/class']);
      const context = plainContext({ profile });
      await makeDoorImage(profile).run(context, { line: () => {} });
      reference = context.state.door ?? '';
      return imageArchive(reference);
    } finally {
      if (cache === undefined) delete process.env['XDG_CACHE_HOME'];
      else process.env['XDG_CACHE_HOME'] = cache;
    }
  }

  beforeAll(async () => {
    await installTools(doorTools);
    await perform([fetchNginx()]);
    const files = doorFiles();
    archives = [await make('one', files), await make('two', files)];
  });
  afterAll(() => rmSync(work, { recursive: true }));

  const maxBuffer = 1 << 26;
  const member = (name: string) =>
    execFileSync('tar', ['--extract', '--to-stdout', `--file=${archives[0]}`, name], { maxBuffer });

  test('is the same to the byte in two caches, and named after its content', () => {
    const [one, two] = archives.map((archive) => readFileSync(archive));
    expect(one?.equals(two ?? Buffer.of())).toBe(true);
    expect(reference).toMatch(/^registry\.example\.org\/class\/door:1\.\d+\.\d+-[0-9a-f]{12}$/);
  });

  test('has nginx, its libraries and their licences, and no shell', () => {
    const [{ Layers }] = JSON.parse(`${member('manifest.json')}`) as [{ Layers: string[] }];
    const names = Layers.flatMap((layer) =>
      execFileSync('tar', ['--list'], { input: member(layer), encoding: 'utf8', maxBuffer })
        .trim()
        .split('\n'),
    );
    expect(names.map((name) => name.replace(/\/[a-z0-9_]+-linux-gnu\//, '/TRIPLET/')).sort()).toEqual([
      'lib/TRIPLET/libc.so.6',
      'lib/TRIPLET/libcrypt.so.1',
      'lib/TRIPLET/libcrypto.so.3',
      'lib/TRIPLET/libpcre2-8.so.0',
      'lib/TRIPLET/libssl.so.3',
      'lib/TRIPLET/libz.so.1',
      expect.stringMatching(/^lib(64)?\/ld-linux-/),
      'nginx',
      ...['libc6', 'libcrypt1', 'libpcre2-8-0', 'libssl3', 'nginx', 'zlib1g'].map(
        (name) => `usr/share/doc/${name}/copyright`,
      ),
    ]);
    expect(statSync(archives[0] ?? '').size).toBeLessThan(16 << 20);
  });

  test('runs as a user without a name, ends without an error, and lists its packages', () => {
    const [{ Config }] = JSON.parse(`${member('manifest.json')}`) as [{ Config: string }];
    const { config } = JSON.parse(`${member(Config)}`) as { config: { Labels: Record<string, string> } };
    expect(config).toMatchObject({
      User: '10101:10101',
      StopSignal: 'SIGQUIT',
      Entrypoint: ['/nginx', '-p', '/door/', '-c', 'config/nginx.conf'],
    });
    const versions = packageVersions(doorFiles());
    expect(versions['nginx']).toMatch(/^1\.\d+\.\d+-/);
    expect(config.Labels).toEqual(
      Object.fromEntries(Object.entries(versions).map(([name, version]) => [`firesteel.dev/debian.${name}`, version])),
    );
  });
});
