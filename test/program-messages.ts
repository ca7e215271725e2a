// The texts of the programs in docker/ that users read: strings of Python, what shell scripts print, pages of the door.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectPath } from '../tasks/core/paths.ts';

/** Programs, rules of the firewall and markup that are written as texts. */
const isCode = (text: string): boolean =>
  /^<|^-A |\[ -\w |^import [\w, ]+;|"\$\d"/.test(text) || /\\n.*[;{(=]/.test(text) || /; (?:do|then) /.test(text);

/** What a text of a program has that a path, a pattern or a command has not: three words in a row. */
export const readsAsSentence = (text: string): boolean =>
  !isCode(text) &&
  /(?:^|[\s"'(:])[\p{L}’']{2,}[,:;]? (?:\S+ )?[\p{L}’']{2,}[,:;]? (?:\S+ )?[\p{L}’']{2,}/u.test(
    text.replaceAll(/\$?\{[^{}]*\}/g, 'it'),
  );

const comments = /("""|''')[\s\S]*?\1|^\s*#.*$/gm;

/** Strings of Python, with an f or without. */
const pythonStrings = /(?<![\w\\])[fr]{0,2}("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')/g;

/** What echo and printf of a shell script get. */
const shellStrings = /^\s*(?:echo|printf)\s+("(?:[^"\\]|\\.)*"|'[^']*')/gm;

const strings = (text: string, pattern: RegExp): string[] =>
  [...text.replaceAll(comments, '').matchAll(pattern)].map(([, quoted = '']) => quoted.slice(1, -1));

const withoutMarkup = (html: string): string[] =>
  html
    .replaceAll(/<(script|style)[\s\S]*?<\/\1>|<!--[\s\S]*?-->/g, '')
    .split(/<[^>]*>/)
    .map((text) => text.replaceAll(/\s+/g, ' ').trim());

const readers: [ending: RegExp, read: (text: string) => string[]][] = [
  [/\.py$/, (text) => strings(text, pythonStrings).filter(readsAsSentence)],
  [/\.sh$/, (text) => strings(text, shellStrings).filter(readsAsSentence)],
  [/\.html$/, (text) => withoutMarkup(text).filter((part) => /\p{L}{2}/u.test(part.replaceAll(/\$\{\w+\}/g, '')))],
];

const programs = (): string[] =>
  readdirSync(projectPath('docker'), { recursive: true, encoding: 'utf8' })
    .map((name) => join('docker', name))
    .filter((path) => !path.includes('node_modules'))
    .sort();

/** Every text of the programs in docker/, by the path of the program. */
export const programTexts = (): [path: string, texts: string[]][] =>
  programs().flatMap((path): [string, string[]][] => {
    const read = readers.find(([ending]) => ending.test(path))?.[1];
    const texts = read?.(readFileSync(projectPath(path), 'utf8')) ?? [];
    return texts.length > 0 ? [[path, texts]] : [];
  });
