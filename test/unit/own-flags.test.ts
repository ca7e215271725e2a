// A command that is pasted from a hint must mean the cluster that the hint is about.
import { expect, test } from 'vitest';
import { withOwnFlags } from '../../scripts/own-flags.ts';

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
  ['kind', [], '→ firesteel status --profile other', '→ firesteel status --profile other'],
  ['kind', [], '→ firesteel tools install crictl', '→ firesteel tools install crictl'],
  ['kind', [], '  │ firesteel destroy', '  │ firesteel destroy'],
  ['kind', [], '✖ a: b\n→ firesteel deploy', '✖ a: b\n→ firesteel deploy --profile kind'],
  ['gke', [], 'End it with: firesteel destroy', 'End it with: firesteel destroy --profile gke'],
  ['kind', [], '→ put it where firesteel finds it', '→ put it where firesteel finds it'],
])('of --profile %s --set %j: %s', (profile, set, text, expected) =>
  expect(withOwnFlags(text, { profile, set })).toBe(expected),
);
