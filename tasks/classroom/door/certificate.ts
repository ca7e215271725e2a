// The certificate of the door, and the authority of the class that issues one.
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { createAuthority, issue, type KeyPair, type Names, permittedNames } from '../../core/certificates.ts';
import type { FileContent } from '../../core/types.ts';
import type { Context } from '../../steps/types.ts';

/** What the door shows to browsers. */
export interface DoorCertificate extends KeyPair {
  /** SHA-256 of the certificate as browsers show it: pairs of hex digits with colons. */
  fingerprint: string;
  end: Date;
  /** The class's authority, which browsers can import. */
  authority?: { file: string; fingerprint: string };
}

const day = 86_400_000;
/** A certificate that ends before the class does is made again this long before its end. */
const margin = 7 * day;
/** Browsers refuse servers' certificates of more days. */
const mostLeafDays = 397;
/** The end of a class may be moved; another authority would have to be imported again. */
const spareAuthorityDays = 90;

/** The host of a seat without its port. */
export const nameOf = (host: string): string => host.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');

/** The names that a certificate for these hosts needs; those of a domain are all below it. */
export function namesOf(hosts: readonly string[], domain?: string): Names {
  const names = [...new Set(hosts.map(nameOf))];
  const dnsNames = names.filter((name) => isIP(name) === 0);
  return {
    dnsNames: domain && dnsNames.every((name) => name.endsWith(`.${domain}`)) ? [domain, `*.${domain}`] : dnsNames,
    ipAddresses: names.filter((name) => isIP(name) !== 0),
  };
}

/** Whether a certificate is for a name; `*.` before a name stands for any host below it. */
export const covers = (certificate: X509Certificate, name: string): boolean =>
  (isIP(name) ? certificate.checkIP(name) : certificate.checkHost(name.replace(/^\*/, 'any'))) !== undefined;

/** Whether it holds until the class ends, or does not have to be made again yet. */
export const lasts = (certificate: X509Certificate, end: Date, now: Date): boolean => {
  const until = Date.parse(certificate.validTo);
  return until >= end.getTime() || until - now.getTime() > margin;
};

/** With what people read about it. */
export const described = (pair: KeyPair): DoorCertificate => {
  const certificate = new X509Certificate(pair.certificatePem);
  return { ...pair, fingerprint: certificate.fingerprint256, end: new Date(certificate.validTo) };
};

interface ClassRequest {
  /** Where it is kept: the folder `ca` of the class's own. */
  folder: string;
  /** The class, for the authority's name. */
  title: string;
  names: Names;
  end: Date;
}

/**
 * The certificate of the class's own authority, which may sign for the door's names alone. Both are made once and kept:
 * what is printed and imported holds. Another is made when the names change, or a week before one ends too early.
 */
export async function classCertificate(
  { folder, title, names, end }: ClassRequest,
  { write }: Pick<Context, 'write'>,
  now = new Date(),
): Promise<DoorCertificate> {
  const place = (name: string) => ({ crt: join(folder, `${name}.crt`), key: join(folder, `${name}.key`) });
  const daysTo = (time: Date) => Math.max(1, Math.ceil((time.getTime() - Date.now()) / day));

  const keptAuthority = await readPair(place('authority'));
  const authority =
    keptAuthority && (await maySign(keptAuthority, names)) && lasts(certificateOf(keptAuthority), end, now)
      ? keptAuthority
      : await createAuthority(`${title} (class)`, {
          days: daysTo(end) + spareAuthorityDays,
          only: { ...names, dnsNames: names.dnsNames.filter((name) => !name.startsWith('*.')) },
        });

  const keptLeaf = authority === keptAuthority ? await readPair(place('door')) : undefined;
  const isGood =
    keptLeaf &&
    [...names.dnsNames, ...names.ipAddresses].every((name) => covers(certificateOf(keptLeaf), name)) &&
    lasts(certificateOf(keptLeaf), end, now);
  const leaf = isGood
    ? keptLeaf
    : await issue(authority, {
        commonName: 'door of the class',
        ...names,
        usage: 'server',
        days: Math.min(mostLeafDays, daysTo(end) + margin / day),
      });

  await write([...filesOf(place('authority'), authority), ...filesOf(place('door'), leaf)]);
  const { fingerprint256 } = certificateOf(authority);
  return {
    ...described({ ...leaf, certificatePem: leaf.certificatePem + authority.certificatePem }),
    authority: { file: place('authority').crt, fingerprint: fingerprint256 },
  };
}

const certificateOf = ({ certificatePem }: KeyPair): X509Certificate => new X509Certificate(certificatePem);

async function maySign({ certificatePem }: KeyPair, { dnsNames, ipAddresses }: Names): Promise<boolean> {
  const permitted = await permittedNames(certificatePem);
  if (!permitted) return false;
  const isBelow = (name: string) => permitted.dnsNames.some((above) => name === above || name.endsWith(`.${above}`));
  return dnsNames.every(isBelow) && ipAddresses.every((address) => permitted.ipAddresses.includes(address));
}

/** Undefined if there is none, or it cannot be read as one. */
async function readPair(files: { crt: string; key: string }): Promise<KeyPair | undefined> {
  try {
    const [certificatePem, keyPem] = await Promise.all([readFile(files.crt, 'utf8'), readFile(files.key, 'utf8')]);
    const isPair = new X509Certificate(certificatePem).checkPrivateKey(createPrivateKey(keyPem));
    return isPair ? { certificatePem, keyPem } : undefined;
  } catch {
    return undefined;
  }
}

const filesOf = (files: { crt: string; key: string }, pair: KeyPair): FileContent[] => [
  { path: files.crt, content: pair.certificatePem, mode: 0o600 },
  { path: files.key, content: pair.keyPem, mode: 0o600 },
];
