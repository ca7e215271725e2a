// Hand-outs: a page for each student that no name can break out of, and a table that no spreadsheet computes.
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { handoutFiles, staleHandouts } from '../../../../tasks/classroom/handouts/files.ts';
import { mailMerge } from '../../../../tasks/classroom/handouts/mail-merge.ts';
import {
  type Handout,
  type HandoutClass,
  handoutPage,
  handoutSheet,
  linkOf,
} from '../../../../tasks/classroom/handouts/page.ts';
import { qrSvg, qrText } from '../../../../tasks/classroom/handouts/qr.ts';
import { writeFiles } from '../../../../tasks/core/files/changes.ts';
import { ownFolder } from '../../../own-folder.ts';

const folder = ownFolder();

const handout = (shown: string, more: { name?: string; group?: string; email?: string } = {}): Handout => ({
  student: { name: 'ada', key: 'ada', shown, ...more },
  seat: { host: '192.168.1.20:8443', code: 'K7QD-2M9X-0V4T' },
});

const about = { title: 'Spark 101', end: 'Friday 18 December 2026, 18:00', fingerprint: 'ab'.repeat(32) };
const pageOf = (of: HandoutClass, one: Handout) => handoutPage(of, [handoutSheet(of, one)]);
const evil = `</title><script>alert('x')</script>"><img src=x onerror="y">&amp;`;

describe('a page', () => {
  const page = pageOf(about, handout('Ada Lovelace', { group: 'Section A' }));

  test('has name, group, class, link, code, end and fingerprint', () => {
    for (const text of [
      '<bdi>Ada Lovelace</bdi>',
      '<bdi>Section A</bdi>',
      '<bdi>Spark 101</bdi>',
      'href="https://192.168.1.20:8443/j/K7QD-2M9X-0V4T">https://192.168.1.20:8443/j/<span class="whole">K7QD-2M9X-0V4T</span></a>',
      '<dd class="code">K7QD-2M9X-0V4T</dd>',
      'before <b>Friday 18 December 2026, 18:00</b>',
      'AB:AB:AB:AB',
      'https://192.168.1.20:8443/j/leave',
    ])
      expect(page).toContain(text);
  });

  test('speaks of the network and the port only where the seat is one', () => {
    const atDomain = { ...handout('Ada'), seat: { host: 'ada.class.example.org', code: 'K7QD-2M9X-0V4T' } };
    expect(page).toContain('Join the network of the class. Then scan the square');
    expect(pageOf(about, atDomain)).toContain('<li>Scan the square');
    expect(pageOf(about, atDomain)).not.toMatch(/network of the class|colon/);
  });

  test('says nothing of a warning where browsers know the certificate', () =>
    expect(pageOf({ title: 'Spark' }, handout('Ada'))).not.toMatch(/fingerprint:|warns/));

  test('shows a hostile name, group, class and host as text', () => {
    const hostile = { ...handout(evil, { group: evil }), seat: { host: evil, code: evil } };
    const html = pageOf({ title: evil, end: evil, fingerprint: evil }, hostile);
    expect(html).not.toMatch(/<script|<img|onerror="/);
    expect(html.match(/&lt;script&gt;/g)?.length).toBeGreaterThan(6);
  });

  test('has no script, no outside reference and no picture but its own', () => {
    expect(page).not.toMatch(/<script|<link|<iframe|<img|@import|url\(|srcset|\son\w+=/i);
    const addresses = [...page.matchAll(/\b(?:href|src|action|xmlns)="([^"]*)"/g)].map(([, address]) => address);
    expect(new Set(addresses)).toEqual(
      new Set(['https://192.168.1.20:8443/j/K7QD-2M9X-0V4T', 'http://www.w3.org/2000/svg']),
    );
    expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
  });
});

describe('the table for mail programs', () => {
  test('has a row for each student, for Excel with BOM and Windows line ends', () =>
    expect(mailMerge([handout('Ada', { email: 'ada@example.org', group: 'A' })])).toBe(
      '\ufeff"Name","Email","Group","Seat","Link","Code"\r\n' +
        '"Ada","ada@example.org","A","ada","https://192.168.1.20:8443/j/K7QD-2M9X-0V4T","K7QD-2M9X-0V4T"\r\n',
    ));

  test.each([`=cmd|' /C calc'!A0`, '+1+1', '-1+1', '@SUM(A1)', ' =1+1', '\t=1+1', '\r=1', '＝1+1', '|calc', '%0A'])(
    'keeps %j from being computed',
    (shown) => expect(mailMerge([handout(shown)])).toContain(`"'${shown}",`),
  );

  test.each(['Ada "Countess" Lovelace', 'Lovelace, Ada', 'Ada\nLovelace', 'Ada-Lovelace'])(
    'keeps %j unchanged',
    (shown) => expect(mailMerge([handout(shown)])).toContain(`\r\n"${shown.replaceAll('"', '""')}",`),
  );
});

describe('QR codes', () => {
  const link = linkOf(handout('Ada'));

  test('on paper are one SVG of black and white', () => {
    expect(qrSvg(link)).toMatch(
      /^<svg role="img" [^>]*viewBox="0 0 33 33"><rect [^>]*><path fill="black" d="[^"]*"\/><\/svg>$/,
    );
    expect(qrSvg(link)).not.toBe(qrSvg(`${link}X`));
  });

  test('in a terminal fit into 80 columns and 24 lines, in colours that do not depend on it', () => {
    const lines = qrText(link).split('\n');
    expect(lines.length).toBeLessThan(24);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control characters.
    for (const line of lines) expect(line).toMatch(/^\u001b\[97;40m[ █▀▄]{1,80}\u001b\[0m$/);
  });
});

describe('files', () => {
  test('are all pages in one, a page for each student, and the table, for the teacher alone', async () => {
    const files = handoutFiles(folder, about, [handout('Ada'), handout('All', { name: 'all' })]);
    expect(files.map(({ path }) => path.slice(folder.length))).toEqual([
      '/all.html',
      '/mail-merge.csv',
      '/pages/ada.html',
      '/pages/all.html',
    ]);
    expect(String(files[0]?.content).match(/<main>/g)).toHaveLength(2);
    expect(String(files[2]?.content).match(/<main>/g)).toHaveLength(1);
    await writeFiles(files);
    for (const { path } of files) expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  test('of students who left are found, and nothing that this class did not write', async () => {
    const page = (name: string, content: string) => writeFile(join(folder, 'pages', name), content);
    await page('lecture.html', '<h1>My lecture</h1>');
    await page('bob.html', pageOf({ title: 'Spark 102' }, handout('Bob')));
    await page('long.html', `${' '.repeat(10_000)}${pageOf(about, handout('Ada'))}`);
    await page('notes.txt', pageOf(about, handout('Ada')));
    await mkdir(join(folder, 'pages', 'folder.html'));
    expect(await staleHandouts(folder, about, [{ name: 'ada' }])).toEqual([join(folder, 'pages', 'all.html')]);
    expect(await staleHandouts(join(folder, 'none'), about, [])).toEqual([]);
  });
});
