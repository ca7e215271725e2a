import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, createServer } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { classCertificate, namesOf } from '../../../../tasks/classroom/door/certificate.ts';
import { createAuthority, issue, type KeyPair, permittedNames } from '../../../../tasks/core/certificates.ts';
import { writeFiles } from '../../../../tasks/core/files/changes.ts';

const day = 86_400_000;
const inDays = (days: number) => new Date(Date.now() + days * day);
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'certificate-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

test('names follow from the hosts of seats, and those of a domain are one wildcard', () => {
  expect(namesOf(['192.168.1.20:8443', '192.168.1.20:8444', '[2001:db8::1]:8443'])).toEqual({
    dnsNames: [],
    ipAddresses: ['192.168.1.20', '2001:db8::1'],
  });
  const hosts = ['ada.class.example.org', 'bob.class.example.org'];
  expect(namesOf(hosts)).toEqual({ dnsNames: hosts, ipAddresses: [] });
  expect(namesOf(hosts, 'class.example.org').dnsNames).toEqual(['class.example.org', '*.class.example.org']);
});

/** What a client that trusts the authority says to a server with the certificate. */
const handshake = (authority: KeyPair, leaf: KeyPair, name: string): Promise<string> =>
  new Promise((resolve) => {
    const server = createServer({ cert: leaf.certificatePem, key: leaf.keyPem }).listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      const socket = connect({ host: '127.0.0.1', port, ca: authority.certificatePem, servername: name });
      const end = (text: string) => {
        socket.destroy();
        server.close();
        resolve(text);
      };
      socket.on('secureConnect', () => end('accepted'));
      socket.on('error', ({ message }) => end(message));
    });
    server.on('tlsClientError', () => {});
  });

describe('an authority with name constraints', () => {
  const lan = { dnsNames: [], ipAddresses: ['127.0.0.1', '::1'] };
  const domain = { dnsNames: ['class.example.org'], ipAddresses: [] };

  const dns = (name: string) => ({ dnsNames: [name], ipAddresses: [] });
  const addresses = (...ipAddresses: string[]) => ({ dnsNames: [], ipAddresses });

  test.each([
    { of: 'an address', only: lan, to: 'it', names: addresses('127.0.0.1'), answer: 'accepted' },
    {
      of: 'an address',
      only: lan,
      to: 'another, too',
      names: addresses('127.0.0.1', '127.0.0.2'),
      answer: 'permitted',
    },
    { of: 'an address', only: lan, to: 'one of IPv6', names: addresses('127.0.0.1', '::2'), answer: 'permitted' },
    { of: 'an address', only: lan, to: 'a name', names: dns('www.example.org'), answer: 'permitted' },
    { of: 'a domain', only: domain, to: 'all below it', names: dns('*.class.example.org'), answer: 'accepted' },
    { of: 'a domain', only: domain, to: 'another name', names: dns('www.example.org'), answer: 'permitted' },
    { of: 'a domain', only: domain, to: 'an address', names: addresses('127.0.0.1'), answer: 'excluded' },
  ])('of $of that signs for $to gets "$answer" from a client', async ({ only, names, answer }) => {
    const authority = await createAuthority('class', { days: 2, only });
    expect(await permittedNames(authority.certificatePem)).toEqual(only);
    const leaf = await issue(authority, { commonName: 'door', usage: 'server', ...names });
    const said = await handshake(authority, leaf, names.dnsNames[0]?.replace('*', 'ada') ?? '');
    expect(said).toBe(answer === 'accepted' ? answer : `${answer} subtree violation`);
  });

  test('cannot be made to sign for clients', async () => {
    const { certificatePem } = await createAuthority('class', { days: 2, only: lan });
    expect(new X509Certificate(certificatePem).keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
  });
});

describe('the certificate of a class', () => {
  const names = { dnsNames: [], ipAddresses: ['127.0.0.1'] };
  const request = (name: string, days: number) => ({
    folder: join(folder, name),
    title: 'Data',
    names,
    end: inDays(days),
  });
  const context = { write: writeFiles };

  test('is made once and kept, with keys that only their owner reads', async () => {
    const first = await classCertificate(request('kept', 30), context);
    const second = await classCertificate(request('kept', 30), context);
    expect(second).toEqual(first);
    for (const name of ['authority.key', 'door.key'])
      expect(statSync(join(folder, 'kept', name)).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'kept')).mode & 0o777).toBe(0o700);
    expect(first.fingerprint).toMatch(/^(?:[0-9A-F]{2}:){31}[0-9A-F]{2}$/);
    expect(first.authority?.fingerprint).toBe(
      new X509Certificate(readFileSync(first.authority?.file ?? '')).fingerprint256,
    );
    const authority = { certificatePem: readFileSync(first.authority?.file ?? '', 'utf8'), keyPem: '' };
    expect(await handshake(authority, first, '')).toBe('accepted');
    expect(first.end.getTime()).toBeGreaterThan(inDays(36).getTime());
  });

  test('is renewed by the same authority a week before it ends, and not before', async () => {
    const first = await classCertificate(request('long', 600), context);
    expect(first.end.getTime()).toBeLessThan(inDays(398).getTime());
    const week = new Date(first.end.getTime() - 7 * day);
    const before = await classCertificate(request('long', 600), context, new Date(week.getTime() - day));
    expect(before.fingerprint).toBe(first.fingerprint);
    const after = await classCertificate(request('long', 600), context, new Date(week.getTime() + day));
    expect(after.fingerprint).not.toBe(first.fingerprint);
    expect(after.authority).toEqual(first.authority);
  });

  test('is not renewed after the class', async () => {
    const first = await classCertificate(request('over', 3), context);
    const later = await classCertificate(request('over', 3), context, inDays(9));
    expect(later.fingerprint).toBe(first.fingerprint);
  });

  test('has another authority after a change of the address, because the old one must not sign for it', async () => {
    const first = await classCertificate(request('moved', 30), context);
    const moved = { dnsNames: [], ipAddresses: ['192.168.1.20'] };
    const second = await classCertificate({ ...request('moved', 30), names: moved }, context);
    expect(second.authority?.fingerprint).not.toBe(first.authority?.fingerprint);
    expect(new X509Certificate(second.certificatePem).checkIP('192.168.1.20')).toBe('192.168.1.20');
  });

  test('is made again from a folder with a damaged file', async () => {
    const first = await classCertificate(request('damaged', 30), context);
    writeFileSync(join(folder, 'damaged', 'door.key'), 'cut off');
    const second = await classCertificate(request('damaged', 30), context);
    expect(second.fingerprint).not.toBe(first.fingerprint);
    expect(second.authority).toEqual(first.authority);
  });

  test('serves every name of a domain', async () => {
    const domain = namesOf(['ada.class.example.org'], 'class.example.org');
    const made = await classCertificate({ ...request('domain', 30), names: domain }, context);
    expect(new X509Certificate(made.certificatePem).checkHost('late.class.example.org')).toBeDefined();
    expect(await classCertificate({ ...request('domain', 30), names: domain }, context)).toEqual(made);
  });
});
