// Pushing an image to a real registry on the loopback, with the real skopeo and no Docker engine: first open, then with a password.
import type { ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { context as contextCluster } from '../../tasks/clusters/context/cluster.ts';
import { createExec } from '../../tasks/core/exec.ts';
import type { Failure } from '../../tasks/core/failure.ts';
import { imageArchive } from '../../tasks/core/paths.ts';
import { writeImageArchive } from '../../tasks/images/scratch.ts';
import { readProfile } from '../../tasks/profile/read.ts';
import { runSteps } from '../../tasks/steps/runner.ts';
import type { Context } from '../../tasks/steps/types.ts';
import { plainContext } from '../plain-context.ts';
import { installTools } from './firesteel.ts';
import { fetchRegistry, startProgram } from './registry.ts';

const folder = mkdtempSync(join(tmpdir(), 'fs-push-'));

const program = fetchRegistry(folder);
const suite = program ? describe : describe.skip;

suite(`a push to a registry${program ? '' : ' (skipped: apt-get brings no docker-registry)'}`, () => {
  const kept = { XDG_CACHE_HOME: process.env['XDG_CACHE_HOME'], HOME: process.env['HOME'] };
  const running: ChildProcess[] = [];
  const exec = createExec(new AbortController().signal);
  let open = '';
  let closed = '';

  /** Returns the registry's address; with `password`, only `me` with the password `secret` may come in. */
  async function start(name: string, password: boolean): Promise<string> {
    const own = join(folder, name);
    mkdirSync(own);
    writeFileSync(join(own, 'htpasswd'), 'me:$2y$12$JlBoe0ZL68.BA/43S144fe4z4ZRVb8NaSCa8gP.h1QZuCrquGSBAW\n');
    const auth = password ? { htpasswd: { realm: 'test', path: join(own, 'htpasswd') } } : {};
    const { port, child } = await startProgram(program ?? '', own, auth);
    running.push(child);
    return `127.0.0.1:${port}`;
  }

  beforeAll(async () => {
    const profile = await readProfile('context', ['context.context=any', 'image.repository=127.0.0.1:1/team']);
    await installTools(contextCluster.tools(profile));
    process.env['XDG_CACHE_HOME'] = join(folder, 'cache');
    process.env['HOME'] = join(folder, 'home');
    open = await start('open', false);
    closed = await start('closed', true);
  });

  afterAll(async () => {
    for (const [name, value] of Object.entries(kept))
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    for (const child of running) {
      const ended = new Promise((done) => child.on('exit', done));
      child.kill();
      await ended;
    }
    rmSync(folder, { recursive: true });
  });

  /** An image of this host's busybox, made where the build leaves Spark's. */
  async function makeImage(reference: string, entrypoint = '/busybox'): Promise<void> {
    const image = { reference, programs: ['/bin/busybox'], entrypoint: [entrypoint] };
    await writeImageArchive([image], imageArchive(reference), plainContext());
  }

  /** What `publish` does to a profile's image; the reason it was skipped for, the last line it said, or its failure. */
  async function publish(image: string): Promise<{ said: string; failure?: Failure; commands: string[] }> {
    const profile = await readProfile('context', [
      'context.context=any',
      `image.repository=${image.split('/spark')[0]}`,
    ]);
    const commands: string[] = [];
    const run: Context['run'] = (command, options) => {
      commands.push(command.join(' '));
      return exec(command, options);
    };
    const change: Context['change'] = (_, action) => action();
    const context = { profile, read: exec, run, change, state: { image } } as unknown as Context;
    let said = '';
    const { failure } = await runSteps(contextCluster.publish(profile), context, {
      report: (event) => {
        if (event.event === 'output') said = event.line;
        else if (event.state === 'skipped' && event.reason !== 'nothing was pushed') said = event.reason ?? '';
      },
      abort: () => {},
    });
    return { said, commands, ...(failure ? { failure: failure.error as Failure } : {}) };
  }

  test('pushes the image, and prints its digest', async () => {
    const image = `${open}/team/spark:1`;
    await makeImage(image);
    const { said, failure } = await publish(image);
    expect(failure).toBeUndefined();
    expect(said).toMatch(new RegExp(`^${image}@sha256:[0-9a-f]{64}$`));
    const manifest = await fetch(`http://${open}/v2/team/spark/manifests/1`, {
      headers: { accept: 'application/vnd.docker.distribution.manifest.v2+json' },
    });
    expect(`${image}@${manifest.headers.get('docker-content-digest')}`).toBe(said);
  });

  test('is not done again', async () => {
    const image = `${open}/team/spark:1`;
    const { said, commands } = await publish(image);
    expect(said).toBe(`${image} is in the registry`);
    expect(commands).toEqual([]);
  });

  test('without an archive fails', async () => {
    const image = `${open}/team/spark:never-built`;
    const { failure } = await publish(image);
    expect(failure?.message).toBe(`cannot push ${image}: the archive of the image is missing or damaged`);
    expect(failure?.output).toContain('no such file');
  });

  test('without the password is refused, and says how to log in', async () => {
    const image = `${closed}/team/spark:1`;
    await makeImage(image);
    const { failure } = await publish(image);
    expect(failure?.message).toBe(`cannot push ${image}: ${closed} requires a login`);
    expect(failure?.hint).toContain(`docker login ${closed}`);
  });

  test('takes the password from the user’s own file, and shows it to no process list', async () => {
    const image = `${closed}/team/spark:1`;
    const auth = Buffer.from('me:secret').toString('base64');
    mkdirSync(join(folder, 'home', '.docker'), { recursive: true });
    writeFileSync(join(folder, 'home', '.docker', 'config.json'), JSON.stringify({ auths: { [closed]: { auth } } }));
    const { said, failure, commands } = await publish(image);
    expect(failure).toBeUndefined();
    expect(said).toContain('@sha256:');
    expect(commands.join('\n')).not.toMatch(/secret|creds|auth/);
  });

  test('to a closed port says so', async () => {
    const image = '127.0.0.1:1/team/spark:1';
    await makeImage(image);
    const { failure } = await publish(image);
    expect(failure?.message).toBe(`cannot push ${image}: this machine cannot reach 127.0.0.1:1`);
  });
});
