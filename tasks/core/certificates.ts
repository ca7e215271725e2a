// Certificate authorities, certificates and keys of a cluster, in the PEM forms that Go and OpenSSL read.
import { webcrypto } from 'node:crypto';

/** A certificate and its private key, both PEM; the key is PKCS#8. */
export interface KeyPair {
  certificatePem: string;
  keyPem: string;
}

export interface CertificateRequest {
  /** For a client of Kubernetes: the user's name. */
  commonName: string;
  /** For a client of Kubernetes: the user's groups. */
  organizations?: string[];
  dnsNames?: string[];
  ipAddresses?: string[];
  /** What it is presented as; etcd's own certificates need both. */
  usage: 'server' | 'client' | 'both';
  /** ECDSA P-256, or RSA 2048 for clients that refuse EC keys; RSA takes some 150 ms. `ec` if not given. */
  key?: 'ec' | 'rsa';
  /** How long it is valid; a year if not given. */
  days?: number;
}

/** What a certificate is for, or an authority may sign for. */
export interface Names {
  /** An authority may also sign for every name below each. */
  dnsNames: string[];
  ipAddresses: string[];
}

export interface AuthorityOptions {
  /** How long it is valid; ten years if not given. */
  days?: number;
  /** Signs certificates of servers with these names and addresses, and no others. Whatever it is asked if not given. */
  only?: Names;
}

const hour = 3_600_000;
const day = 24 * hour;
const authorityDays = 3650;
const leafDays = 365;
const ecKey = { name: 'ECDSA', namedCurve: 'P-256' };
const rsaKey = {
  name: 'RSASSA-PKCS1-v1_5',
  modulusLength: 2048,
  publicExponent: new Uint8Array([1, 0, 1]),
  hash: 'SHA-256',
};
const signing = { name: 'ECDSA', hash: 'SHA-256' };

async function library() {
  // The library's dependency injection needs this polyfill, and needs it first.
  await import('reflect-metadata');
  return import('@peculiar/x509');
}

const generateKeys = (key: 'ec' | 'rsa'): Promise<webcrypto.CryptoKeyPair> =>
  webcrypto.subtle.generateKey(key === 'rsa' ? rsaKey : ecKey, true, ['sign', 'verify']);

async function toPem(key: webcrypto.CryptoKey, label: 'PRIVATE KEY' | 'PUBLIC KEY'): Promise<string> {
  const { PemConverter } = await library();
  return `${PemConverter.encode(await webcrypto.subtle.exportKey(label === 'PRIVATE KEY' ? 'pkcs8' : 'spki', key), label)}\n`;
}

/** From an hour ago, so that a clock that is a little behind takes it too. */
const validity = (days: number) => ({
  notBefore: new Date(Date.now() - hour),
  notAfter: new Date(Date.now() + days * day),
});

/** No name ends with it: https://www.rfc-editor.org/rfc/rfc2606 */
const noName = 'invalid';

/** A mask of all bits: an address is a network of one. */
const asNetwork = (address: string): string => `${address}/${address.includes(':') ? 128 : 32}`;

/**
 * What an authority may sign for, critical: https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.10. A kind of name that
 * is not mentioned would not be constrained at all, so without names there is one that cannot be, and without addresses
 * every address is excluded.
 */
async function nameConstraints({ dnsNames, ipAddresses }: Names) {
  const [{ Extension }, schema, { AsnConvert }] = await Promise.all([
    library(),
    import('@peculiar/asn1-x509'),
    import('@peculiar/asn1-schema'),
  ]);
  const subtrees = (bases: { dNSName?: string; iPAddress?: string }[]) =>
    new schema.GeneralSubtrees(bases.map((base) => new schema.GeneralSubtree({ base: new schema.GeneralName(base) })));
  const names = dnsNames.length > 0 ? dnsNames : [noName];
  const constraints = new schema.NameConstraints({
    permittedSubtrees: subtrees([
      ...names.map((dNSName) => ({ dNSName })),
      ...ipAddresses.map((address) => ({ iPAddress: asNetwork(address) })),
    ]),
    ...(ipAddresses.length > 0
      ? {}
      : { excludedSubtrees: subtrees([{ iPAddress: '0.0.0.0/0' }, { iPAddress: '::/0' }]) }),
  });
  return new Extension(schema.id_ce_nameConstraints, true, AsnConvert.serialize(constraints));
}

