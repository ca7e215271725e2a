// Whatever umask the shell has: images and folders get the same modes, secrets stay secret, and a user's programs keep it.
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createExec } from '../../../tasks/core/exec.ts';
import { writeFiles } from '../../../tasks/core/files/changes.ts';
import { withUsersUmask } from '../../../tasks/core/umask.ts';
import { fetchSpark, findDistribution } from '../../../tasks/images/distribution/distribution.ts';
import { copiesOf, copyCommands, fileSum } from '../../../tasks/images/layer/files.ts';
import { packLayer } from '../../../tasks/images/layer/tar.ts';
import { writeImageArchive } from '../../../tasks/images/scratch.ts';
import { profileSchema } from '../../../tasks/profile/schema.ts';
import type { Cluster } from '../../../tasks/steps/cluster.ts';
import { createContext } from '../../../tasks/steps/context.ts';
import { ownFolderOfEach } from '../../own-folder.ts';
import { plainContext } from '../../plain-context.ts';

const umasks = [0o022, 0o000, 0o027, 0o077];
const folder = ownFolderOfEach({ XDG_DATA_HOME: 'data', XDG_CACHE_HOME: 'cache' });
const exec = createExec(new AbortController().signal);

async function under<T>(umask: number, work: () => Promise<T>): Promise<T> {
  const before = process.umask(umask);
  try {
    return await work();
  } finally {
    process.umask(before);
  }
}

/** What `make` makes under each umask, in a folder that is new each time. */
async function made<T>(make: (work: string) => Promise<T>): Promise<T[]> {
  const found: T[] = [];
  for (const umask of umasks) {
    const work = join(folder(), 'work');
    found.push(
      await under(umask, async () => {
        mkdirSync(work);
        return make(work);
      }),
    );
    rmSync(work, { recursive: true });
  }
  return found;
}

const modesIn = (path: string): string[] =>
  execFileSync('find', ['.', '-printf', '%m %p\n'], { cwd: path, encoding: 'utf8' }).trim().split('\n').sort();

test.each(['022', '000', '027', '077'])('firesteel started under umask %s works under umask 022', (umask) => {
  const look =
    "const { main } = await import('./scripts/firesteel.ts'); await main(['--help']); console.log(process.umask());";
  const start = `umask ${umask}; exec node --import tsx --input-type=module --eval "$0"`;
  expect(execFileSync('sh', ['-c', start, look], { encoding: 'utf8' }).trim().split('\n').at(-1)).toBe(`${0o022}`);
});

describe('under the umasks 022, 000, 027 and 077', () => {
  test('images of programs are the same to the byte', async () => {
    const sums = await made(async (work) => {
      writeFileSync(join(work, 'program'), 'program', { mode: 0o777 });
      const image = { reference: 'own:1', programs: [join(work, 'program')], entrypoint: ['/program'] };
      await writeImageArchive([image], join(work, 'own.tar'), plainContext());
      return fileSum(join(work, 'own.tar'));
    });
    expect(new Set(sums).size).toBe(1);
  });

  test("layers of a job's files are the same to the byte", async () => {
    const sums = await made(async (work) => {
      mkdirSync(join(work, 'set'));
      writeFileSync(join(work, 'set', 'a.txt'), 'a');
      writeFileSync(join(work, 'set', 'tool'), 'tool', { mode: 0o777 });
      const files = [{ from: join(work, 'set'), to: '/data' }];
      const root = join(work, 'root');
      for (const command of copyCommands(files, copiesOf(files, root))) await exec(command);
      return (await packLayer({ folder: root, names: ['data'] }, work, plainContext()))?.digest;
    });
    expect(new Set(sums).size).toBe(1);
  });

  test('a copy of a given Spark can be read by the user of the image', async () => {
    const modes = await made(async (work) => {
      const home = join(work, 'spark');
      mkdirSync(join(home, 'bin'), { recursive: true });
      writeFileSync(join(home, 'bin', 'docker-image-tool.sh'), '', { mode: 0o777 });
      writeFileSync(join(home, 'RELEASE'), '');
      const profile = { ...profileSchema.parse({ spark: { home } }), name: 'own', clusterName: 'own' };
      await fetchSpark(profile).run(createContext(profile, {} as Cluster, new AbortController().signal), {
        line: () => {},
      });
      return modesIn((await findDistribution(profile)).home);
    });
    expect(modes[0]).toEqual(['644 ./RELEASE', '755 .', '755 ./bin', '755 ./bin/docker-image-tool.sh']);
    for (const each of modes) expect(each).toEqual(modes[0]);
  });

  test('secrets are for the user alone, and so is their folder', async () => {
    const modes = await made(async (work) => {
      await writeFiles([
        { path: join(work, 'own', 'key'), content: 'key', mode: 0o600 },
        { path: join(work, 'own', 'crt'), content: 'crt' },
      ]);
      return modesIn(join(work, 'own'));
    });
    for (const each of modes) expect(each).toEqual(['600 ./key', '644 ./crt', '700 .']);
  });

  test("a user's own programs write with the modes that the user's shell gives, never for everybody to write", async () => {
    const modes = await made(async (work) => {
      const umask = process.umask(0o022);
      await exec(withUsersUmask(['touch', join(work, 'own')], umask));
      return statSync(join(work, 'own')).mode & 0o777;
    });
    expect(modes).toEqual(umasks.map((umask) => 0o666 & ~(umask | 0o002)));
  });
});
