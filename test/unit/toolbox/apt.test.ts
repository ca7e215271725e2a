// Installing host packages with the real apt-get, on a Debian of a few packages: it adds, and takes nothing away.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { projectPath } from '../../../tasks/core/paths.ts';
import type { Tool } from '../../../tasks/steps/types.ts';
import { installMissing, missingTools } from '../../../tasks/toolbox/host-packages.ts';
import { busyboxTool } from '../../../tasks/toolbox/static.ts';
import { type DebianPackage, hasApt, installedIn, makeDebian } from './debian.ts';
import { commandContext, ownCache } from './fixtures.ts';

const folder = ownCache();
const context = commandContext();
afterEach(() => void vi.unstubAllEnvs());

const engine: Tool = { name: 'no-such-engine', package: 'docker.io', purpose: 'builds the Spark image' };
const fetcher: Tool = { name: 'no-such-curl', package: 'curl', purpose: 'fetches Spark' };

/** What Docker's own packages and podman-docker rule out, as their control files say. */
const offered: DebianPackage[] = [
  { name: 'curl', fields: { Depends: 'libcurl (>= 2)' } },
  { name: 'libcurl', version: '2' },
  { name: 'docker.io', fields: { Depends: 'containerd', Conflicts: 'docker-ce-cli, podman-docker' } },
  { name: 'containerd', fields: { Conflicts: 'containerd.io' } },
  { name: 'busybox-static', fields: { Conflicts: 'busybox' } },
];

describe.skipIf(!hasApt)('host packages', () => {
  let root = '';

  /** A machine with these packages; `update` gives it package lists. */
  function machine(...names: string[]) {
    const installed = ['libcurl', ...names].map((name) => ({ name }));
    const env = makeDebian(root, { installed, offered });
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    return { update: () => execFileSync('apt-get', ['update'], { stdio: 'ignore' }) };
  }

  beforeEach(() => {
    root = mkdtempSync(join(folder, 'debian-'));
  });

  const install = async (...tools: Tool[]) => {
    const steps = installMissing({ packages: tools, upgrades: [], programs: [] });
    for (const step of steps) if ('run' in step) await step.run(context, { line: () => {} });
  };

  test.each(['containerd.io', 'docker-ce-cli', 'podman-docker'])(
    'are refused before anything is changed where they would remove %s',
    async (theirs) => {
      machine(theirs).update();
      await expect(missingTools([fetcher, engine], context.read)).rejects.toMatchObject({
        message: `apt-get would remove ${theirs} to install docker.io (no-such-engine: builds the Spark image)`,
        hint: expect.stringMatching(/^install docker-ce .*DOCKER_HOST .*; or remove .* firesteel removes no package$/),
        exitCode: 2,
      });
    },
  );

  test('are refused with a cure where the busybox with libraries is installed', async () => {
    machine('busybox').update();
    const tool = { ...busyboxTool('pause image'), name: '/no/busybox' };
    await expect(missingTools([tool], context.read)).rejects.toMatchObject({
      message: 'apt-get would remove busybox to install busybox-static (/no/busybox: pause image)',
      hint: expect.stringMatching(
        /^install the static one, .*: sudo apt-get install busybox-static; or remove busybox/,
      ),
    });
  });

  test('are refused, and nothing is removed, where package lists come too late for a warning', async () => {
    machine('containerd.io');
    expect(await missingTools([engine], context.read)).toMatchObject({ packages: [engine], upgrades: [] });
    await expect(install(engine)).rejects.toMatchObject({
      message: 'apt-get would remove containerd.io to install docker.io (no-such-engine: builds the Spark image)',
      exitCode: 2,
    });
    expect(installedIn(root)).toEqual(['containerd.io', 'libcurl']);
  });

  test('are added, what they upgrade is named, and packages that nothing needs stay', async () => {
    machine('unused').update();
    expect(await missingTools([fetcher, engine], context.read)).toMatchObject({ upgrades: ['libcurl'] });
    await install(fetcher, engine);
    expect(installedIn(root)).toEqual(['containerd', 'curl', 'docker.io', 'libcurl', 'unused']);
  });

  test('are added once another apt-get has let go of the lists', async () => {
    machine();
    const lock = join(root, 'var/lib/apt/lists/lock');
    // apt-get locks as fcntl does.
    const hold = `import fcntl,time; f=open(${JSON.stringify(lock)},"w"); fcntl.lockf(f,fcntl.LOCK_EX); print("held",flush=True); time.sleep(2)`;
    const other = spawn('python3', ['-c', hold], { stdio: ['ignore', 'pipe', 'ignore'] });
    await once(other.stdout, 'data');
    await install(fetcher);
    expect(installedIn(root)).toContain('curl');
  });

  test('that apt-get cannot get are reported with the errors of install and of update', async () => {
    machine();
    rmSync(join(root, 'repository'), { recursive: true });
    await expect(install(fetcher)).rejects.toMatchObject({
      output: expect.stringMatching(
        /(?:no installation candidate|Unable to locate package curl)[\s\S]*Failed to fetch/,
      ),
    });
  });

  test.each([['--yes'], ['--dry-run']])('are refused with exit code 2 by firesteel deploy %s', (flag) => {
    machine('podman-docker').update();
    const words = ['deploy', '--profile', 'kind', flag];
    const bin = join(root, 'bin');
    for (const program of ['bash', 'env', 'apt-get', 'dpkg'])
      execFileSync('ln', ['-s', `/usr/bin/${program}`, join(bin, program)]);
    const { status, stderr } = spawnSync(
      process.execPath,
      ['--import', 'tsx', projectPath('scripts', 'firesteel.ts'), ...words],
      { encoding: 'utf8', cwd: projectPath(), env: { ...process.env, PATH: bin, XDG_DATA_HOME: join(root, 'data') } },
    );
    expect(stderr).toMatch(/^✖ apt-get would remove podman-docker to install docker\.io \(docker: runs its nodes\)$/m);
    expect(status).toBe(2);
  });
});
