// A certificate for a class's domain from a real ACME server, with the record that a teacher would make by hand.
import { X509Certificate } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { certificateSteps, isDue, orderedCertificate } from '../../tasks/classroom/door/ordered-certificate.ts';
import { doorCertificate } from '../../tasks/classroom/door/steps.ts';
import { classPath } from '../../tasks/classroom/folder.ts';
import { newAcmeKey, orderCertificate } from '../../tasks/core/network/acme.ts';
import { readProfile } from '../../tasks/profile/read.ts';
import type { Profile } from '../../tasks/profile/schema.ts';
import type { Context, SingleStep } from '../../tasks/steps/types.ts';
import { memoryKube } from '../fakes/memory-kube.ts';
import { ownFolderOfEach } from '../own-folder.ts';
import { contextOf } from '../unit/runs/run-context.ts';
import { freePort, type Pebble, pebblePrograms, startPebble } from './pebble.ts';

const day = 86_400_000;
const domain = 'class.example.org';
const recordName = `_acme-challenge.${domain}`;
const { signal } = new AbortController();
const ownFolder = ownFolderOfEach();
let pebble: Pebble;
let missing: string | undefined;

beforeAll(async () => {
  const programs = await pebblePrograms(signal);
  if ('missing' in programs) missing = programs.missing;
  else pebble = await startPebble(programs.folder, signal);
}, 600_000);
afterAll(() => pebble?.stop());
beforeEach(async (context) => {
  if (missing) return context.skip(missing);
  await pebble.removeText(recordName);
});

const profile = (...sets: string[]): Promise<Profile> =>
  readProfile('local', [
    ...[`classroom.door.domain=${domain}`, 'classroom.door.acme.email=teacher@example.org'],
    ...[`classroom.door.acme.directory=${pebble.directory}`, ...sets],
  ]);

const contextFor = (own: Profile): Context => ({ ...contextOf(memoryKube([]).kube), profile: own });

/** Runs the step as a teacher who makes each record that it names, with another value where given. */
async function apply(own: Profile, make = (text: string) => pebble.setText(recordName, text)) {
  const lines: string[] = [];
  const [step] = certificateSteps(own) as [SingleStep];
  const context = contextFor(own);
  const skipped = await step.skip?.(context);
  const line = (text: string) => {
    lines.push(text);
    const [, value] = /create this DNS record: \S+ TXT "([^"]+)"/.exec(text) ?? [];
    if (value) void make(value);
  };
  if (!skipped) await step.run(context, { line });
  return { skipped, lines };
}

const files = () => readdirSync(classPath('class', 'acme'), { recursive: true, encoding: 'utf8' });
const folder = () => join(classPath('class', 'acme'), files()[0] ?? '');

test('one record is enough for a certificate of all hosts of the domain', async () => {
  const own = await profile();
  const { lines } = await apply(own);
  expect(lines[0]).toMatch(/^create this DNS record: _acme-challenge\.class\.example\.org TXT "[\w-]{43}"$/);
  const { certificatePem, fingerprint, authority } = await doorCertificate(contextFor(own), [`ada.${domain}`]);
  const certificate = new X509Certificate(certificatePem);
  expect(certificate.subjectAltName).toBe(`DNS:*.${domain}`);
  expect(certificate.checkHost(`late.${domain}`)).toBeDefined();
  // Those above it come with it, and nobody has to compare a fingerprint.
  expect(certificatePem.match(/BEGIN CERTIFICATE/g)?.length).toBeGreaterThan(1);
  expect(certificate.fingerprint256).toBe(fingerprint);
  expect(authority).toBeUndefined();
});

test('a second apply changes nothing and sends no request', async () => {
  const own = await profile();
  await apply(own);
  const before = pebble.log().length;
  expect((await apply(own)).skipped).toMatch(/^valid until /);
  expect(pebble.log().length).toBe(before);
});

test('keys are in the class’s folder, for its owner alone, and nothing half-done is left beside them', async () => {
  await apply(await profile());
  expect(readdirSync(folder()).sort()).toEqual(['account.key', 'door.crt', 'door.key']);
  for (const name of readdirSync(folder())) expect(statSync(join(folder(), name)).mode & 0o777).toBe(0o600);
  const keys = ['account.key', 'door.key'].map((name) => readFileSync(join(folder(), name), 'utf8').split('\n')[1]);
  expect(keys[0]).not.toBe(keys[1]);
  for (const key of keys) expect(pebble.log()).not.toContain(key);
});

