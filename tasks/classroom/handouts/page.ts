// The page that a student gets: link, code, first steps, and what to do if something does not work.
import type { Seat, Student } from '../types.ts';
import { qrSvg } from './qr.ts';
import { style } from './style.ts';

/** What all hand-outs of a class say. */
export interface HandoutClass {
  /** Name of the class. */
  title: string;
  /** When seats close, in words, such as `Friday 18 December 2026, 18:00`. */
  end?: string;
  /** SHA-256 of the door's certificate as hex, where browsers do not know its authority. */
  fingerprint?: string;
}

/** A student and the seat that the page opens. */
export interface Handout {
  student: Student;
  seat: Pick<Seat, 'host' | 'code'>;
}

/** The personal link. */
export const linkOf = ({ seat }: Pick<Handout, 'seat'>): string => `https://${seat.host}/j/${seat.code}`;

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** A text for HTML, as content and as a quoted attribute. */
export const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character] ?? '');

/** `AA:BB:…`, as browsers show it, in lines of 16 bytes. */
const fingerprintLines = (hex: string): string[] =>
  (hex.replace(/[^0-9a-f]/gi, '').match(/.{1,32}/g) ?? []).map((line) =>
    (line.match(/.{1,2}/g) ?? []).join(':').toUpperCase(),
  );

/** In each page that firesteel writes for a class, by which it knows the page again. */
export const pageMark = (className: string): string =>
  `<meta name="generator" content="firesteel, hand-out of class ${escaped(className)}">`;

/** A page that holds hand-outs one after the other, each on a sheet of paper. No script, nothing from outside. */
export function handoutPage(about: HandoutClass, sheets: readonly string[]): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
${pageMark(about.title)}
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escaped(about.title)}</title>
<style>${style}</style>
</head>
<body>
${sheets.join('\n')}
</body>
</html>
`;
}

/** The hand-out of one student, as HTML for `handoutPage`. */
export function handoutSheet(about: HandoutClass, handout: Handout): string {
  const { student, seat } = handout;
  const link = escaped(linkOf(handout));
  const host = escaped(seat.host);
  const code = escaped(seat.code);
  return `<main>
<header><span>${bdi(about.title)}</span><span>${student.group ? bdi(student.group) : ''}</span></header>
<h1>${bdi(student.shown)}</h1>
<section class="way-in">
<div><dl>
<dt>Your link</dt><dd><a href="${link}">https://${host}/j/<span class="whole">${code}</span></a></dd>
<dt>Your code</dt><dd class="code">${code}</dd>
</dl></div>
${qrSvg(linkOf(handout))}
</section>
<h2>First steps</h2>
<ol>
<li>${hasPort(handout) ? 'Join the network of the class. Then scan' : 'Scan'} the square, or type the link. You can also open
<span class="host">https://${host}/</span> and type your code.</li>
${about.fingerprint ? warningStep(about.fingerprint) : ''}<li>Press <b>Open JupyterLab</b>. The first time takes up to a minute.</li>
<li>Open a notebook in the list on the left. <kbd>Shift</kbd> + <kbd>Enter</kbd> runs a cell. The first cell with Spark takes up to a minute.</li>
<li>Save with <kbd>Ctrl</kbd> + <kbd>S</kbd>. ${kept(about)}</li>
<li>On a computer that others use, end with <span class="host">https://${host}/j/leave</span>. Your files stay.</li>
</ol>
<h2>If it does not work</h2>
<table>
${troubles(handout)
  .map(([seen, cure]) => `<tr><td>${seen}</td><td>${cure}</td></tr>`)
  .join('\n')}
</table>
<footer>This page opens your seat: keep it to yourself. If it gets lost, ask your teacher for a new code; the old one then opens nothing.</footer>
</main>`;
}

/** A text whose direction is its own, so that it moves nothing beside it. */
const bdi = (text: string): string => `<bdi>${escaped(text)}</bdi>`;

const kept = ({ end }: HandoutClass): string =>
  end
    ? `Download what you want to keep before <b>${escaped(end)}</b>: your seat closes then.`
    : 'Download what you want to keep.';

const warningStep = (
  fingerprint: string,
): string => `<li>The browser warns that it does not know this certificate. Show the certificate, and compare its SHA‑256 fingerprint:
${fingerprintLines(fingerprint)
  .map((line) => `<span class="fingerprint">${line}</span>`)
  .join('\n')}
If they are the same, choose <b>Advanced</b> and continue. If they differ, stop, and tell your teacher.</li>
`;

/** Whether the seat is a port of a machine, which is so on the local network of a class. */
const hasPort = ({ seat }: Handout): boolean => /:\d+$/.test(seat.host);

const troubles = (handout: Handout): [seen: string, cure: string][] => [
  [
    'The page does not open',
    hasPort(handout)
      ? 'Check that you are in the network of the class, and that the link has its number after the colon. Try a phone. If the page opens for nobody in the class, tell your teacher: the network may separate devices.'
      : 'Check that the link is complete. Try a phone, or another network.',
  ],
  [
    'The code is wrong',
    'Codes have no letters I, L, O and U: what looks like I or L is the digit 1, and what looks like O is the digit 0.',
  ],
  ['The page waits', 'Your notebook server starts. The page checks again by itself.'],
  [
    'JupyterLab opens, but no cell runs',
    `Reload the page. Then open <span class="host">https://${escaped(handout.seat.host)}/j/check</span>: that page shows whether this network lets JupyterLab through.`,
  ],
  ['A cell runs forever', 'Choose <b>Kernel</b>, then <b>Restart Kernel</b>. Files stay, variables do not.'],
];
