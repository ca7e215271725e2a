// A command that is pasted from a hint must mean the cluster that the hint is about.
import { afterEach, expect, test, vi } from 'vitest';
import { withOwnFlags } from '../../../scripts/cli/own-flags.ts';
import { usualSets } from '../../../scripts/cli/usual.ts';

afterEach(() => void vi.unstubAllEnvs());

test.each([
  ['local', [], '→ firesteel destroy, then deploy', '→ firesteel destroy, then deploy'],
  ['kind', [], '→ firesteel destroy, then deploy', '→ firesteel destroy --profile kind, then deploy'],
  ['kind', [], '→ run `firesteel deploy`', '→ run `firesteel deploy --profile kind`'],
  ['my/own.yaml', [], '→ firesteel dns repair', '→ firesteel dns repair --profile my/own.yaml'],
  [
    'context',
    ['context.context=work'],
    'Next: firesteel build && firesteel submit pi',
    'Next: firesteel build --profile context --set context.context=work && ' +
      'firesteel submit --profile context --set context.context=work pi',
  ],
  ['local', ['clusterName=two'], '→ firesteel status', '→ firesteel status --set clusterName=two'],
  ['kind', ['a=b c'], '→ firesteel status', "→ firesteel status --profile kind --set 'a=b c'"],
  ['kind', [], '→ start one: firesteel history up', '→ start one: firesteel history up --profile kind'],
  ['kind', [], '→ firesteel standalone scale N', '→ firesteel standalone scale --profile kind N'],
  ['kind', [], '→ firesteel status --profile other', '→ firesteel status --profile other'],
  ['kind', [], '→ firesteel classroom status', '→ firesteel classroom status --profile kind'],
  ['kind', [], '→ firesteel classroom', '→ firesteel classroom --profile kind'],
  ['kind', [], '→ firesteel logs pi-1', '→ firesteel logs pi-1'],
  ['kind', [], '→ firesteel tools install crictl', '→ firesteel tools install crictl'],
  ['kind', [], '  │ firesteel destroy', '  │ firesteel destroy'],
  ['kind', [], '✖ a: b\n→ firesteel deploy', '✖ a: b\n→ firesteel deploy --profile kind'],
  ['kind', [], 'to undo the repair: firesteel dns undo', 'to undo the repair: firesteel dns undo --profile kind'],
  [
    'kind',
    [],
    'The number of workers is fixed; change it: firesteel standalone scale N',
    'The number of workers is fixed; change it: firesteel standalone scale --profile kind N',
  ],
  ['kind', [], '✖ minikube says: firesteel destroy', '✖ minikube says: firesteel destroy'],
  ['gke', [], 'End it with: firesteel destroy', 'End it with: firesteel destroy --profile gke'],
  ['kind', [], '→ put it where firesteel finds it', '→ put it where firesteel finds it'],
])('of --profile %s --set %j: %s', (profile, set, text, expected) =>
  expect(withOwnFlags(text, { profile, set })).toBe(expected),
);

test('a hint names the profile that was typed, and not the one that FIRESTEEL_PROFILE names', () => {
  vi.stubEnv('FIRESTEEL_PROFILE', 'kind');
  vi.stubEnv('FIRESTEEL_SET', 'clusterName=two');
  expect(withOwnFlags('→ firesteel status', { profile: 'kind', set: [] })).toBe('→ firesteel status');
  expect(withOwnFlags('→ firesteel status', { profile: 'local', set: [] })).toBe('→ firesteel status --profile local');
});

test.each([
  ['', []],
  ['clusterName=two', ['clusterName=two']],
  [' clusterName=two\n  local.nodes=2 ', ['clusterName=two', 'local.nodes=2']],
  [
    'spark.conf.spark.driver.extraJavaOptions=-Da=b -Dc=d dns.upstream=[10.0.0.1, 10.0.0.2]',
    ['spark.conf.spark.driver.extraJavaOptions=-Da=b -Dc=d', 'dns.upstream=[10.0.0.1, 10.0.0.2]'],
  ],
])('FIRESTEEL_SET %j is read as %j', (text, sets) => {
  vi.stubEnv('FIRESTEEL_SET', text);
  expect(usualSets()).toEqual(sets);
});
