// The questions of setup about an existing cluster: a context, and the file that it is in.
import { afterEach, expect, test, vi } from 'vitest';
import { contextSetup } from '../../../../tasks/clusters/context/setup.ts';
import { createExec } from '../../../../tasks/core/exec.ts';
import { checkDraft, type Draft } from '../../../../tasks/setup/draft.ts';
import { takeFlags } from '../../../../tasks/setup/given.ts';
import { interviewAll } from '../../../../tasks/setup/interview.ts';
import { ownFiles } from '../../own-files.ts';
import { draftOf, host, interviewOf } from '../../setup/machine.ts';
import { withLines } from '../../typed-lines.ts';

const { path, put } = ownFiles();

afterEach(() => vi.unstubAllEnvs());

const config = (...names: string[]) =>
  JSON.stringify({
    clusters: [{ name: 'c', cluster: { server: 'https://127.0.0.1:1' } }],
    contexts: names.map((name) => ({ name, context: { cluster: 'c' } })),
  });

/** The context and the file of a draft whose questions were answered, and what was said. */
async function answered(draft: Draft, usual: string[], ...lines: string[]) {
  vi.stubEnv('KUBECONFIG', usual.join(':'));
  const { prompts, said } = withLines(...lines);
  const found = await contextSetup.look?.(host, createExec(new AbortController().signal));
  const interview = interviewOf(draft, prompts, said, found);
  const [file, context] = contextSetup.questions;
  if (!file || !context) throw new Error('no questions');
  await interviewAll(interview, [file, context], new Map([['context', 'to be changed']]), false);
  const { context: name, kubeconfig } = checkDraft(draft).profile.context;
  return { name, kubeconfig, said: said.join('\n') };
}

test('a context of the usual file takes the other file back', async () => {
  const [a, b] = [put('a', config('lab')), put('b', config('team'))];
  const draft = draftOf('context', { context: { context: 'team', kubeconfig: b } });
  expect(await answered(draft, [a, b], 'lab')).toMatchObject({ name: 'lab', kubeconfig: undefined });
});

test.each([
  ['2', undefined, 'b', 'default'],
  ['', 'b', 'b', 'default in '],
  ['1', 'b', undefined, 'default in '],
])('of two contexts with one name, %j with %s takes the one of %s', async (line, present, file, usual) => {
  const [a, b] = [put('a', config('default')), put('b', config('default'))];
  const draft = draftOf('context', { context: { context: 'default', ...(present ? { kubeconfig: b } : {}) } });
  const { said, ...found } = await answered(draft, [a, b], line);
  expect(found).toEqual({ name: 'default', kubeconfig: file ? b : undefined });
  expect(said).toContain(`Enter for ${usual}`);
});

test('without a context, the kubeconfig file is asked first', async () => {
  const there = put('own kubeconfig', config('lab', 'team'));
  const { said, ...found } = await answered(
    draftOf('context'),
    [path('none')],
    ...[path('absent'), put('empty', '{}'), `'${there}'`, 'team'],
  );
  expect(found).toEqual({ name: 'team', kubeconfig: there });
  expect(said).toMatch(/absent: no such file[\s\S]*empty has no context[\s\S]*2\. team/);
});

test('the file of a flag counts for the context of a flag', async () => {
  vi.stubEnv('KUBECONFIG', put('a', config('lab')));
  const flags = { context: 'team', kubeconfig: put('b', config('team')) };
  expect(await takeFlags(draftOf('context'), flags)).toEqual(new Map());
});
