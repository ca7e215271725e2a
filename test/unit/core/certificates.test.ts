import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import { createAuthority, issue, serviceAccountKeys } from '../../../tasks/core/certificates.ts';

const serverAuth = '1.3.6.1.5.5.7.3.1';
const clientAuth = '1.3.6.1.5.5.7.3.2';
const days = (certificate: X509Certificate) => Math.round((Date.parse(certificate.validTo) - Date.now()) / 86_400_000);

test('an authority signs itself and may sign others for ten years', async () => {
  const authority = new X509Certificate((await createAuthority('some-ca')).certificatePem);
  expect(authority.subject).toBe('CN=some-ca');
  expect(authority.ca).toBe(true);
  expect(authority.verify(authority.publicKey)).toBe(true);
  expect(days(authority)).toBe(3650);
});

test.each([
  { usage: 'server', key: 'ec', purposes: [serverAuth] },
  { usage: 'client', key: 'rsa', purposes: [clientAuth] },
  { usage: 'both', key: 'ec', purposes: [serverAuth, clientAuth] },
] as const)('a $usage certificate with an $key key is signed by its authority and good for that use', async (row) => {
  const authority = await createAuthority('some-ca');
  const issued = await issue(authority, {
    commonName: 'leaf',
    usage: row.usage,
    key: row.key,
  });
  const leaf = new X509Certificate(issued.certificatePem);
  const parent = new X509Certificate(authority.certificatePem);
  expect(leaf.checkIssued(parent)).toBe(true);
  expect(leaf.verify(parent.publicKey)).toBe(true);
  expect(leaf.verify(new X509Certificate((await createAuthority('some-ca')).certificatePem).publicKey)).toBe(false);
  expect(leaf.ca).toBe(false);
  expect(leaf.keyUsage).toEqual(row.purposes);
  expect(leaf.publicKey.asymmetricKeyType).toBe(row.key);
  expect(leaf.checkPrivateKey(createPrivateKey(issued.keyPem))).toBe(true);
  expect(days(leaf)).toBe(365);
  expect(Date.parse(leaf.validFrom)).toBeLessThan(Date.now() - 3_500_000);
});

test('names, addresses, groups and days are those requested', async () => {
  const issued = await issue(await createAuthority('some-ca'), {
    commonName: 'firesteel:admin',
    organizations: ['system:masters', 'teachers, all'],
    dnsNames: ['kubernetes.default.svc', 'localhost'],
    ipAddresses: ['127.0.0.1', '::1'],
    usage: 'server',
    days: 7,
  });
  const leaf = new X509Certificate(issued.certificatePem);
  expect(leaf.subject.split('\n')).toEqual(['O=system:masters', 'O=teachers\\, all', 'CN=firesteel:admin']);
  expect(leaf.checkHost('kubernetes.default.svc')).toBe('kubernetes.default.svc');
  expect(leaf.checkHost('elsewhere')).toBeUndefined();
  expect(leaf.checkIP('127.0.0.1')).toBe('127.0.0.1');
  expect(leaf.checkIP('::1')).toBe('::1');
  expect(days(leaf)).toBe(7);
});

test('the service account keys are two halves of one EC key', async () => {
  const { privatePem, publicPem } = await serviceAccountKeys();
  const derived = createPublicKey(createPrivateKey(privatePem)).export({
    type: 'spki',
    format: 'pem',
  });
  expect(publicPem.replaceAll(/\s/g, '')).toBe(derived.toString().replaceAll(/\s/g, ''));
});
