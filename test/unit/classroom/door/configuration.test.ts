import { describe, expect, test } from 'vitest';
import { doorConfiguration } from '../../../../tasks/classroom/door/configuration.ts';
import { seatProblems, seatTables } from '../../../../tasks/classroom/door/seat-tables.ts';
import { escaped } from '../../../../tasks/classroom/handouts/page.ts';
import { seatOf } from './seats.ts';

const settings = { title: 'Data', end: new Date('2026-12-18T17:00:00Z'), resolver: '10.96.0.10', seats: 30 };
const ada = seatOf('ada', '192.168.1.20:8443');
const bob = seatOf('bob', '192.168.1.20:8444');

/** The rows of one table, without quotes. */
function rows(tables: string, from: string, to: string): string[] {
  const [, body = ''] = new RegExp(`map \\$${from} \\$${to} \\{\\n([^}]*)\\}`).exec(tables) ?? [];
  return body
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.trim().replaceAll(/[";]/g, ''));
}

describe('the tables of seats', () => {
  const tables = seatTables([bob, ada]);

  test('lead from a code to a student, a cookie and a host', () => {
    expect(rows(tables, 'code', 'code_student')).toEqual([`${ada.code} ada`, `${bob.code} bob`]);
    expect(rows(tables, 'code_student', 'code_cookie')).toEqual([`ada ${ada.cookie}`, `bob ${bob.cookie}`]);
    expect(rows(tables, 'code_student', 'code_host')).toEqual([`ada ${ada.host}`, `bob ${bob.host}`]);
    expect(rows(tables, 'http_host', 'student_here')).toEqual([`${ada.host} ada`, `${bob.host} bob`]);
  });

  test('lead from a cookie to a student, and from the student alone to a token and a namespace', () => {
    expect(rows(tables, 'cookie', 'cookie_student')).toEqual([`${ada.cookie} ada`, `${bob.cookie} bob`]);
    expect(rows(tables, 'seat', 'token')).toEqual([`ada token ${ada.token}`, `bob token ${bob.token}`]);
    expect(rows(tables, 'seat', 'namespace')).toEqual(['ada data-ada', 'bob data-bob']);
  });

  test('are the same whatever the order of the seats', () => {
    expect(seatTables([ada, bob])).toBe(tables);
  });

  test('take names that nginx would take for parameters of a table', () => {
    const names = ['default', 'hostnames', 'include', 'volatile'];
    const [first, ...others] = rows(
      seatTables(names.map((name) => seatOf(name, `${name}.example.org`))),
      'seat',
      'token',
    );
    expect(first).toMatch(/^\\\\default token /);
    expect(others.map((row) => row.split(' ')[0])).toEqual(['\\\\hostnames', '\\\\include', '\\\\volatile']);
  });

  test('of 1,000 students with long names stay below a MiB, the most of a Secret', () => {
    const many = Array.from({ length: 1000 }, (_, i) => {
      const student = `student-with-a-name-of-forty-letters${String(i).padStart(4, '0')}`;
      return seatOf(student, `${student}.spark-in-practice.class.example.org`);
    });
    expect(many[0]?.student).toHaveLength(40);
    expect(Buffer.byteLength(seatTables(many))).toBeLessThan(2 ** 20);
  });
});

describe('seats are refused', () => {
  test.each([
    ['student', 'ada"; }', 'seat "ada\\"; }": student "ada\\"; }" is not valid'],
    ['student', 'Ada', 'seat "Ada": student "Ada" is not valid'],
    ['student', 'a'.repeat(41), `seat "${'a'.repeat(41)}": student "${'a'.repeat(41)}" is not valid`],
    ['namespace', 'data_ada', 'seat "ada": namespace "data_ada" is not valid'],
    ['host', 'https://ada.example.org', 'seat "ada": host "https://ada.example.org" is not valid'],
    ['host', '$http_host', 'seat "ada": host "$http_host" is not valid'],
    ['code', 'ILOU-0000-0000', 'seat "ada": code is not valid'],
    ['cookie', 'short', 'seat "ada": cookie is not valid'],
    ['token', `${'0'.repeat(47)}"`, 'seat "ada": token is not valid'],
  ])('with the %s %j', (part, value, problem) => {
    expect(seatProblems([{ ...ada, [part]: value }])).toEqual([problem]);
  });

  test('if two would open each other, and no message shows a secret', () => {
    const problems = seatProblems([
      ada,
      { ...bob, code: ada.code, cookie: ada.cookie, token: ada.token, host: ada.host },
    ]);
    expect(problems).toEqual([
      'seats ada and bob have the same code',
      'seats ada and bob have the same cookie',
      'seats ada and bob have the same token',
      'seats ada and bob have the same host "192.168.1.20:8443"',
    ]);
  });
});

describe('the configuration', () => {
  const files = doorConfiguration(settings);
  const conf = files['nginx.conf'] ?? '';

  test('has every value, and no secret', () => {
    expect(conf).not.toContain('${');
    expect(conf).toContain('resolver 10.96.0.10 valid=5s');
    expect(conf).toContain('proxy_pass http://notebook.$namespace.svc.cluster.local:8888;');
    expect(conf).toContain('Expires=Fri, 18 Dec 2026 17:00:00 GMT');
    expect(conf).toContain('listen 8443 ssl');
    expect(JSON.stringify(files)).not.toMatch(/[0-9a-f]{32}/);
  });

  test('takes another domain of the cluster, and more connections for more seats', () => {
    const other = doorConfiguration({ ...settings, clusterDomain: 'k8s.example.org', seats: 1000 })['nginx.conf'];
    expect(other).toContain('svc.k8s.example.org:8888;');
    expect(other).toContain('worker_connections 32000;');
    expect(conf).toContain('worker_connections 8192;');
  });

  test('looks the pod and the token up by the seat, in each way into a pod', () => {
    const ways = conf.match(/location [^{]*\{[^}]*proxy_pass [^}]*\}/g) ?? [];
    expect(ways).toHaveLength(2);
    for (const way of ways) expect(way).toContain('include seat.conf;');
    expect(conf.match(/proxy_pass http:\/\/[^;]*/g)?.every((pass) => pass.includes('notebook.$namespace.svc'))).toBe(
      true,
    );
    expect(files['seat.conf']).toContain('if ($seat = "") { return 401; }');
    expect(files['seat.conf']).toContain('proxy_ignore_headers X-Accel-Redirect');
  });

  test('has no HTTP/2 and no shared cache', () => {
    expect(conf).not.toMatch(/http2|proxy_cache/);
  });

  test('logs no address, query, file or code', () => {
    const [, format = ''] = /log_format seat '([^']*)'/.exec(conf) ?? [];
    expect(format.match(/\$\w+/g)).toEqual([
      '$time_iso8601',
      '$seat',
      '$method',
      '$place',
      '$status',
      '$body_bytes_sent',
      '$request_time',
      '$upstream_status',
      '$upstream_response_time',
    ]);
  });
});

