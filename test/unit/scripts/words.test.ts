// The words behind verbs: every verb and action refuses one too many or too few, and says what was meant.
import { expect, test } from 'vitest';
import { verbs } from '../../../scripts/cli/verbs.ts';
import { readWords, required, type Words } from '../../../scripts/cli/words.ts';

const read = (name: string, ...words: string[]) => {
  const verb = verbs[name];
  if (!verb) throw new Error(`no verb ${name}`);
  return readWords(name, verb, words);
};

/** Each verb, or each action of one, with what it takes. */
const commands: [verb: string, action: string[], takes: Words][] = Object.entries(verbs).flatMap(([name, verb]) =>
  'actions' in verb
    ? Object.entries(verb.actions).map(([action, { takes }]): [string, string[], Words] => [name, [action], takes])
    : [[name, [], verb.takes] as [string, string[], Words]],
);

test('only jobs, notebooks, files and names may be repeated', () =>
  expect(commands.filter(([, , { most }]) => most > 1).map(([verb, action]) => [verb, ...action].join(' '))).toEqual([
    'standalone submit',
    'build',
    'submit',
    'runs remove',
    'data add',
    'notebook up',
    'classroom add',
    'classroom remove',
    'classroom push',
    'classroom collect',
    'doctor',
    'tools install',
    'tools remove',
  ]));

test.each(commands.filter(([, , { most }]) => most <= 1))(
  '%s %j takes as many words as its help shows, and refuses one more with exit code 2',
  async (verb, action, { most }) => {
    const words = [...action, ...Array.from({ length: most }, (_, i) => `word${i}`)];
    expect(await read(verb, ...words)).toEqual(words);
    await expect(read(verb, ...words, 'extra')).rejects.toMatchObject({
      message: expect.stringMatching(`^${[verb, ...action].join(' ')} takes (no arguments|one argument), got .*extra$`),
      exitCode: 2,
    });
  },
);

const needing = commands.filter(([, , takes]) => required(takes).length > 0);

test('a job, a run, a name, a file or a number must be there where nothing is usual', () =>
  expect(needing.map(([verb, action, takes]) => [verb, ...action, ...required(takes)].join(' '))).toEqual([
    'standalone scale <number>',
    'standalone submit <job or file>',
    'submit <job, file, folder or notebook>',
    'runs remove <runs>',
    'data add <name> <path or address>',
    'data remove <name>',
    'kill <run>',
    'classroom add <names or addresses>',
    'classroom remove <students>',
    'classroom reset <student>',
    'classroom rotate <student>',
    'classroom push <files and folders>',
    'classroom collect <file>',
    'classroom open <student>',
  ]));

test.each(needing)(
  '%s %j takes its example, and names each word that is missing or empty',
  async (verb, action, takes) => {
    const words = (takes.example ?? '').split(' ');
    expect(await read(verb, ...action, ...words)).toEqual([...action, ...words]);
    for (const [i, missing] of required(takes).entries())
      for (const given of [words.slice(0, i), words.with(i, '')])
        await expect(read(verb, ...action, ...given)).rejects.toMatchObject({
          message: `${[verb, ...action].join(' ')}: ${missing} is missing`,
          hint: `add it, as in: firesteel ${[verb, ...action, takes.example].join(' ')}`,
          exitCode: 2,
        });
  },
);

test.each([
  [['setup', 'gke'], 'setup takes no arguments, got gke; did you mean --kind gke?'],
  [['deploy', '\u2014dry-run'], 'deploy takes no arguments, got \u2014dry-run; did you mean --dry-run?'],
  [['deploy', 'gke'], 'deploy takes no arguments, got gke; did you mean --profile gke?'],
  [['deploy', 'minikube-nome'], 'deploy takes no arguments, got minikube-nome; did you mean --profile minikube-none?'],
  [['destroy', 'mine.yaml'], 'destroy takes no arguments, got mine.yaml; did you mean --profile mine.yaml?'],
  [
    ['deploy', 'clusterName=two'],
    'deploy takes no arguments, got clusterName=two; did you mean --set clusterName=two?',
  ],
  [['status', 'pi-1', 'kind'], 'status takes one argument, got pi-1 kind; did you mean --profile kind?'],
  [['dev', 'gke'], 'dev "gke": expected up, status or down; did you mean --profile gke?'],
  [['kubeconfig'], 'kubeconfig: expected merge or remove'],
  [['history', 'dwon'], 'history "dwon": expected up, down or remove; did you mean "down"?'],
  [
    ['classroom', 'token', 'rotate'],
    'classroom "token": expected plan, apply, status, add, remove, reset, rotate, start, pause, resume, push, collect, open, verify, handouts, door or destroy; did you mean "rotate"?',
  ],
  [['tools', 'instal'], 'tools "instal": expected list, install or remove; did you mean "install"?'],
  [['notebook', 'constructor'], 'notebook "constructor": expected up, open, status or down'],
])('%j is refused with: %s', async ([verb = '', ...words], message) =>
  expect(read(verb, ...words)).rejects.toMatchObject({ message, exitCode: 2 }),
);

test('a second word for logs is answered with the flag for executors', () =>
  expect(read('logs', 'pi-1', 'executor-1')).rejects.toMatchObject({ hint: "an executor's log: --executor 1" }));

test.each([
  ['dev', 'up'],
  ['notebook', 'status'],
  ['dns', 'check'],
  ['tools', 'list'],
])('%s alone means %s', async (verb, action) => expect(await read(verb)).toEqual([action]));
