// The store that new nodes begin with: made by a real containerd out of a small image, whole or not at all.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Snapshotter } from '../../tasks/clusters/local/images/snapshotter.ts';
import { isKept, keepCommand, type Store, takeCommand } from '../../tasks/clusters/local/images/store.ts';
import type { NodeLayout } from '../../tasks/clusters/local/layout.ts';
import { binariesFolder, missingPrograms } from '../../tasks/clusters/local/programs/binaries.ts';
import type { Command } from '../../tasks/core/types.ts';
import { writeImageArchive } from '../../tasks/images/scratch.ts';
import { profileSchema } from '../../tasks/profile/schema.ts';
import { plainContext } from '../plain-context.ts';

const binaries = binariesFolder({ ...profileSchema.parse({}), name: 'local', clusterName: 'local' });
const reason =
  process.getuid?.() !== 0 ? 'it needs root' : missingPrograms(binaries).length > 0 && `no containerd in ${binaries}`;
const suite = reason ? describe.skip : describe;

suite(`the store of images${reason ? ` (skipped: ${reason})` : ''}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'fs-store-'));
  const archive = join(folder, 'small.tar');
  /** Larger than a pipe or a buffer, so that a run can be cut off while it is read. */
  const large = join(folder, 'large.tar');

  beforeAll(async () => {
    const context = plainContext();
    const entrypoint = ['/busybox'];
    await writeImageArchive(
      [{ reference: 'firesteel.dev/small:1', programs: ['/bin/busybox'], entrypoint }],
      archive,
      context,
    );
    writeFileSync(join(folder, 'ballast'), Buffer.alloc(200_000_000, 'firesteel'));
    await writeImageArchive(
      [{ reference: 'firesteel.dev/large:1', programs: [join(folder, 'ballast')], entrypoint }],
      large,
      context,
    );
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const storeIn = (name: string, snapshotter: Snapshotter = 'overlayfs', archives = [archive]): Store => {
    mkdirSync(join(folder, name));
    return { path: join(folder, name, 'small-0123456789ab'), binaries, snapshotter, archives };
  };
  const nodeIn = (name: string): NodeLayout => {
    mkdirSync(join(folder, name));
    return { folder: join(folder, name) } as NodeLayout;
  };
  const run = ([program, ...words]: Command, umask = '022') => {
    const shell = ['-c', `umask ${umask}; exec "$@"`, 'sh', program, ...words];
    const { status, stdout, stderr } = spawnSync('sh', shell, { encoding: 'utf8' });
    return { status, output: `${stdout}${stderr}` };
  };
  const files = (path: string): string[] =>
    execFileSync('find', ['.', '-type', 'f', '-printf', '%i %p\n'], { cwd: path, encoding: 'utf8' })
      .trim()
      .split('\n')
      .sort();
  /** Blobs count as one: containerd collects those that nothing refers to any more at a time of its choice. */
  const modes = (path: string): string => {
    const lines = 'find . -printf "%m %U:%G %y %p\\n" | sed -E "s/[0-9a-f]{64}/BLOB/" | sort -u';
    return execFileSync('sh', ['-c', lines], { cwd: path, encoding: 'utf8' });
  };
  const blobOf = (store: Store): string => {
    const blobs = join(store.path, 'containerd', 'io.containerd.content.v1.content', 'blobs', 'sha256');
    return join(
      blobs,
      readdirSync(blobs).sort((a, b) => statSync(join(blobs, b)).size - statSync(join(blobs, a)).size)[0] ?? '',
    );
  };
  /** Paths of every layer that a manifest of the store names; containerd collects those that nothing refers to any more. */
  const layersOf = (store: Store): string[] => {
    const blobs = dirname(blobOf(store));
    const manifests = readdirSync(blobs)
      .map((name) => readFileSync(join(blobs, name), 'utf8'))
      .filter((text) => text.includes('"layers"'));
    const layers = manifests.flatMap((text) => (JSON.parse(text) as { layers?: { digest: string }[] }).layers ?? []);
    expect(layers.length).toBeGreaterThan(0);
    return layers.map(({ digest }) => join(blobs, digest.replace('sha256:', '')));
  };
  /** The images that a containerd finds in its own folder, each complete and unpacked. */
  const imagesIn = (node: NodeLayout, snapshotter: Snapshotter = 'overlayfs'): string => {
    const look = `mount -t tmpfs tmpfs /run
      printf 'version = 3\nroot = "%s"\nstate = "/run/c"\n[grpc]\n  address = "/run/c.sock"\n' "$1/containerd" > /run/config
      export CONTAINERD_SUPPRESS_DEPRECATION_WARNINGS=true PATH="$2:$PATH"
       containerd --config=/run/config > /run/log 2>&1 &
      until [ -S /run/c.sock ]; do sleep 0.05; done
      ctr --address=/run/c.sock --namespace=k8s.io images check --quiet --snapshotter="$3"
      kill $!; wait $!`;
    const namespaces = ['--mount', '--pid', '--net', '--fork', '--kill-child', '--mount-proc', 'sh', '-c', look, 'sh'];
    return execFileSync('unshare', [...namespaces, node.folder, binaries, snapshotter], { encoding: 'utf8' }).trim();
  };

  test.each(['overlayfs', 'native'] as const)(
    'gives a node its images, unpacked by the %s snapshotter',
    (snapshotter) => {
      const store = storeIn(snapshotter, snapshotter);
      expect(run(keepCommand(store)).status).toBe(0);
      const node = nodeIn(`node-${snapshotter}`);
      expect(run(takeCommand(store, node)).status).toBe(0);
      expect(imagesIn(node, snapshotter)).toMatch(/^firesteel.dev\/small:1$/m);
      expect(layersOf(store).filter((layer) => !existsSync(layer))).toEqual([]);
    },
  );

  test('shares every file with a node but the two databases that containerd writes to', () => {
    const store = storeIn('shared');
    const node = nodeIn('node-shared');
    run(keepCommand(store));
    run(takeCommand(store, node));
    const [kept, taken] = [files(join(store.path, 'containerd')), files(join(node.folder, 'containerd'))];
    const own = taken.filter((line) => !kept.includes(line)).map((line) => line.split('/').at(-1));
    expect(own.sort()).toEqual(['.store', 'meta.db', 'metadata.db']);
    expect(taken.length).toBe(kept.length + 1);
  });

  test('is the same under any umask', () => {
    const found = ['022', '000', '027', '077'].map((umask) => {
      const store = storeIn(`umask-${umask}`);
      const node = nodeIn(`node-${umask}`);
      expect(run(keepCommand(store), umask).status).toBe(0);
      expect(run(takeCommand(store, node), umask).status).toBe(0);
      return [modes(store.path), modes(join(node.folder, 'containerd'))];
    });
    for (const each of found) expect(each).toEqual(found[0]);
  });

  test('is left alone by a second run', () => {
    const store = storeIn('twice');
    run(keepCommand(store));
    const before = files(store.path);
    expect(run(keepCommand(store))).toEqual({ status: 0, output: '' });
    expect(files(store.path)).toEqual(before);
  });

  test('is made once by two runs at the same time', async () => {
    const store = storeIn('both', 'overlayfs', [archive, large]);
    const [program, ...words] = keepCommand(store);
    const ends = [0, 1].map(
      () =>
        new Promise<{ code: number | null; output: string }>((resolve) => {
          const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'inherit'] });
          let output = '';
          child.stdout.on('data', (chunk) => {
            output += chunk;
          });
          child.on('close', (code) => resolve({ code, output }));
        }),
    );
    const found = await Promise.all(ends);
    expect(found.map(({ code }) => code)).toEqual([0, 0]);
    expect(found.filter(({ output }) => output.includes('waiting for another run that stores images'))).toHaveLength(1);
    expect(found.filter(({ output }) => output.includes('firesteel.dev/large:1'))).toHaveLength(1);
    expect(isKept(store)).toBe(true);
  });

  test.each(['SIGTERM', 'SIGKILL'] as const)('is not there after %s, and the next run makes it', async (signal) => {
    const store = storeIn(`after-${signal}`, 'overlayfs', [archive, large]);
    const [program, ...words] = keepCommand(store);
    const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'ignore'] });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    child.kill(signal);
    await new Promise((resolve) => child.once('exit', resolve));
    expect(isKept(store)).toBe(false);
    // What a killed run leaves is named after its process, and gc removes it.
    if (signal === 'SIGTERM') expect(readdirSync(join(store.path, '..'))).toEqual([]);
    expect(run(keepCommand(store)).status).toBe(0);
    expect(isKept(store)).toBe(true);
  });

  test('is not made of an archive that is not an image', () => {
    const broken = join(folder, 'broken.tar');
    writeFileSync(broken, 'no archive');
    const store = storeIn('broken', 'overlayfs', [broken]);
    expect(run(keepCommand(store)).status).not.toBe(0);
    expect(readdirSync(join(store.path, '..'))).toEqual([]);
  });

  test.each<[string, (store: Store) => void]>([
    ['lost', (store) => rmSync(blobOf(store))],
    ['cut off', (store) => writeFileSync(blobOf(store), readFileSync(blobOf(store)).subarray(0, 1000))],
    ['written to', (store) => writeFileSync(blobOf(store), readFileSync(blobOf(store)).fill(0, 0, 1))],
    ['given other rights', (store) => execFileSync('chmod', ['600', blobOf(store)])],
  ])('is not taken with a file that was %s, and is made again', (what, harm) => {
    const store = storeIn(`harmed-${what}`);
    const node = nodeIn(`node-${what}`);
    run(keepCommand(store));
    harm(store);
    expect(run(takeCommand(store, node)).status).toBe(3);
    expect(readdirSync(node.folder)).toEqual([]);
    expect(run(keepCommand(store)).output).toContain('is damaged: making it again');
    expect(run(takeCommand(store, node)).status).toBe(0);
    expect(existsSync(join(node.folder, 'containerd'))).toBe(true);
  });
});