/** What an authority of `createAuthority` may sign for; undefined if it has no constraints. */
export async function permittedNames(certificatePem: string): Promise<Names | undefined> {
  const [{ X509Certificate }, schema, { AsnConvert }] = await Promise.all([
    library(),
    import('@peculiar/asn1-x509'),
    import('@peculiar/asn1-schema'),
  ]);
  const extension = new X509Certificate(certificatePem).getExtension(schema.id_ce_nameConstraints);
  if (!extension) return undefined;
  const { permittedSubtrees = [] } = AsnConvert.parse(extension.value, schema.NameConstraints);
  const bases = [...permittedSubtrees].map(({ base }) => base);
  return {
    dnsNames: bases.flatMap(({ dNSName }) => (dNSName && dNSName !== noName ? [dNSName] : [])),
    ipAddresses: bases.flatMap(({ iPAddress }) => (iPAddress ? [iPAddress.replace(/\/\d+$/, '')] : [])),
  };
}

/** A self-signed ECDSA authority that may sign leaf certificates only. */
export async function createAuthority(name: string, { days, only }: AuthorityOptions = {}): Promise<KeyPair> {
  const x509 = await library();
  const keys = await generateKeys('ec');
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [name] }],
    keys,
    signingAlgorithm: signing,
    ...validity(days ?? authorityDays),
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      ...(only
        ? [await nameConstraints(only), new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth])]
        : []),
      new x509.KeyUsagesExtension(
        x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign,
        true,
      ),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return {
    certificatePem: `${certificate.toString('pem')}\n`,
    keyPem: await toPem(keys.privateKey, 'PRIVATE KEY'),
  };
}

/** A certificate with a new key, signed by an authority of `createAuthority`. */
export async function issue(authority: KeyPair, request: CertificateRequest): Promise<KeyPair> {
  const x509 = await library();
  const issuer = new x509.X509Certificate(authority.certificatePem);
  const [signingKey, keys] = await Promise.all([
    webcrypto.subtle.importKey('pkcs8', x509.PemConverter.decodeFirst(authority.keyPem), ecKey, false, ['sign']),
    generateKeys(request.key ?? 'ec'),
  ]);
  const purposes = {
    server: [x509.ExtendedKeyUsage.serverAuth],
    client: [x509.ExtendedKeyUsage.clientAuth],
    both: [x509.ExtendedKeyUsage.serverAuth, x509.ExtendedKeyUsage.clientAuth],
  };
  const names = [
    ...(request.dnsNames ?? []).map((value) => ({
      type: 'dns' as const,
      value,
    })),
    ...(request.ipAddresses ?? []).map((value) => ({
      type: 'ip' as const,
      value,
    })),
  ];
  const certificate = await x509.X509CertificateGenerator.create({
    subject: [...(request.organizations ?? []).map((name) => ({ O: [name] })), { CN: [request.commonName] }],
    issuer: issuer.subjectName,
    publicKey: keys.publicKey,
    signingKey,
    signingAlgorithm: signing,
    ...validity(request.days ?? leafDays),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyEncipherment, true),
      new x509.ExtendedKeyUsageExtension(purposes[request.usage]),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
      ...(names.length > 0 ? [new x509.SubjectAlternativeNameExtension(names)] : []),
    ],
  });
  return {
    certificatePem: `${certificate.toString('pem')}\n`,
    keyPem: await toPem(keys.privateKey, 'PRIVATE KEY'),
  };
}

/** The ECDSA key that signs service account tokens, and its public half, both PEM. */
export async function serviceAccountKeys(): Promise<{
  privatePem: string;
  publicPem: string;
}> {
  const keys = await generateKeys('ec');
  return {
    privatePem: await toPem(keys.privateKey, 'PRIVATE KEY'),
    publicPem: await toPem(keys.publicKey, 'PUBLIC KEY'),
  };
}
