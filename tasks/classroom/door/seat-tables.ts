// Writes seats.conf, the door's tables of all seats, which only a Secret may hold. Pure.
import { Failure } from '../../core/failure.ts';
import type { Seat } from '../types.ts';

/** What each part of a seat looks like. Nothing else gets into the configuration of nginx. */
const shapes: Record<keyof Seat, RegExp> = {
  student: /^(?=.{1,40}$)[a-z](?:[a-z0-9-]*[a-z0-9])?$/,
  namespace: /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
  code: /^[0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4}){2}$/,
  cookie: /^[0-9a-f]{32}$/,
  token: /^[0-9a-f]{48}$/,
  host: /^(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?|\[[0-9a-f:]+\])(?::[1-9][0-9]{0,4})?$/,
};

/** What only one seat may have; two with the same would open each other's place. */
const unique = ['student', 'namespace', 'code', 'cookie', 'token', 'host'] as const;

/** Never shown, not even in a message. */
const secrets: readonly string[] = ['code', 'cookie', 'token'];

/** What is wrong with these seats, all at once. */
export function seatProblems(seats: readonly Seat[]): string[] {
  const misshapen = seats.flatMap((seat) =>
    Object.entries(shapes)
      .filter(([part, shape]) => !shape.test(seat[part as keyof Seat]))
      .map(([part]) => `seat ${JSON.stringify(seat.student)}: ${part}${shownValue(seat, part)} is not valid`),
  );
  const repeated = unique.flatMap((part) => {
    const first = new Map<string, Seat>();
    return seats.flatMap((seat) => {
      const other = first.get(seat[part]);
      first.set(seat[part], other ?? seat);
      return other ? [`seats ${other.student} and ${seat.student} have the same ${part}${shownValue(seat, part)}`] : [];
    });
  });
  return [...misshapen, ...repeated];
}

const shownValue = (seat: Seat, part: string): string =>
  secrets.includes(part) ? '' : ` ${JSON.stringify(seat[part as keyof Seat])}`;

/** Names that nginx would take for a parameter of the table; a backslash makes them a value, and nginx reads two as one. */
const parameters = ['default', 'hostnames', 'include', 'volatile'];

const table = (from: string, to: string, rows: readonly (readonly [string, string])[]): string =>
  [
    `map $${from} $${to} {`,
    '  default "";',
    ...rows.map(([key, value]) => `  "${parameters.includes(key) ? '\\\\' : ''}${key}" "${value}";`),
    '}\n',
  ].join('\n');

/** The file. Throws Failure with every problem of the seats. */
export function seatTables(seats: readonly Seat[]): string {
  const problems = seatProblems(seats);
  if (problems.length > 0) throw new Failure(problems.join('\n'));
  const sorted = [...seats].sort((a, b) => (a.student < b.student ? -1 : 1));
  const rows = (from: keyof Seat, to: keyof Seat, before = '') =>
    sorted.map((seat) => [seat[from], `${before}${seat[to]}`] as const);
  return [
    table('code', 'code_student', rows('code', 'student')),
    table('code_student', 'code_cookie', rows('student', 'cookie')),
    table('code_student', 'code_host', rows('student', 'host')),
    table('http_host', 'student_here', rows('host', 'student')),
    table('cookie', 'cookie_student', rows('cookie', 'student')),
    table('seat', 'token', rows('student', 'token', 'token ')),
    table('seat', 'namespace', rows('student', 'namespace')),
  ].join('\n');
}
