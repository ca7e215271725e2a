// The keys of a profile about a class: who is in it, what a seat has, how students come in.
import { z } from 'zod';
import { labelName, quantity } from './profile-shapes.ts';

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

const domainName = /^(?=.{1,190}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)+$/;

const paths = z.array(z.string().min(1, 'expected the path of a file or folder')).default([]);

const executors = z.strictObject({
  count: z.int().min(0).max(100).default(2).describe('How many executors a student can have at a time.'),
  cores: quantity.default('200m').describe('CPU that each executor requests.'),
  memory: quantity.default('512Mi').describe("Memory of each executor's JVM; Spark adds its overhead."),
});

const seat = z.strictObject({
  cores: quantity.default('200m').describe("CPU that a student's notebook server requests."),
  memory: quantity
    .default('1Gi')
    .describe("Memory of a student's notebook server; a kernel with a Spark session takes about 700Mi."),
  storage: quantity.default('1Gi').describe("Size of the claim with a student's work folder."),
  executors: executors.prefault({}).describe('Executors of a student.'),
});

const door = z.strictObject({
  port: z
    .int()
    .min(1)
    .max(65_535)
    .default(8443)
    .describe('Port of the first seat; each further seat has the next one. With a domain, the port of all seats.'),
  domain: z
    .string()
    .regex(domainName, 'expected a domain name in lower case, such as class.example.org')
    .optional()
    .describe('Domain of the class: each seat is a host below it, such as ada.class.example.org.'),
  certificate: z
    .string()
    .min(1)
    .optional()
    .describe('File with the certificate of the door and its chain, in PEM; by default a certificate of the class.'),
  key: z.string().min(1).optional().describe('File with the private key of that certificate, in PEM.'),
});

export const classroom = z.strictObject({
  name: labelName(20).default('class').describe('Name of the class; namespaces of students begin with it.'),
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
  seat: seat.prefault({}).describe('What each student has.'),
  notebooks: paths.describe('Notebooks and folders that each student gets.'),
  data: paths.describe('Files and folders with data that each student can read.'),
  pace: z
    .int()
    .min(1)
    .max(600)
    .optional()
    .describe('How many notebook servers start in a minute; by default as many as the nodes can carry.'),
  door: door.prefault({}).describe('How students connect.'),
});