describe('the pages', () => {
  const pages = (more = {}) =>
    Object.entries(doorConfiguration({ ...settings, ...more })).filter(([name]) => name.endsWith('.html'));

  test.each(pages())('%s is a whole page with a language, a title and one heading', (_, page) => {
    expect(page).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(page.match(/<h1>/g)).toHaveLength(1);
    expect(page).toMatch(/<title>[A-Z][^<]+ · Data<\/title>/);
    expect(page).not.toContain('${');
    // Scripts and styles stand in their own files: the policy of the pages allows no others.
    expect(page).not.toMatch(/<style|style="|<script>|onclick/);
    for (const [, id] of page.matchAll(/<label for="(\w+)"/g)) expect(page).toContain(`<input id="${id}"`);
  });

  test('show a title as text, whatever is in it', () => {
    const title = `<!--# include virtual="/x" --><b>"Bits" & 'Bobs'</b>`;
    for (const [, page] of pages({ title })) {
      expect(page).toContain(escaped(title));
      expect(page).not.toContain('<b>');
    }
  });

  test('have one command of nginx: the name on the page of a link', () => {
    const commands = pages().flatMap(([name, page]) =>
      [...page.matchAll(/<!--#.*?-->/g)].map(([all]) => `${name} ${all}`),
    );
    expect(commands).toEqual(['join.html <!--# echo var="code_student" -->']);
  });
});
