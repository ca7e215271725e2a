// Pushing to a cloud's registry as its clusters do: a token for a password, the cloud's own host name, and its own refusals.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createExec } from '../../tasks/core/exec.ts';
import type { Failure } from '../../tasks/core/failure.ts';
import { imageArchive } from '../../tasks/core/paths.ts';
import type { RegistryLogin } from '../../tasks/images/registry/login.ts';
import { pushImage } from '../../tasks/images/registry/push.ts';
import { writeImageArchive } from '../../tasks/images/scratch.ts';
import { readProfile } from '../../tasks/profile/read.ts';
import { runSteps } from '../../tasks/steps/runner.ts';
import type { Context } from '../../tasks/steps/types.ts';
import { plainContext } from '../plain-context.ts';
import { installTools } from './firesteel.ts';
import { fetchRegistry, type Refusal, startRegistry, type TestRegistry } from './registry.ts';

const folder = mkdtempSync(join(tmpdir(), 'fs-login-'));
const programFolder = mkdtempSync(join(tmpdir(), 'fs-login-program-'));
const program = fetchRegistry(programFolder);
const suite = program ? describe : describe.skip;

const host = 'europe-west1-docker.pkg.dev';
const repository = `${host}/spark-school/spark`;

suite(`a push with a token${program ? '' : ' (skipped: apt-get brings no docker-registry)'}`, () => {
  const kept = { ...process.env };
  const tokens = new Set<string>();
  let refusal: Refusal | undefined;
  let registry: TestRegistry;

  beforeAll(async () => {
    await installTools([{ name: 'skopeo', package: 'skopeo', purpose: 'pushes' }]);
    registry = await startRegistry({
      hosts: [host],
      accounts: (user, password) => (user === 'oauth2accesstoken' && tokens.has(password) ? 'push' : undefined),
      // An answer to HEAD has no words.
      refuse: ({ method }) => (method === 'HEAD' ? undefined : refusal),
    });
    const own = { XDG_CACHE_HOME: join(folder, 'cache'), HOME: join(folder, 'home'), TMPDIR: folder };
    Object.assign(process.env, registry.env, own);
    delete process.env['XDG_RUNTIME_DIR'];
  });

  afterAll(async () => {
    await registry.stop();
    for (const name of Object.keys(process.env)) if (kept[name] === undefined) delete process.env[name];
    Object.assign(process.env, kept);
    for (const made of [folder, programFolder]) rmSync(made, { recursive: true });
  });

  beforeEach(() => {
    refusal = undefined;
    tokens.clear();
  });

  async function makeImage(tag: string, entrypoint = '/busybox'): Promise<string> {
    const reference = `${repository}/spark:${tag}`;
    const image = { reference, programs: ['/bin/busybox'], entrypoint: [entrypoint] };
    await writeImageArchive([image], imageArchive(reference), plainContext());
    return reference;
  }

  /** A login whose tokens are good for one time each. */
  const oneTime: RegistryLogin = {
    user: 'oauth2accesstoken',
    password: async () => {
      tokens.clear();
      const token = `ya29.${Math.random()}`;
      tokens.add(token);
      return token;
    },
    role: 'roles/artifactregistry.writer',
    renew: 'log in again',
  };

  async function push(image: string, login = oneTime, onCommand: (abort: AbortController) => void = () => {}) {
    const profile = await readProfile('context', ['context.context=any', `image.repository=${repository}`]);
    const controller = new AbortController();
    const exec = createExec(controller.signal);
    const commands: string[] = [];
    const run: Context['run'] = (command, options) => {
      commands.push(command.join(' '));
      onCommand(controller);
      return exec(command, options);
    };
    const change: Context['change'] = (_, action) => action();
    const { signal } = controller;
    const context = { profile, read: run, run, change, signal, state: { image } } as unknown as Context;
    const lines: string[] = [];
    const { failure } = await runSteps(pushImage(profile, { login }), context, {
      report: (event) => {
        if (event.event === 'output') lines.push(event.line);
        else if (event.state === 'skipped') lines.push(event.reason ?? '');
      },
      abort: () => {},
    });
    return { lines, commands, ...(failure ? { failure: failure.error as Failure } : {}) };
  }

  /** Everything in the folders of this test but archives, which no login may leave anything in. */
  const leftFiles = (): string[] =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.endsWith('.tar'))
      .map((entry) => join(entry.parentPath, entry.name));

  test('arrives whole, leaves no file behind, and shows no token to a process list', async () => {
    const image = await makeImage('1');
    const { lines, commands, failure } = await push(image);
    expect(failure).toBeUndefined();
    expect(lines.at(-1)).toBe(`${image}@${await registry.digest('spark-school/spark/spark:1')}`);
    expect(commands.filter((command) => command.startsWith('skopeo login'))).toHaveLength(3);
    expect(commands.join('\n')).not.toContain('ya29.');
    expect(leftFiles().filter((file) => /auth|docker|ya29/.test(file) || readFileSync(file).includes('ya29.'))).toEqual(
      [],
    );
  });

  test('is not done again', async () => {
    const count = registry.changes.length;
    const { lines } = await push(`${repository}/spark:1`);
    expect(lines).toEqual([`${repository}/spark:1 is in the registry`, 'nothing was pushed']);
    expect(registry.changes.length).toBe(count);
  });

  test('is done again if the registry has another image of that name', async () => {
    const before = await registry.digest('spark-school/spark/spark:1');
    const { lines } = await push(await makeImage('1', '/other'));
    expect(lines.at(-1)).toMatch(/@sha256:/);
    expect(await registry.digest('spark-school/spark/spark:1')).not.toBe(before);
  });

  test.each<[what: string, refusal: Refusal, message: string, hint: string]>([
    [
      'without the role',
      {
        status: 403,
        code: 'DENIED',
        message:
          'Permission "artifactregistry.repositories.uploadArtifacts" denied on resource "projects/spark-school/locations/europe-west1/repositories/spark" (or it may not exist)',
      },
      `${host} denies oauth2accesstoken the push`,
      'give your account the role roles/artifactregistry.writer on that repository',
    ],
    [
      'to a repository that is not there',
      { status: 404, code: 'NAME_UNKNOWN', message: 'Repository "spark" not found' },
      `there is no repository ${repository}/spark`,
      'create the repository, or correct image.repository',
    ],
    [
      'where the API is off',
      {
        status: 403,
        code: 'DENIED',
        message: 'Artifact Registry API has not been used in project 1 before or it is disabled.',
      },
      `the API of ${host} is not enabled in this project`,
      'enable it: gcloud services enable artifactregistry.googleapis.com',
    ],
  ])('%s fails and says so', async (_, given, message, hint) => {
    const image = await makeImage('2');
    refusal = given;
    const { failure } = await push(image);
    expect(failure).toMatchObject({ message: `cannot push ${image}: ${message}`, hint });
  });

  test('of an unknown user fails and says so', async () => {
    const image = await makeImage('2');
    const { failure } = await push(image, { ...oneTime, password: async () => 'ya29.ended' });
    expect(failure).toMatchObject({
      message: `cannot push ${image}: ${host} does not know oauth2accesstoken`,
      hint: 'log in again',
    });
    expect(failure?.output).not.toContain('ya29.');
  });

  test('that is interrupted leaves no login behind', async () => {
    const { failure } = await push(await makeImage('3'), oneTime, (controller) => {
      const isLoggedIn = leftFiles().some((file) => file.includes('firesteel-login-'));
      if (isLoggedIn) controller.abort(new Error('interrupted'));
    });
    expect(String(failure)).toContain('interrupted');
    expect(readdirSync(folder).filter((name) => name.startsWith('firesteel-login-'))).toEqual([]);
  });
});
