// The set-up wizard on a real terminal, on one that is read out, and without one: every screen is kept as a text.
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readProfile } from '../../tasks/profile/read.ts';
import { firesteelCommand } from '../built-command.ts';
import { type FakeDigitalOcean, startFakeDigitalOcean } from '../fakes/digitalocean/fake.ts';
import { type FakeGoogle, startFakeGoogle } from '../fakes/google/fake.ts';
import { type Act, play, type Scene } from './setup/acts.ts';
import { canary, makePlace, normalized, type Place } from './setup/place.ts';
import { scenes } from './setup/scenes.ts';
import { openTerminal, type Terminal, whyNoTerminal } from './setup/terminal.ts';

const suite = whyNoTerminal ? describe.skip : describe;

/** Nothing here makes a cluster. */
const noClusters = { start: () => Promise.reject(new Error('no cluster is to be made')) };

/** Where a test leaves what has to go at its end. */
type Finish = (end: () => void) => void;

/** Columns of a terminal in which COLUMNS asks for fewer. */
const wide = 200;

/** A word may be longer; what inquirer draws is wrapped to the terminal itself. */
const isTooLong = (line: string, columns: number): boolean =>
  line.length > columns && line.trim().includes(' ') && !/^[?✔] /.test(line);

suite(`setup${whyNoTerminal ? ` (skipped: ${whyNoTerminal})` : ''}`, () => {
  let google: FakeGoogle;
  let ocean: FakeDigitalOcean;
  let clouds: Place;

  beforeAll(async () => {
    clouds = makePlace();
    google = await startFakeGoogle({ folder: join(clouds.folder, 'google'), backing: noClusters });
    ocean = await startFakeDigitalOcean({ folder: join(clouds.folder, 'ocean'), backing: noClusters });
  });

  afterAll(async () => {
    expect(google.unexpected()).toEqual([]);
    expect(ocean.unexpected).toEqual([]);
    expect([google.changes().filter(({ what }) => what !== 'POST /v1/token'), ocean.changes()]).toEqual([[], []]);
    await Promise.all([google.close(), ocean.close()]);
    clouds.remove();
  });

  const place = (onFinished: Finish, { cloud, contexts, env, columns, texts = {} }: Partial<Scene> = {}): Place => {
    const { GOOGLE_CLOUD_PROJECT: _, ...ofGoogle } = google.environment;
    const further = cloud === 'google' ? ofGoogle : cloud === 'ocean' ? ocean.environment : {};
    const made = makePlace({ ...further, ...env, ...(columns ? { COLUMNS: `${columns}` } : {}) }, contexts);
    for (const [name, text] of Object.entries(texts)) made.write(name, text);
    onFinished(made.remove);
    return made;
  };

  const wizard = (onFinished: Finish, at: Place, words: string[] = [], columns = 100): Terminal => {
    const terminal = openTerminal([...firesteelCommand, 'setup', ...words], { columns, env: at.env, cwd: at.folder });
    onFinished(terminal.close);
    return terminal;
  };

  test.concurrent.for(scenes)('$name: from what there is to a profile', async (scene, { expect, onTestFinished }) => {
    const at = place(onTestFinished, scene);
    const { columns = scene.pane ?? 100 } = scene;
    const terminal = wizard(onTestFinished, at, scene.words, scene.columns ? wide : columns);
    await play(terminal, scene.acts);
    expect(await terminal.exitCode()).toBe(0);
    const screen = terminal.screen();
    await expect(normalized(screen)).toMatchFileSnapshot(`setup/screens/${scene.name}.txt`);
    const text = at.file(scene.file) ?? '';
    await readProfile(join(at.folder, scene.file), []);
    for (const secret of [canary, ocean.token]) expect(screen + text + at.argv()).not.toContain(secret);
    expect(screen.split('\n').filter((line) => isTooLong(line, columns))).toEqual([]);
  });

  test.concurrent.for(scenes.filter(({ flags }) => flags))(
    '$name: flags write the same without a terminal, and the printed command repeats it',
    async (scene, { expect, onTestFinished }) => {
      const at = place(onTestFinished, scene);
      const { code, stderr, stdout } = await at.run(...(scene.flags ?? []));
      expect(stderr).toBe('');
      expect(code).toBe(0);
      const text = at.file(scene.file) ?? '';
      await expect(normalized(text)).toMatchFileSnapshot(`setup/profiles/${scene.name}.yaml`);
      for (const secret of [canary, ocean.token]) expect(stdout + at.argv()).not.toContain(secret);
      // A narrow terminal has it in several lines.
      const unfolded = stdout.replaceAll(/ \\\n +/g, ' ');
      const repeat = /Again, without questions:\n {2}firesteel setup (.*)\n/.exec(unfolded)?.[1] ?? '';
      const again = await at.run(...repeat.split(' '));
      expect(again.stdout).toContain(`Unchanged: ${scene.file}`);
      expect(at.file(scene.file)).toBe(text);
    },
  );

  const forMe = ['--for', 'me'];
  const gke = ['--kind', 'gke', ...forMe];
  const nodes = [...gke, '--project', 'spark-school', '--zone', 'europe-west1-b', '--machine-type', 'e2-standard-4'];
  const interruptions: [string[], Act[]][] = [
    [[], [['? Which cluster?', '<C-c>']]],
    [['--kind', 'local'], [['? Who uses the cluster?', '<C-c>']]],
    [['--kind', 'local', '--for', 'class'], [['? Class list', '<C-c>']]],
    [gke, [['? Google Cloud project', '<C-c>']]],
    [nodes, [['? Nodes', '<C-c>']]],
    [['--kind', 'local', ...forMe], [['? Change anything?', '<C-c>']]],
    [
      ['--kind', 'local', ...forMe],
      [
        ['? Change anything?', 'y', '<Enter>'],
        ['? Which one?', '<C-c>'],
      ],
    ],
    [
      ['--kind', 'local', ...forMe],
      [
        ['? Change anything?', '<Enter>'],
        ['? Write ', '<C-c>'],
      ],
    ],
    [['--plain'], [['or Enter for local', '<C-c>']]],
    [['--plain'], [['or Enter for local', '<C-d>']]],
  ];
  test.concurrent.for(interruptions)('%j: Ctrl-C at %j writes nothing', async ([words, acts], context) => {
    const at = place(context.onTestFinished, { cloud: 'google' });
    const terminal = wizard(context.onTestFinished, at, words);
    await play(terminal, acts);
    context.expect(await terminal.exitCode()).toBe(130);
    context.expect(terminal.screen()).toContain('interrupted: nothing was changed');
    context.expect(at.files()).toEqual([]);
  });

  test.concurrent.for<[string[], string[]]>([
    [[], ['missing: --kind, one of local, kind, minikube-docker']],
    [
      ['--kind', 'locl'],
      ['--kind: expected one of local', 'did you mean "local"?'],
    ],
    [
      ['--kind', 'gke', '--nodes', '0', '--zone', 'x'],
      ['--zone: expected a zone', '--nodes: expected a whole number from 1 to 1000, got 0', 'missing: --project'],
    ],
    [['--kind', 'context'], ['missing: --kubeconfig, --context']],
    [['--kind', 'local', '--region', 'fra1'], ['--region is for digitalocean, not for local']],
    [['--kind', 'local', '--end', '2030-12-18T18:00'], ['--end is for a class: add --roster FILE']],
    [['--kind', 'local', '--for', 'class'], ['--roster: name the class list']],
    [['--kind', 'local', '--roster', 'no.csv'], ['--roster: no.csv: no such file']],
    [['--kind', 'local', '--set', 'local.node=2'], ['--set local.node=2: unknown key; did you mean "local.nodes"?']],
    [['--kind', 'local', '--set', `spark.conf.spark.my.password=${canary}`], ['spark.conf.spark.my.password']],
    [['--answers', 'no.yaml'], ['--answers no.yaml: no such file']],
    [['--profile', 'kind'], ['name the new profile: --name kind']],
  ])('%j without a terminal is a usage error that names the flag', async ([words, lines], context) => {
    const at = place(context.onTestFinished);
    const { code, stdout, stderr } = await at.run(...words);
    for (const line of lines) context.expect(stderr).toContain(line);
    context.expect(stdout + stderr).not.toContain(canary);
    context.expect(code).toBe(2);
    context.expect(at.files()).toEqual([]);
  });

  test.concurrent('an existing file keeps its comments, its order and keys that setup does not ask', async (context) => {
    const at = place(context.onTestFinished);
    const before =
      'spark:\n  conf:\n    spark.executor.memory: 2g # measured\n# Two are enough.\nlocal:\n  nodes: 2 # not more\n';
    at.write('lab.yaml', before);
    const words = ['--name', 'lab.yaml', '--nodes', '3'];
    const refused = await at.run(...words);
    context.expect(refused.stderr).toContain('lab.yaml exists and would change');
    context.expect([refused.code, at.file('lab.yaml')]).toEqual([2, before]);
    const { code, stdout } = await at.run(...words, '--dry-run');
    context.expect([code, at.file('lab.yaml')]).toEqual([0, before]);
    // Only what changes is shown.
    context
      .expect(stdout)
      .toMatch(/\nlab\.yaml changes:\n\n {2}- {3}nodes: 2 # not more\n {2}\+ {3}nodes: 3 # not more\n\n$/);
    context.expect((await at.run(...words, '--dry-run', '--exit-code')).code).toBe(3);
    context.expect((await at.run(...words, '--yes')).code).toBe(0);
    context.expect(at.file('lab.yaml')).toBe(before.replace('nodes: 2', 'nodes: 3'));
    const same = await at.run(...words, '--dry-run', '--exit-code', '--json');
    context.expect([same.code, JSON.parse(same.stdout).exitCode]).toEqual([0, 0]);
  });

  test.concurrent('a profile answers every question, and flags override it', async (context) => {
    const at = place(context.onTestFinished);
    at.write('answers.yaml', 'cluster: kind\nnamespace: lab\nkind:\n  workers: 2\n');
    const { code, stdout } = await at.run('--answers', 'answers.yaml', '--nodes', '1', '--json');
    context.expect(code).toBe(0);
    const { values, path, isWritten } = JSON.parse(stdout);
    context.expect([path, isWritten]).toEqual(['my-kind.yaml', true]);
    context.expect(values['namespace']).toEqual({ value: 'lab', source: 'file' });
    context.expect(values['kind.workers']).toEqual({ value: 1, source: 'flag' });
    context.expect(at.file('my-kind.yaml')).toMatch(/cluster: kind\nnamespace: lab\nkind:\n {2}workers: 1\n$/);
  });

  test.concurrent('a secret in a file of answers is refused by its name', async (context) => {
    const at = place(context.onTestFinished);
    at.write('old.yaml', `cluster: local\nspark:\n  conf:\n    spark.my.password: ${canary}\n`);
    const { code, stdout, stderr } = await at.run('--answers', 'old.yaml');
    context.expect(stderr).toContain('old.yaml:4:5: spark.conf.spark.my.password: looks like a secret');
    context.expect(stdout + stderr + at.argv()).not.toContain(canary);
    context.expect(code).toBe(2);
    context.expect(at.files()).toEqual(['old.yaml']);
  });

  test.concurrent('--detect --json prints what there is, and no secret', async (context) => {
    const at = place(context.onTestFinished, { cloud: 'google', contexts: ['lab-east'] });
    const { code, stdout } = await at.run('--detect', '--json');
    context.expect(code).toBe(0);
    context.expect(stdout).not.toContain(canary);
    const { host, found, offers, proposed } = JSON.parse(stdout);
    context.expect(host).toMatchObject({ docker: 'running', proxies: { HTTPS_PROXY: '127.0.0.1:1' } });
    context.expect(found.context.contexts).toMatchObject([{ name: 'lab-east' }]);
    context.expect(found.gke.credentials).toBe('$GOOGLE_APPLICATION_CREDENTIALS');
    context.expect(offers.map(({ name }: { name: string }) => name)).toContain(proposed);
    context.expect(at.files()).toEqual([]);
  });

  test.concurrent.for([
    ['a user', { type: 'authorized_user', client_id: 'id', client_secret: canary, refresh_token: canary }],
    ['an account', { type: 'service_account', client_email: 'a@b.iam.gserviceaccount.com', private_key: canary }],
  ] as const)("Google's credentials of %s, which cannot be used here, appear nowhere", async ([, content], context) => {
    const at = place(context.onTestFinished);
    at.write('credentials.json', JSON.stringify({ quota_project_id: 'spark-school', ...content }));
    at.env['GOOGLE_APPLICATION_CREDENTIALS'] = join(at.folder, 'credentials.json');
    const flags = ['--project', 'spark-school', '--zone', 'europe-west1-b', '--machine-type', 'e2-standard-4'];
    const runs = [await at.run('--detect', '--json'), await at.run('--kind', 'gke', '--for', 'me', ...flags, '--yes')];
    context.expect(JSON.parse(runs[0]?.stdout ?? '').found.gke.credentials).toBe('$GOOGLE_APPLICATION_CREDENTIALS');
    const written = at.files().map((name) => (name === 'credentials.json' ? '' : at.file(name)));
    context.expect(JSON.stringify([runs, written, at.argv()])).not.toContain(canary);
    context.expect([at.files().length, runs.map(({ code }) => code)]).toEqual([2, [0, 0]]);
  });

  test.concurrent.for<[Record<string, string>, boolean]>([
    [{}, true],
    [{ NO_COLOR: '1' }, false],
  ])('with %j there are colours: %s', async ([env, areThere], context) => {
    const at = place(context.onTestFinished, { env });
    const terminal = wizard(context.onTestFinished, at);
    await play(terminal, [['? Which cluster?', '<Enter>'], ['? Who uses the cluster?']]);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control characters
    context.expect(/\u001b\[[\d;]*(3[0-7]|9[0-7])m/.test(terminal.colours())).toBe(areThere);
  });
});
