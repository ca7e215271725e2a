// A profile in the making: whose word counts, what is wrong with an answer, what the file keeps.
import { describe, expect, test } from 'vitest';
import { verbs } from '../../../scripts/cli/verbs.ts';
import {
  answer,
  checkDraft,
  type Draft,
  offerFor,
  offerNamed,
  textProblem,
  valueFor,
} from '../../../tasks/setup/draft.ts';
import { fileText, placeOf } from '../../../tasks/setup/file.ts';
import { questionFlags, questionsFor } from '../../../tasks/setup/questions.ts';
import type { Host, Offer } from '../../../tasks/steps/setup.ts';
import { draftOf, host, offers, offersOn } from './machine.ts';

const question = (draft: Draft, flag: string) => {
  const found = questionsFor(checkDraft(draft).profile.cluster).find((one) => one.flag === flag);
  if (!found) throw new Error(`no --${flag}`);
  return found;
};

describe('offers', () => {
  const fits = (machine: Partial<Host>) =>
    Object.fromEntries(offersOn({ ...host, ...machine }).map(({ name, fit }) => [name, fit]));

  test.each<[Partial<Host>, string, Offer['fit']]>([
    [{}, 'local', 'ready'],
    [{ rights: 'none' }, 'local', 'lacking'],
    [{ system: 'darwin' }, 'local', 'impossible'],
    [{ mebibytes: 2048 }, 'local', 'lacking'],
    [{ freeGigabytes: 3 }, 'local', 'lacking'],
    [{}, 'kind', 'ready'],
    [{ docker: 'not running' }, 'kind', 'lacking'],
    [{}, 'minikube-docker', 'ready'],
    [{ rights: 'root' }, 'minikube-docker', 'lacking'],
    [{ programs: { virsh: '/usr/bin/virsh' } }, 'minikube-vm', 'ready'],
    [{ system: 'win32' }, 'minikube-vm', 'impossible'],
    [{}, 'context', 'lacking'],
  ])('on a machine with %j, %s is %s', (machine, name, fit) => expect(fits(machine)[name]).toBe(fit));

  test.each([
    [{ cluster: 'minikube', minikube: { driver: 'none' }, clusterName: 'minikube' }, 'minikube-none'],
    [{ cluster: 'minikube', minikube: { driver: 'kvm2' } }, 'minikube-vm'],
    [{ cluster: 'minikube' }, 'minikube-docker'],
    [{ cluster: 'gke', gke: { mode: 'standard' } }, 'gke'],
    [{ cluster: 'gke', gke: { mode: 'autopilot' } }, 'gke-autopilot'],
    [{ cluster: 'gke', gke: { nodes: 2 } }, 'gke'],
    [{ local: { nodes: 3 } }, 'local'],
  ])('a profile with %j is %s', (tree, name) => expect(offerFor(tree, offers)?.name).toBe(name));

  test('an unknown name is refused with the nearest name', () =>
    expect(offerNamed('minikube-dockr', offers)).toEqual({
      problem: expect.stringContaining('did you mean "minikube-docker"?'),
    }));
});

describe('answers', () => {
  test.each([
    ['local', 'nodes', '0', 'expected a whole number from 1 to'],
    ['local', 'nodes', '2', undefined],
    ['local', 'namespace', 'kube-system', 'expected a namespace for jobs alone'],
    ['gke', 'project', '', 'a value is needed'],
    ['gke', 'machine-type', 'e2-medium', 'its cores are shared'],
    ['gke-autopilot', 'zone', 'europe-west1-b', 'Autopilot runs in a region'],
    ['gke', 'spot', 'perhaps', 'expected true or false'],
    ['minikube-docker', 'memory', 'much', 'expected'],
    ['local', 'end', '2026-02-30T10:00', 'expected a date and time'],
    ['local', 'end', '2020-12-18T18:00', 'the class ended on 2020-12-18T18:00; set a later date and time'],
    ['local', 'sources', '203.0.113.0/24, 198.51.100.0/24', undefined],
    ['local', 'sources', '203.0.113.0', 'expected a network'],
  ])('of %s, --%s %j: %s', (kind, flag, text, problem) => {
    const draft = draftOf(kind);
    const found = textProblem(draft, question(draft, flag), text);
    if (problem === undefined) expect(found).toBeUndefined();
    else expect(found).toContain(problem);
  });

  test('have precedence: answers before the file, the file before defaults', () => {
    const draft = draftOf('local', { local: { nodes: 3 } });
    const source = () => valueFor(draft, question(draft, 'nodes'), checkDraft(draft).profile);
    expect(source()).toEqual({ value: 3, source: 'file' });
    answer(draft, { path: ['local', 'nodes'], value: 2, source: 'answer' });
    expect(source()).toMatchObject({ value: 2, source: 'answer' });
    answer(draft, { path: ['local', 'nodes'], value: undefined, source: 'answer' });
    expect(source().source).toBe('file');
    expect(valueFor(draftOf('local'), question(draft, 'nodes'), checkDraft(draftOf('local')).profile)).toEqual({
      value: 1,
      source: 'default',
    });
  });
});

describe('the file', () => {
  const place = placeOf('/nowhere/lab.yaml');

  test('has only what differs from the defaults, in the order of the keys', () => {
    const draft = draftOf('gke');
    for (const [key, value] of [
      ['nodes', 3],
      ['machineType', 'e2-standard-4'],
      ['project', 'spark-school'],
    ] as const)
      answer(draft, { path: ['gke', key], value, source: 'flag' });
    expect(fileText(draft, place, undefined).split('\n\n')[1]).toBe(
      'cluster: gke\ngke:\n  project: spark-school\n  machineType: e2-standard-4\n',
    );
  });

  test.each([
    ['a comment behind a number', 'local:\n  nodes: 2 # two\n', 'local:\n  nodes: 4 # two\n'],
    ['a key without a value', '# mine\nlocal:\n', '# mine\nlocal:\n  nodes: 4\n'],
    ['comments alone', '# mine\n', '# mine\n\nlocal:\n  nodes: 4\n'],
    ['a map in one line', 'local: {podSubnet: 10.9.0.0/16}\n', 'local: {podSubnet: 10.9.0.0/16, nodes: 4}\n'],
    ['a block of another kind', 'kind:\n  workers: 1\nnamespace: lab\n', 'namespace: lab\nlocal:\n  nodes: 4\n'],
  ])('keeps what it has: %s', (_, before, after) => {
    const draft = draftOf('local');
    answer(draft, { path: ['local', 'nodes'], value: 4, source: 'flag' });
    expect(fileText(draft, place, before)).toBe(after);
  });
});

test('every question has a flag of the verb, and every flag has a question', () => {
  const flags = Object.keys(verbs['setup']?.flags ?? {}).map((line) => line.replace(/^--([a-z-]+).*/, '$1'));
  const own = ['detect', 'kind', 'name', 'answers', 'run', 'for'];
  expect(flags.sort()).toEqual([...questionFlags(), ...own].sort());
});
