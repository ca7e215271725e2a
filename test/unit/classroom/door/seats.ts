// Seats for tests of the door.
import { createHash } from 'node:crypto';
import type { Seat } from '../../../../tasks/classroom/types.ts';

const digest = (text: string, length: number) => createHash('sha512').update(text).digest('hex').slice(0, length);

/** The seat of a student, with secrets that follow from the name. */
export const seatOf = (student: string, host: string): Seat => ({
  student,
  namespace: `data-${student}`,
  code: (digest(`code ${student}`, 12).toUpperCase().match(/.{4}/g) ?? []).join('-'),
  cookie: digest(`cookie ${student}`, 32),
  token: digest(`token ${student}`, 48),
  host,
});
