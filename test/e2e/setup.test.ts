// The set-up wizard on a real terminal, on one that is read out, and without one: every screen is kept as a text.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { readProfile } from '../../tasks/profile/read.ts';
import { firesteelCommand } from '../built-command.ts';
import { type FakeDigitalOcean, startFakeDigitalOcean } from '../fakes/digitalocean/fake.ts';
import { type FakeGoogle, startFakeGoogle } from '../fakes/google/fake.ts';
import { canary, makePlace, normalized, type Place } from './setup/place.ts';
import { play, type Scene, scenes } from './setup/scenes.ts';
import { openTerminal, type Terminal } from './setup/terminal.ts';

const hasTmux = ['/usr/bin/tmux', '/usr/local/bin/tmux', '/opt/homebrew/bin/tmux'].some(existsSync);
const isLinux = process.platform === 'linux';
const suite = hasTmux && isLinux ? describe : describe.skip;

/** Nothing here makes a cluster. */
const noClusters = { start: () => Promise.reject(new Error('no cluster is to be made')) };

suite(`setup${hasTmux ? '' : ' (skipped: tmux is not installed)'}`, () => {
  let google: FakeGoogle;
  let ocean: FakeDigitalOcean;
  const places: Place[] = [];
  const terminals: Terminal[] = [];

  const place = ({ cloud, contexts, env }: Pick<Scene, 'cloud' | 'contexts' | 'env'> = {}): Place => {
    const { GOOGLE_CLOUD_PROJECT: _, ...ofGoogle } = google.environment;
    const further = cloud === 'google' ? ofGoogle : cloud === 'ocean' ? ocean.environment : {};
    const made = makePlace({ ...further, ...env }, contexts);
    places.push(made);
    return made;
  };

  const wizard = (at: Place, words: string[] = [], columns = 100): Terminal => {
    const terminal = openTerminal([...firesteelCommand, 'setup', ...words], { columns, env: at.env, cwd: at.folder });
    terminals.push(terminal);
    return terminal;
  };

  const clouds = makePlace();

  beforeAll(async () => {
    google = await startFakeGoogle({ folder: join(clouds.folder, 'google'), backing: noClusters });
    ocean = await startFakeDigitalOcean({ folder: join(clouds.folder, 'ocean'), backing: noClusters });
  });

  afterEach(() => {
    for (const terminal of terminals.splice(0)) terminal.close();
    for (const one of places.splice(0)) one.remove();
  });

  afterAll(async () => {
    expect(google.unexpected()).toEqual([]);
    expect(ocean.unexpected).toEqual([]);
    expect([google.changes(), ocean.changes()]).toEqual([[], []]);
    await Promise.all([google.close(), ocean.close()]);
    clouds.remove();
  });

  test.each(scenes)('$name: from what there is to a profile', async (scene) => {
    const at = place(scene);
    const terminal = wizard(at, scene.words, scene.columns);
    await play(terminal, scene.acts);
    expect(await terminal.exitCode()).toBe(0);
    const screen = terminal.screen();
    await expect(normalized(screen)).toMatchFileSnapshot(`setup/screens/${scene.name}.txt`);
    const text = at.file(scene.file) ?? '';
    await readProfile(join(at.folder, scene.file), []);
    for (const secret of [canary, ocean.token]) expect(screen + text + at.argv()).not.toContain(secret);
    if (scene.columns)
      expect(screen.split('\n').filter((line) => line.length > (scene.columns ?? 0))).toEqual([]);
    if (!scene.flags) return;
    const again = place(scene);
    const { code, stderr, stdout } = await again.run(...scene.flags);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(again.file(scene.file)).toBe(text);
    expect(stdout + again.argv()).not.toContain(canary);
    // The command that it prints repeats it, and changes nothing.
    const repeat = /Again, without questions:\n {2}firesteel setup (.*)\n/.exec(stdout)?.[1] ?? '';
    const repeated = await again.run(...repeat.split(' '));
    expect(repeated.stdout).toContain(`Unchanged: ${scene.file}`);
    expect(repeated.code).toBe(0);
  });

  const ofGke = scenes.find(({ name }) => name === 'classroom') as Scene;
  test.each(ofGke.acts.map(([seen], i) => [i, seen] as const))(
    'Ctrl-C at question %i (%s) writes nothing and exits with 130',
    async (i) => {
      const at = place(ofGke);
      const terminal = wizard(at);
      await play(terminal, [...ofGke.acts.slice(0, i), [ofGke.acts[i]?.[0] ?? '', '<C-c>']]);
      expect(await terminal.exitCode()).toBe(130);
      expect(terminal.screen()).toContain('interrupted');
      expect(at.files()).toEqual([]);
    },
  );

  test('Ctrl-C and the end of input at a plain question write nothing', async () => {
    for (const key of ['<C-c>', '<C-d>']) {
      const at = place();
      const terminal = wizard(at, ['--plain']);
      await play(terminal, [['or Enter for local', key]]);
      expect(await terminal.exitCode()).toBe(130);
      expect(at.files()).toEqual([]);
    }
  });
});
