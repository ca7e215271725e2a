// What authorities say against a certificate, in the words of Let's Encrypt and of Node, and what to do.
import { expect, test } from 'vitest';
import { acmeFailure } from '../../../../tasks/core/network/acme.ts';

test.each([
  [
    'too many certificates (5) already issued for this exact set of identifiers in the last 168h0m0s',
    'issues no more certificates for now',
    'wait as long as the authority says',
  ],
  ['CAA record for class.example.org prevents issuance', 'do not allow this authority', 'add a CAA record'],
  [
    'DNS problem: NXDOMAIN looking up TXT for _acme-challenge.class.example.org',
    'does not find the DNS record',
    'run the same command again',
  ],
  [
    'Incorrect TXT record "old" found at _acme-challenge.class.example.org',
    'another value',
    'run the same command again',
  ],
  [
    'contact email has invalid domain: Domain name needs at least one dot',
    'rejects the e-mail address',
    'set classroom.door.acme.email',
  ],
  ['connect ECONNREFUSED 127.0.0.1:443', 'does not answer', 'check that this machine reaches'],
  ["Cannot read properties of undefined (reading 'config')", 'does not answer', 'check that this machine reaches'],
  ['unable to verify the first certificate', 'does not trust the certificate', 'NODE_EXTRA_CA_CERTS'],
])('%s', (said, cause, cure) => {
  for (const error of [new Error(said), new TypeError('fetch failed', { cause: new Error(said) })]) {
    const { message, hint } = acmeFailure(error, 'https://acme.example.org/dir');
    expect(message).toMatch(/^no certificate from acme\.example\.org: /);
    expect(message).toContain(cause);
    expect(message.endsWith(said)).toBe(true);
    expect(hint).toContain(cure);
  }
});

test('an unknown answer is shown verbatim', () =>
  expect(acmeFailure(new Error('no such thing'), 'https://acme.example.org/dir')).toMatchObject({
    message: 'no certificate from acme.example.org: no such thing',
    hint: undefined,
  }));
