// The rows of `classroom verify` about the door: all as they should be, and wrong once the rule behind them is gone.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cookieAttempts } from '../../tasks/classroom/verify/cookie-attempts.ts';
import { doorAttempts } from '../../tasks/classroom/verify/door-attempts.ts';
import { isAsExpected, rowOf } from '../../tasks/classroom/verify/row.ts';
import { type Class, openClass } from './door/class.ts';
import type { Changes } from './door/nginx.ts';

const suite = process.platform === 'linux' ? describe : describe.skip;

suite('what verify says of the door', () => {
  let room: Class;

  beforeAll(async () => {
    room = await openClass();
  });
  afterAll(() => room.close());

  const mirror = async () => ({ path: '/spark/4040/cookies', end: async () => {} });

  /** The attempts that do not end as they should, by what they try. */
  async function wrongRows(): Promise<string[]> {
    const { ada, bob } = room.places;
    const door = { host: '127.0.0.1', port: room.door().port };
    const attempts = [
      ...doorAttempts(door, ada.seat, bob.seat, { signal: new AbortController().signal }),
      ...cookieAttempts(door, ada.seat, mirror),
    ];
    const rows = await Promise.all(attempts.map(rowOf));
    return rows.filter((row) => !isAsExpected(row)).map(({ what }) => what);
  }

  test('is that all is as it should be', async () => expect(await wrongRows()).toEqual([]));

  test.each<[rule: string, changes: Changes, rows: string[]]>([
    ['strips cookies on the way in', { 'proxy_set_header Cookie "";': '' }, ["read a browser's cookie in a pod"]],
    [
      'strips cookies on the way out',
      { 'proxy_hide_header Set-Cookie;': '' },
      ['set a cookie in a browser from a pod'],
    ],
    [
      'binds a cookie to its seat',
      { '"~^(?<own>[a-z0-9-]+)/\\k<own>$" $own;': '"~/(?<own>[a-z0-9-]+)$" $own;' },
      [
        'open their own seat without a cookie',
        'open another seat with their own cookie',
        "open another seat with their own value in a cookie of that seat's name",
        'read the pages of Spark of another seat',
      ],
    ],
    [
      'compares a code with the seat',
      {
        'if ($code_student = "") { return 404; }': '',
        'if ($code_student != $student_here) { return 303 https://$code_host/j/$code; }': '',
      },
      ['open a seat with an invalid code', "open a seat with another student's code at their own address"],
    ],
    [
      'asks changes for their origin',
      { 'if ($is_foreign) { return 403; }': '' },
      ['change something from a page of another origin'],
    ],
    [
      'refuses parts of other pages',
      { 'if ($is_foreign_part) { return 403; }': '' },
      ['load a part of the seat into a page of another origin'],
    ],
    ['refuses service workers', { 'if ($is_service_worker) { return 403; }': '' }, ['install a service worker']],
  ])('is what goes wrong without the rule that %s', async (_, changes, rows) => {
    await room.replace(undefined, undefined, changes);
    expect(await wrongRows()).toEqual(rows);
  });
});
