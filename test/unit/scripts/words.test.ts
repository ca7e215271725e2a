// The words behind verbs: every verb and action refuses one too many, and says which flag was meant.
import { expect, test } from 'vitest';
import { verbs } from '../../../scripts/verbs.ts';
import { readWords, type Words } from '../../../scripts/words.ts';

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

test.each([
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
  [['tools', 'instal'], 'tools "instal": expected list or install; did you mean "install"?'],
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
