// What the codes of network errors are taken for.
import { expect, test } from 'vitest';
import {
  errorCode,
  isNobodyThere,
  isUnsent,
  isUntrusted,
  networkWords,
} from '../../../../tasks/core/network/errors.ts';

test.each([
  ['ECONNREFUSED', { nobodyThere: true, untrusted: false, unsent: true }],
  ['UND_ERR_CONNECT_TIMEOUT', { nobodyThere: true, untrusted: false, unsent: true }],
  ['ECONNRESET', { nobodyThere: false, untrusted: false, unsent: false }],
  ['CERT_HAS_EXPIRED', { nobodyThere: false, untrusted: true, unsent: true }],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', { nobodyThere: false, untrusted: true, unsent: true }],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', { nobodyThere: false, untrusted: true, unsent: true }],
  ['ERR_SSL_WRONG_VERSION_NUMBER', { nobodyThere: false, untrusted: true, unsent: false }],
])('%s in the cause of an error is %j', (code, taken) => {
  const error = new TypeError('fetch failed', { cause: Object.assign(new Error('x'), { code }) });
  expect(errorCode(error)).toBe(code);
  expect({ nobodyThere: isNobodyThere(error), untrusted: isUntrusted(error), unsent: isUnsent(error) }).toEqual(taken);
});

test('an error without a code has an empty code, and none of the meanings', () => {
  expect(['text', undefined, new Error('x')].map(errorCode)).toEqual(['', '', '']);
  expect(isUnsent(undefined)).toBe(false);
});

test('a message that only names its reason is known by its words', () => {
  expect('request to https://example.org failed, reason: getaddrinfo ENOTFOUND').toMatch(networkWords);
  expect('socket hang up').toMatch(networkWords);
  expect('invalid_grant').not.toMatch(networkWords);
});
