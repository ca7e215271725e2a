// What a request without an answer is called, and what to do about it.
import { expect, test } from 'vitest';
import { answerFailure, networkFailure } from '../../../tasks/kube/failure.ts';

test.each([
  [
    'CERT_HAS_EXPIRED',
    'certificate has expired',
    'cannot list pods: the certificate of https://a:6443 has expired, or the clock of this machine is wrong',
    'set the clock; a local cluster gets new certificates: firesteel deploy',
  ],
  [
    'SELF_SIGNED_CERT_IN_CHAIN',
    'self-signed certificate in certificate chain',
    'cannot list pods: no trusted connection to https://a:6443: self-signed certificate in certificate chain',
    'another cluster or a proxy may answer there; check the cluster: firesteel status; write its kubeconfig again: firesteel deploy',
  ],
])('%s', (code, words, message, hint) => {
  const error = Object.assign(new Error(words), { code });
  expect(networkFailure('list pods', 'https://a:6443', error)).toMatchObject({ message, hint });
});

test('credentials that the server refuses', () =>
  expect(answerFailure('list pods', 401, 'Unauthorized')).toMatchObject({
    message: 'cannot list pods: Unauthorized',
    hint: 'renew the credentials of this kubeconfig context; a local cluster gets new ones: firesteel deploy',
  }));
