import { expect, test } from 'vitest';
import { tokenClaims } from '../../../../tasks/kube/kubeconfig/account-token.ts';

const token = (claims: object) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`;
const account = { 'kubernetes.io': { serviceaccount: { uid: '7' } } };

test.each([
  ['of an account', token({ iat: 5, exp: 9, ...account }), { account: '7', issued: 5, expires: 9 }],
  ['of nobody', token({}), { account: undefined, issued: 0, expires: 0 }],
])('a token %s is read', (_, text, claims) => expect(tokenClaims(text)).toEqual(claims));

test.each(['', 'e30', 'no token'])('%j is not a token', (text) => expect(tokenClaims(text)).toBeUndefined());
