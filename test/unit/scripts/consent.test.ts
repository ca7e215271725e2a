// The questions of every verb in plain lines: what is read out before each, and what an answer does.
import { describe, expect, test } from 'vitest';
import { askForConsent, type Run } from '../../../scripts/cli/questions.ts';
import type { Profile } from '../../../tasks/profile/schema.ts';
import type { Cluster } from '../../../tasks/steps/cluster.ts';
import type { ClusterUse, Questions } from '../../../tasks/steps/task.ts';
import type { Missing } from '../../../tasks/toolbox/host-packages.ts';
import { plainContext } from '../../plain-context.ts';
import { withLines } from '../typed-lines.ts';

const nothing: Missing = { packages: [], upgrades: [], programs: [] };
const flags = { json: false, plain: true, yes: false };

interface Asks {
  use?: ClusterUse;
  cluster?: Partial<Cluster>;
  questions?: Questions;
  missing?: Partial<Missing>;
}

/** Asks; these lines are typed. Answers what was read out, and with what the verb ended, if it did. */
async function ask({ use = 'use', cluster = {}, questions = {}, missing = {} }: Asks, ...lines: string[]) {
  const { prompts, said } = withLines(...lines);
  const context = plainContext({ profile: { clusterName: 'lab' } as Profile, cluster: cluster as Cluster });
  const run: Run = { use, plan: { steps: [], questions: async () => questions }, context };
  const ended = await askForConsent(run, { ...nothing, ...missing }, flags, prompts).then(
    () => undefined,
    (error: Error) => error.message,
  );
  return { said: said.join('\n'), ended };
}

const removesLab: Asks = {
  use: 'remove',
  cluster: { deletes: async () => ['cluster lab in Google Cloud'] },
  questions: { ends: ['run pi-1, 5 min old'] },
};

describe('destroy', () => {
  test('reads out all that goes, and takes the name of the cluster', async () =>
    expect(await ask(removesLab, 'lab')).toEqual({
      said: 'This deletes:\n  cluster lab in Google Cloud\n  run pi-1, 5 min old\nType lab to delete it:',
      ended: undefined,
    }));

  test.each(['', 'yes', 'la'])('deletes nothing after %j', async (typed) =>
    expect((await ask(removesLab, typed)).ended).toBe(`${JSON.stringify(typed)} is not lab: nothing was deleted`),
  );
});

const kubectl = { name: 'kubectl', purpose: 'to reach clusters' };
const question = 'Type yes or no: Enter for';

test.each<[string, Asks, string, string, string]>([
  [
    'destroy of what nobody else uses',
    { use: 'remove', questions: { ends: ['run pi-1, 5 min old'] } },
    `This ends:\n  run pi-1, 5 min old\nContinue? ${question} no.`,
    'no',
    'nothing was ended',
  ],
  [
    'deploy in a cloud',
    { use: 'create', cluster: { costs: async () => ['3 nodes, about 0.21 USD an hour'] } },
    `This creates paid resources:\n  3 nodes, about 0.21 USD an hour\nContinue? ${question} no.`,
    'n',
    'nothing was created',
  ],
  [
    'deploy on this machine',
    { use: 'create', cluster: { overwrites: async () => ['/etc/kubernetes'] } },
    `This takes over parts of this machine:\n  /etc/kubernetes\nContinue? ${question} no.`,
    '',
    'nothing was changed',
  ],
  [
    'programs that are missing',
    { missing: { programs: [kubectl] } as unknown as Partial<Missing> },
    `This machine lacks kubectl (to reach clusters). Install with firesteel tools? ${question} yes.`,
    'no',
    'required programs are missing: install them and run the command again',
  ],
  [
    'doctor --fix',
    { questions: { commands: ['systemctl start docker'] } },
    `This runs:\n  systemctl start docker\nContinue? ${question} no.`,
    'no',
    'nothing was run',
  ],
  [
    'classroom remove',
    { questions: { deletes: ['seat of ada, with its files'] } },
    `This deletes permanently:\n  seat of ada, with its files\nContinue? ${question} no.`,
    'no',
    'nothing was deleted',
  ],
])('%s asks in a few lines, and ends after a no', async (_, asks, said, refusal, ended) => {
  expect(await ask(asks, refusal)).toEqual({ said, ended });
  expect(await ask(asks, 'yes')).toEqual({ said, ended: undefined });
});

test('an answer that is neither yes nor no is asked again', async () => {
  const { said, ended } = await ask({ questions: { commands: ['true'] } }, 'perhaps', 'y');
  expect(said).toContain('Not accepted: type yes or no.\nThis runs:\n  true\nContinue?');
  expect(ended).toBeUndefined();
});
