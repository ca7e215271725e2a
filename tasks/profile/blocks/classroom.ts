// The keys of a profile for a class: students, seats and the door.
import { isIP, isIPv4 } from 'node:net';
import * as z from 'zod';
import { cidr, idleTime, labelName, quantity, size } from './shapes.ts';

/**
 * `2026-12-18T18:00`, with seconds and an offset if given; in this machine's time zone without one. Undefined for anything
 * else, and for days that no calendar has.
 */
export function parseMoment(text: string): Date | undefined {
  const [, day, time, offset] = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)\s?(Z|[+-]\d\d:\d\d)?$/.exec(text) ?? [];
  if (!day || !time) return undefined;
  const isDay = new Date(`${day}T00:00:00Z`);
  const moment = new Date(`${day}T${time}${offset ?? ''}`);
  // A calendar without 30 February takes it for 2 March.
  const isReal = !Number.isNaN(isDay.getTime()) && isDay.toISOString().startsWith(day);
  return isReal && !Number.isNaN(moment.getTime()) ? moment : undefined;
}

/** A domain name with at least one dot, short enough to have the names of students before it. */
export const domainName = /^(?=.{1,190}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)+$/;

/** What is said of a name that `domainName` does not match. */
export const domainExpected = 'expected a domain name in lower case, such as class.example.org';

const paths = z.array(z.string().min(1, 'expected the path of a file or folder')).default([]);

const executors = z.strictObject({
  count: z.int().min(0).max(100).default(2).describe('Number of executors that a student can have at a time.'),
  cores: quantity.default('200m').describe('CPU that each executor requests.'),
  memory: size.default('512Mi').describe("Memory of each executor's JVM; Spark adds its overhead."),
});

const seat = z.strictObject({
  cores: quantity.default('200m').describe("CPU that a student's notebook server requests."),
  memory: size
    .default('1Gi')
    .describe("Memory of a student's notebook server; a kernel with a Spark session takes about 700Mi."),
  storage: size.default('1Gi').describe("Size of the claim with a student's work folder."),
  scratch: size
    .default('2Gi')
    .describe("Space on the node's disk for each pod of a student, without the work folder; Spark's shuffles use it."),
  executors: executors.prefault({}).describe('Executors of a student.'),
});

const loadBalancer = z.strictObject({
  sources: z
    .array(z.string().regex(cidr, 'expected a network such as 203.0.113.0/24'))
    .min(1, 'expected a network such as 203.0.113.0/24')
    .optional()
    .describe('Networks from which the door can be reached, such as [203.0.113.0/24]; by default from everywhere.'),
  address: z
    .string()
    .refine(isIPv4, 'expected an address such as 203.0.113.7')
    .optional()
    .describe('Reserved address of the load balancer: links then stay valid with a new cluster. Not on DigitalOcean.'),
});

const acme = z.strictObject({
  email: z
    .string()
    .regex(/^[^\s@]+@[^\s@]+\.[^\s@]+$/, 'expected an address such as you@example.org')
    .describe('Your e-mail address for the authority; with this key you accept its terms of service.'),
  directory: z
    .string()
    .regex(/^https:\/\/\S+$/, 'expected an address that begins with https://')
    .default('https://acme-v02.api.letsencrypt.org/directory')
    .describe("The authority's ACME directory."),
});

const door = z.strictObject({
  address: z
    .string()
    .refine((text) => isIP(text) !== 0 && !text.includes('%'), 'expected an address such as 192.168.1.20')
    .optional()
    .describe(
      "Address of the door's machine in the network of the class; by default the address of the default route.",
    ),
  port: z
    .int()
    .min(1)
    .max(65_535)
    .optional()
    .describe(
      'Port of the first seat, by default 8443; each further seat has the next port. With a domain, the port of all seats, by default 443 where a load balancer leads to the door.',
    ),
  domain: z
    .string()
    .regex(domainName, domainExpected)
    .optional()
    .describe('Domain of the class: each seat is a host below it, such as ada.class.example.org.'),
  certificate: z
    .string()
    .min(1)
    .optional()
    .describe('File with the certificate of the door and its chain, in PEM; by default a certificate of the class.'),
  key: z.string().min(1).optional().describe('File with the private key of that certificate, in PEM.'),
  acme: acme
    .optional()
    .describe(
      'Certificate that firesteel orders for all hosts of the domain; a TXT record in DNS proves that the domain is yours.',
    ),
  loadBalancer: loadBalancer.prefault({}).describe('The load balancer that leads to the door on clusters of a cloud.'),
});

/** The name of a class that is given none. */
export const usualClass = 'class';

/** A class in a message: the one without a name is just the class. */
export const shownClass = (name: string): string => (name === usualClass ? 'the class' : `class ${name}`);

export const classroom = z.strictObject({
  name: labelName(20).default(usualClass).describe('Name of the class; namespaces of students begin with it.'),
  roster: z.string().min(1).optional().describe('File with the class list: an export, a sheet or a typed list.'),
  column: z
    .string()
    .min(1)
    .optional()
    .describe('Title of the column that identifies people, if the list has several candidates.'),
  names: z
    .enum(['readable', 'seats'])
    .default('readable')
    .describe("How students are named in the cluster: after the list's names, or seat-01, seat-02, …"),
  end: z
    .string()
    .refine((text) => parseMoment(text) !== undefined, 'expected a date and time such as 2026-12-18T18:00')
    .optional()
    .describe("When the class ends, in this machine's time zone unless an offset follows; tokens end one hour later."),
  seat: seat.prefault({}).describe('CPU, memory, storage and executors of each student.'),
  internet: z
    .boolean()
    .default(true)
    .describe('Whether seats reach the internet, as pip install does; private networks stay closed either way.'),
  networks: z
    .array(z.string().regex(cidr, 'expected a network such as 10.20.0.0/24'))
    .default([])
    .describe('Private networks that seats reach, such as [10.20.0.0/24]; the server of storage is open without it.'),
  kernelIdleTimeout: idleTime
    .optional()
    .describe(
      "How long an idle kernel of a student stays; by default until the student's server ends, for example by classroom pause.",
    ),
  notebooks: paths.describe('Notebooks and folders that each student gets.'),
  data: paths.describe('Files and folders with data that each student can read.'),
  pace: z
    .int()
    .min(1)
    .max(600)
    .optional()
    .describe('Number of notebook servers that start in a minute; by default as many as the nodes can carry.'),
  door: door.prefault({}).describe('How students connect.'),
});
