import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { earlyEnd, givenCertificate } from '../../../../tasks/classroom/door/given-certificate.ts';
import { classroomWith } from '../../../../tasks/classroom.ts';
import { createAuthority, issue } from '../../../../tasks/core/certificates.ts';
import { readProfile } from '../../../../tasks/profile/read.ts';
import { ownFolder } from '../../../own-folder.ts';
import { planFor } from '../../../plan-of.ts';

const folder = ownFolder();
const hosts = ['ada.class.example.org', 'bob.class.example.org:8443'];
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000);

const save = async (name: string, dnsNames: string[], days = 60) => {
  const pair = await issue(await createAuthority('some'), { commonName: 'x', usage: 'server', dnsNames, days });
  const files = { certificate: join(folder, `${name}.pem`), key: join(folder, `${name}.key`) };
  writeFileSync(files.certificate, pair.certificatePem);
  writeFileSync(files.key, pair.keyPem);
  return files;
};

const refusal = (files: { certificate: string; key: string }, now = new Date()): Promise<string> =>
  givenCertificate(files, { hosts, now }).then(
    () => 'taken',
    (error: Error) => error.message.replaceAll(`${folder}/`, ''),
  );

/** A class of a domain whose door shows these files. */
const profileWith = ({ certificate, key }: { certificate: string; key: string }, ...sets: string[]) =>
  readProfile('local', [
    'classroom.door.domain=class.example.org',
    `classroom.door.certificate=${certificate}`,
    `classroom.door.key=${key}`,
    ...sets,
  ]);

test('a given certificate is taken if it is for every host', async () => {
  const files = await save('good', ['*.class.example.org']);
  const given = await givenCertificate(files, { hosts });
  expect(given.certificatePem).toBe(readFileSync(files.certificate, 'utf8'));
});

test('a given certificate is refused with everything that is wrong with it', async () => {
  const short = await save('short', ['ada.class.example.org'], 5);
  const other = await save('other', ['ada.class.example.org']);
  expect((await refusal({ ...short, key: other.key }, inDays(6))).split('\n')).toEqual([
    'other.key: not the key of short.pem',
    expect.stringMatching(/^short\.pem: expired on .+ GMT$/),
    'short.pem: does not cover bob.class.example.org',
  ]);
});

test('a given certificate is refused if a file is missing or is something else', async () => {
  const { certificate, key } = await save('half', ['*.class.example.org']);
  expect(await refusal({ certificate, key: join(folder, 'no.key') })).toBe('no.key: not found');
  expect(await refusal({ certificate: key, key })).toBe('half.key: not a valid PEM file');
  expect(await refusal({ certificate, key: certificate })).toBe('half.pem: not a valid PEM file');
});

test.each(['plan', 'apply'])(
  '%s refuses a certificate that covers no student, before it makes a seat',
  async (action) => {
    const files = await save('elsewhere', ['ada.class.example.org']);
    const list = join(folder, 'list.txt');
    writeFileSync(list, 'ada\nbob');
    const { problems } = await planFor(classroomWith(), await profileWith(files), [action, list]);
    expect(problems).toContain(`${files.certificate}: does not cover bob.class.example.org`);
  },
);

test('a given certificate that ends before the class is taken, with a line that has the date', async () => {
  const files = await save('early', ['*.class.example.org'], 5);
  expect(await refusal(files)).toBe('taken');
  expect(await earlyEnd(await profileWith(files))).toEqual([
    expect.stringMatching(/early\.pem: valid until \d{4}-\d\d-\d\d, before the class ends: replace the file by then/),
  ]);
  const end = inDays(2).toISOString().slice(0, 16);
  expect(await earlyEnd(await profileWith(files, `classroom.end=${end}`))).toEqual([]);
});