test('a run that ended while it waited is resumed: the record it named is good', async () => {
  const own = await profile();
  const [step] = certificateSteps(own) as [SingleStep];
  const asked = new AbortController();
  let value = '';
  const interrupted = step.run(
    { ...contextFor(own), signal: asked.signal },
    {
      line: (text) => {
        value = /"([^"]+)"/.exec(text)?.[1] ?? '';
        asked.abort(new Error('interrupted'));
      },
    },
  );
  await expect(interrupted).rejects.toThrow();
  expect(readdirSync(folder()).sort()).toEqual(['account.key', 'next.key', 'order']);
  await pebble.setText(recordName, value);
  expect((await apply(own)).lines).toEqual([expect.stringMatching(/^valid until /)]);
});

test('a renewal has a new key and the same account; before it, the old one serves', async () => {
  const own = await profile();
  await apply(own);
  const first = await orderedCertificate(own);
  const account = readFileSync(join(folder(), 'account.key'), 'utf8');
  const end = Date.parse(new X509Certificate(first?.certificatePem ?? '').validTo);
  const classEnds = new Date(end + 90 * day);
  expect(isDue(first as NonNullable<typeof first>, classEnds, new Date(end - 31 * day))).toBe(false);
  expect(isDue(first as NonNullable<typeof first>, classEnds, new Date(end - 29 * day))).toBe(true);
  // A class that ends before needs none.
  expect(isDue(first as NonNullable<typeof first>, new Date(end - day), new Date(end - 29 * day))).toBe(false);
  // One that does not belong to its key is made again.
  writeFileSync(join(folder(), 'door.key'), newAcmeKey());
  await pebble.removeText(recordName);
  await apply(own);
  const second = await orderedCertificate(own);
  expect(second?.keyPem).not.toBe(first?.keyPem);
  expect(readFileSync(join(folder(), 'account.key'), 'utf8')).toBe(account);
});

test('a class keeps its certificate while a new one is not available', async () => {
  const own = await profile();
  await apply(own);
  const end = new X509Certificate((await orderedCertificate(own))?.certificatePem ?? '').validTo;
  const ends = new Date(Date.parse(end) + 90 * day).toISOString().slice(0, 16);
  const later = await profile(`classroom.end=${ends}`);
  const [step] = certificateSteps(later) as [SingleStep];
  const context = contextFor(later);
  const change = async () => {
    throw new Error('no record');
  };
  await step.run({ ...context, change }, { line: () => {} });
  expect(context.state.lines).toEqual([
    `the certificate of the door expires on ${end}, and there is no new certificate yet: no record`,
  ]);
});

test('another domain gets another certificate', async () => {
  await apply(await profile());
  const moved = await profile('classroom.door.domain=other.example.org');
  expect(await orderedCertificate(moved)).toBeUndefined();
  const { lines } = await apply(moved, (text) => pebble.setText('_acme-challenge.other.example.org', text));
  expect(lines[0]).toContain('_acme-challenge.other.example.org TXT');
});

test('a record with another value is named, and not taken for the right one', async () => {
  await pebble.setText(recordName, 'old');
  const { lines } = await apply(await profile());
  expect(lines[0]).toMatch(/ TXT "[\w-]{43}" \(it has "old"\)$/);
});

const request = {
  email: 'teacher@example.org',
  names: [`*.${domain}`],
  keepOrder: async () => {},
  prove: async () => {},
  signal,
};

test('an objection of the authority is reported, with what to do', async () => {
  const unproved = { ...request, directory: pebble.directory, accountKeyPem: newAcmeKey(), keyPem: newAcmeKey() };
  await expect(orderCertificate(unproved)).rejects.toMatchObject({
    message: expect.stringMatching(/^no certificate from 127\.0\.0\.1:\d+: the authority does not find the DNS record/),
    hint: 'run the same command again, and set the record to the value that firesteel shows',
  });
});

test('an authority that does not answer is named', async () => {
  const keys = { accountKeyPem: newAcmeKey(), keyPem: newAcmeKey() };
  await expect(
    orderCertificate({ ...request, ...keys, directory: `https://127.0.0.1:${await freePort()}/dir` }),
  ).rejects.toMatchObject({
    message: expect.stringMatching(/^no certificate from 127\.0\.0\.1:\d+: the authority does not answer: /),
  });
});

test('a dry run orders nothing', async () => {
  const own = await profile();
  const said: string[] = [];
  const [step] = certificateSteps(own) as [SingleStep];
  const change = async (what: string) => void said.push(what);
  await step.run({ ...contextFor(own), change: change as Context['change'] }, { line: () => {} });
  expect(said).toEqual([
    expect.stringMatching(/^order a certificate for \*\.class\.example\.org from 127\.0\.0\.1:\d+$/),
  ]);
  expect(existsSync(join(ownFolder(), 'firesteel', 'classes', 'class', 'acme'))).toBe(false);
});
