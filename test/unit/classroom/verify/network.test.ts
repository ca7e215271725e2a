// What follows from connections that a pod tried, and from the addresses of pods.
import { expect, test } from 'vitest';
import { inheritors } from '../../../../tasks/classroom/verify/address-attempt.ts';
import { hindranceOf, keyOf, type Place } from '../../../../tasks/classroom/verify/network-attempts.ts';
import type { Pod } from '../../../../tasks/spark/pod.ts';

const own: Place = { what: 'own', isAllowed: true, host: 'own', port: 8888 };
const notebook: Place = { what: 'notebook', isAllowed: false, host: 'other', port: 8888, at: 'listener' };
const driver: Place = { what: 'driver', isAllowed: false, host: 'other', port: 7100, at: 'machine' };
const free: Place = { what: 'free', isAllowed: false, host: 'nobody', port: 80 };
const places = [own, notebook, driver, free];

/** What kept a pod from each of the places, with these results in their order. */
function hindrances(...results: (string | null)[]): (string | undefined)[] {
  const all = Object.fromEntries(places.map((place, i) => [keyOf(place), results[i] ?? null]));
  return places.map((place) => hindranceOf(place, places, all));
}

const [silent, answered] = ['no answer', 'Connection refused'];

test('a connection without an answer is refused', () =>
  expect(hindrances(null, silent, silent, silent)).toEqual([undefined, silent, silent, silent]));

test('an answer that nothing listens means that the machine was reached', () =>
  expect(hindrances(null, silent, answered, silent)).toEqual([undefined, silent, undefined, silent]));

test('where rules answer as well, such an answer proves nothing', () =>
  expect(hindrances(null, answered, answered, silent)).toEqual([undefined, answered, answered, silent]));

test('such an answer does not reach an unused address, or a place that must work', () =>
  expect(hindrances(answered, silent, silent, answered)).toEqual([answered, silent, silent, answered]));

test('the result of a connection that was not tried is unknown', () =>
  expect(() => hindranceOf(own, places, {})).toThrow('the pod did not try this connection'));

const pod = (namespace: string, phase: string, podIP: string, spec: object = {}): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: phase.toLowerCase(), namespace },
  spec: { containers: [], ...spec },
  status: { phase, podIP } as NonNullable<Pod['status']>,
});

test.each<[string, Pod[], string[]]>([
  ['another address', [pod('bob', 'Succeeded', '10.0.0.1'), pod('ada', 'Running', '10.0.0.2')], []],
  ['an address of the same namespace', [pod('ada', 'Failed', '10.0.0.1'), pod('ada', 'Running', '10.0.0.1')], []],
  [
    'the address of its node',
    [pod('bob', 'Failed', '10.0.0.1', { hostNetwork: true }), pod('ada', 'Running', '10.0.0.1', { hostNetwork: true })],
    [],
  ],
])('a pod with %s inherits nothing', (_, pods, found) => expect(inheritors(pods)).toEqual(found));

test.each(['Succeeded', 'Failed'])('a pod at the address of one of another namespace that is %s does', (phase) => {
  const pods = [pod('bob', phase, '10.0.0.1'), pod('ada', 'Pending', '10.0.0.1'), pod('eve', 'Running', '10.0.0.1')];
  expect(inheritors(pods)).toEqual(['ada/pending', 'eve/running']);
});
