import { expect, test } from 'vitest';
import type { Outcome } from '../../../tasks/kube/retry.ts';
import { retryPause, usualTiming } from '../../../tasks/kube/retry.ts';

const answer = (httpStatus: number, status: object = {}, retryAfter?: string): Outcome => ({
  httpStatus,
  retryAfter,
  body: JSON.stringify({ kind: 'Status', ...status }),
});
const network = (code: string): Outcome => ({ error: Object.assign(new Error(code), { code }) });
const first = { number: 0, elapsedMs: 0, answeredBefore: true, sinceLossMs: 3_600_000 };
const forbidden = answer(403, { reason: 'Forbidden', message: 'User "a" cannot get resource "b"' });
const pause = (outcome: Outcome, attempt: Partial<typeof first> = {}, random = 0) =>
  retryPause(outcome, { ...first, ...attempt }, usualTiming, random);

test.each<[string, Outcome]>([
  ['429', answer(429)],
  ['500', answer(500)],
  ['502', answer(502)],
  ['503', answer(503)],
  ['504', answer(504)],
  ['a write at the same time', answer(409, { reason: 'Conflict' })],
  ['a service account that is to come', answer(403, { reason: 'Forbidden', message: 'serviceaccount "a" not found' })],
  ['a reset', network('ECONNRESET')],
  ['silence', network('UND_ERR_HEADERS_TIMEOUT')],
  ['a restarting server', network('ECONNREFUSED')],
])('asks again after %s, with some randomness', (_, outcome) => {
  expect(pause(outcome, {}, 0)).toBe(50);
  expect(pause(outcome, {}, 0.999)).toBeCloseTo(100, 0);
});

test.each<[string, Outcome, Partial<typeof first>]>([
  ['400', answer(400), {}],
  ['404', answer(404), {}],
  ['422', answer(422), {}],
  ['a missing permission', forbidden, {}],
  ['a missing permission, long after a restart', forbidden, { sinceLossMs: 10_000 }],
  ['an object that exists', answer(409, { reason: 'AlreadyExists' }), {}],
  [
    'a conflict over fields',
    answer(409, { reason: 'Conflict', details: { causes: [{ reason: 'FieldManagerConflict', field: '.a' }] } }),
    {},
  ],
  ['an unknown field', answer(500, { message: '.dataa: field not declared in schema' }), {}],
  ['a server that never answered', network('ECONNREFUSED'), { answeredBefore: false }],
  ['a foreign certificate', network('SELF_SIGNED_CERT_IN_CHAIN'), {}],
  ['the deadline', answer(503), { elapsedMs: 60_000 }],
  [
    'a service account that does not come',
    answer(403, { reason: 'Forbidden', message: 'serviceaccount "a" not found' }),
    { elapsedMs: 10_000 },
  ],
  ['a Retry-After beyond the deadline', answer(429, {}, '61'), {}],
])('does not ask again after %s', (_, outcome, attempt) => expect(pause(outcome, attempt)).toBeUndefined());

test('asks again after a refusal by a server that has just come back', () =>
  expect(pause(forbidden, { sinceLossMs: 5_000 })).toBe(50));

test('pauses grow to five seconds', () =>
  expect([0, 1, 2, 3, 9].map((number) => pause(answer(500), { number }, 0.999_999))).toEqual(
    [100, 200, 400, 800, 5000].map((expected) => expect.closeTo(expected, 0)),
  ));

test('seconds in Retry-After are followed, and a date is ignored', () => {
  expect(pause(answer(503, {}, '3'))).toBe(3000);
  expect(pause(answer(503, {}, 'Wed, 21 Oct 2026 07:28:00 GMT'))).toBe(50);
});
