// The classroom block of a profile: its defaults, and the exact line for each kind of bad value.
import { expect, test } from 'vitest';
import { usageText } from '../../../tasks/core/failure.ts';
import { parseMoment } from '../../../tasks/profile/blocks/classroom.ts';
import { readProfile } from '../../../tasks/profile/read.ts';
import { ownFiles } from '../own-files.ts';

const { path, put } = ownFiles();
const read = (text: string) => readProfile(put('x.yaml', text), []);

test('a profile without keys of a class has a small class', async () =>
  expect((await read('')).classroom).toEqual({
    name: 'class',
    names: 'readable',
    seat: {
      cores: '200m',
      memory: '1Gi',
      storage: '1Gi',
      scratch: '2Gi',
      executors: { count: 2, cores: '200m', memory: '512Mi' },
    },
    internet: true,
    networks: [],
    notebooks: [],
    data: [],
    door: { loadBalancer: {} },
  }));

test('a whole class is read, with numbers and times written bare', async () => {
  const { classroom } = await read(`
classroom:
  name: spark-101
  roster: lists/spark-101.csv
  column: SIS Login ID
  names: seats
  end: 2026-12-18T18:00
  seat: {cores: 1, memory: 2Gi, storage: 5Gi, executors: {count: 3, cores: 0.5, memory: 1Gi}}
  notebooks: [notebooks/pi.ipynb, lessons]
  data: [digits.csv]
  pace: 30
  door: {port: 443, domain: class.example.org, certificate: tls.crt, key: tls.key}
`);
  expect(classroom).toMatchObject({
    name: 'spark-101',
    end: '2026-12-18T18:00',
    seat: { cores: '1', executors: { count: 3, cores: '0.5' } },
    door: { port: 443, domain: 'class.example.org' },
  });
});

const whenExpected = 'expected a date and time such as 2026-12-18T18:00';

test.each([
  ['classroom: {rostr: a.csv}', '13: classroom.rostr: unknown key; did you mean "roster"?'],
  ['classroom: {seat: {executor: 2}}', '20: classroom.seat.executor: unknown key; did you mean "executors"?'],
  ['classroom: {name: Spark}', /^19: classroom\.name: expected lower-case letters, digits and "-", .*, got "Spark"$/],
  ['classroom: {name: a-class-of-great-length}', /^19: classroom\.name: expected at most 20 characters, got /],
  ['classroom: {names: seat}', '20: classroom.names: expected readable or seats, got "seat"; did you mean "seats"?'],
  ['classroom: {end: tomorrow}', `18: classroom.end: ${whenExpected}, got "tomorrow"`],
  ['classroom: {end: 2026-12-18}', `18: classroom.end: ${whenExpected}, got "2026-12-18"`],
  ['classroom: {end: 2026-02-30T10:00}', `18: classroom.end: ${whenExpected}, got "2026-02-30T10:00"`],
  [
    'classroom: {seat: {memory: 1 GB}}',
    '28: classroom.seat.memory: expected a size such as 512Mi or 4Gi, got "1 GB"; did you mean "1Gi"?',
  ],
  ['classroom: {notebooks: pi.ipynb}', '24: classroom.notebooks: expected a list, as in [pi.ipynb], got "pi.ipynb"'],
  ['classroom: {internet: closed}', '23: classroom.internet: expected true or false, got "closed"'],
  [
    'classroom: {networks: [school]}',
    '24: classroom.networks[0]: expected a network such as 10.20.0.0/24, got "school"',
  ],
  ...['10.20.0.0/99', '300.1.1.0/24', '10.020.0.0/24'].map((network): [string, string] => [
    `classroom: {networks: ["${network}"]}`,
    `24: classroom.networks[0]: expected a network such as 10.20.0.0/24, got "${network}"`,
  ]),
  [
    'classroom: {door: {address: "fe80::1%eth0"}}',
    '29: classroom.door.address: expected an address such as 192.168.1.20, got "fe80::1%eth0"',
  ],
  ['classroom: {pace: 0}', '19: classroom.pace: expected a whole number from 1 to 600, got 0'],
  [
    'classroom: {door: {address: 192.168.1.300}}',
    '29: classroom.door.address: expected an address such as 192.168.1.20, got "192.168.1.300"',
  ],
  ['classroom: {door: {port: 70000}}', '26: classroom.door.port: expected a whole number from 1 to 65535, got 70000'],
  [
    'classroom: {door: {domain: localhost}}',
    '28: classroom.door.domain: expected a domain name in lower case, such as class.example.org, got "localhost"',
  ],
  ['classroom: {door: {certificate: tls.crt}}', '33: classroom.door.certificate: needs classroom.door.key'],
  ['classroom: {door: {key: tls.key}}', '25: classroom.door.key: needs classroom.door.certificate'],
  [
    'classroom: {door: {loadBalancer: {sources: [everybody]}}}',
    '45: classroom.door.loadBalancer.sources[0]: expected a network such as 203.0.113.0/24, got "everybody"',
  ],
  [
    'classroom: {door: {loadBalancer: {address: here}}}',
    '44: classroom.door.loadBalancer.address: expected an address such as 203.0.113.7, got "here"',
  ],
  [
    'classroom: {door: {domain: a.example.org, acme: {email: me}}}',
    '57: classroom.door.acme.email: expected an address such as you@example.org, got "me"',
  ],
  [
    'classroom: {door: {domain: a.example.org, acme: {email: me@example.org, directory: letsencrypt}}}',
    '84: classroom.door.acme.directory: expected an address that begins with https://, got "letsencrypt"',
  ],
  ['classroom: {door: {acme: {email: me@example.org}}}', '20: classroom.door.acme: needs classroom.door.domain'],
  [
    'classroom: {door: {domain: a.example.org, certificate: a, key: b, acme: {email: me@example.org}}}',
    '67: classroom.door.acme: conflicts with classroom.door.certificate: keep one of the two',
  ],
])('%s is refused with its place', async (text, line) => {
  const message = await read(text).then(() => 'accepted', usageText);
  expect(message.replace(`${path('x.yaml')}:1:`, '')).toEqual(
    typeof line === 'string' ? line : expect.stringMatching(line),
  );
});

test.each([
  ['2026-12-18T18:00Z', '2026-12-18T18:00:00.000Z'],
  ['2026-12-18 18:00:30 +02:00', '2026-12-18T16:00:30.000Z'],
  ['2028-02-29T10:00-05:00', '2028-02-29T15:00:00.000Z'],
  ['2026-12-18T25:00', undefined],
  ['2026-13-01T10:00', undefined],
  ['18.12.2026 18:00', undefined],
])('the moment %s is %s', (text, moment) => expect(parseMoment(text)?.toISOString()).toBe(moment));

test('a moment without an offset is one of this machine', () =>
  expect(parseMoment('2026-12-18T18:00')).toEqual(new Date(2026, 11, 18, 18)));
