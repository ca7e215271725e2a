// Removes secrets from texts that leave this machine: known secrets, and everything that looks like one.
import { given, isSecret, lastWord, queryWord, secretWord, tokens } from '../secret-names.ts';

export const hidden = '***';

/** Shorter ones would take words out of every text. */
const leastLength = 6;

/** What a name has beside its secret word; without a bound a long line would take minutes. */
const beside = '[\\w.-]{0,200}';

/** Words before a value that is a secret, in any case: `password: …`, `"token": "…"`, `API_KEY=…`, `--secret …`. */
const secretName = [
  `${beside}(?:${secretWord}|cookie|client-key-data|client-certificate-data|auth)${beside}`,
  `${beside}(?:${lastWord})(?![\\w.-])`,
].join('|');

/** What shows by its own shape that it is a secret, and what is left of it. */
const shapes: readonly [pattern: RegExp, instead: string][] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, hidden],
  // User and password of an address; a password may hold @ and /.
  [/(\b[a-z][a-z\d+.-]{0,40}:\/\/)[^\s"'<>]*@(?=[\w[])/gi, `$1${hidden}@`],
  // A proxy needs no scheme.
  [/(proxy[\w.-]*["']?\s*[:=]\s*["']?)(?![a-z][a-z\d+.-]*:\/\/)[^\s"'<>]+@(?=[\w[])(?!sha256:)/gi, `$1${hidden}@`],
  [new RegExp(String.raw`(\bjdbc:oracle:thin:[^/@\s]+/)${given}[^@\s]+@`, 'gi'), `$1${hidden}@`],
  [new RegExp(String.raw`([?&;](?:${queryWord})=)${given}[^\s&;"'<>]+`, 'gi'), `$1${hidden}`],
  [new RegExp(String.raw`(-D[\w.-]{0,40}pwd=|--(?:[\w-]{0,40}-)?pwd[=\s]\s*)${given}[^\s"'<>]+`, 'gi'), `$1${hidden}`],
  // In running text the word is none.
  [new RegExp(String.raw`(\\*["']pass\\*["']\s*:\s*\\*["'])${given}[^"'\\]+`, 'gi'), `$1${hidden}`],
  [/\b(Bearer|Basic|Digest|Negotiate)\s+[\w.~+/=:-]{6,}/gi, `$1 ${hidden}`],
  // JSON Web Tokens, keys of clouds and of code hosts, beside those that variables and properties are refused for.
  [new RegExp(`(?:${tokens.join('|')})[\\w.~+/=-]*`, 'gi'), hidden],
  [/\beyJ[\w-]{5,}(?:\.[\w-]*){1,4}/g, hidden],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{12,}\b/g, hidden],
  [/\bya29\.[\w-]+/g, hidden],
  [/\b(?:gh[pousr]_|github_pat_|glpat-|dop_v1_|doo_v1_|dor_v1_|xox[abprs]-|npm_|pypi-)[\w-]{8,}/g, hidden],
  // Links into a class and to a notebook carry keys.
  [/(\/j\/)[\w-]{6,}/g, `$1${hidden}`],
  [/\b[0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4}){2}\b/g, hidden],
];

/** A quote, which has backslashes before it in JSON that is a string of JSON. */
const quote = `(?:\\\\*["'])`;
const value = [
  `"(?:[^"\\\\\\n]|\\\\.)*"|'[^'\\n]*'`,
  `(?<edge>\\\\+["'])[^\\n]*?(?:(?<!\\\\)\\k<edge>|$)`,
  `[^\\s,;&"'}\\]]+`,
].join('|');

/** `name: value`, `"name": "value"`, `\"name\": \"value\"`, `name=value`, `?name=value`. */
const named = new RegExp(`(${quote}?\\b(?:${secretName})${quote}?\\s*[:=]\\s*)(${value})`, 'gim');
/** `--name value`, and the same as items of a list. */
const flagged = new RegExp(`(--?(?:${secretName})(?:${quote},\\s*(?=${quote})|${quote}?,?\\s+))(${value})`, 'gim');

const nameOf = (prefix: string): string => prefix.replaceAll(/["'\\\s:=,]|^--?/g, '');
const edgeOf = (value: string): string => /^\\*["']/.exec(value)?.[0] ?? '';
const bare = (value: string): string => value.slice(edgeOf(value).length).replace(/\\*["']$/, '');

/** Names that hold a secret whatever follows; others are judged by name and value. */
const always = /cookie|client-key-data|client-certificate-data|^auth$|authorization/i;

function hideNamed(whole: string, prefix: string, value: string): string {
  const name = nameOf(prefix);
  const text = bare(value);
  const isHidden = text !== '' && (always.test(name) || isSecret(name, text));
  return isHidden ? `${prefix}${edgeOf(value)}${hidden}${edgeOf(value)}` : whole;
}

/** How others write a secret: in addresses, in JSON, in base64. */
const spellings = (secret: string): string[] => [
  secret,
  encodeURIComponent(secret),
  JSON.stringify(secret).slice(1, -1),
  Buffer.from(secret).toString('base64'),
  Buffer.from(secret).toString('base64').replace(/=+$/, ''),
];

/** A function that takes these secrets out of a text, and all that looks like one. */
export function createRedaction(secrets: Iterable<string>): (text: string) => string {
  const all = [...secrets].map((secret) => secret.trim()).filter((secret) => secret.length >= leastLength);
  // A longer one may hold a shorter one.
  const known = [...new Set(all.flatMap(spellings))].sort((a, b) => b.length - a.length);
  return (text) => {
    const withoutKnown = known.reduce((rest, secret) => rest.replaceAll(secret, hidden), text);
    const withoutShapes = shapes.reduce((rest, [pattern, instead]) => rest.replaceAll(pattern, instead), withoutKnown);
    return withoutShapes.replaceAll(named, hideNamed).replaceAll(flagged, hideNamed);
  };
}

/** The least that is taken out of other texts too: a word would be taken out wherever someone writes it. */
const foundSecret = /^(?=.*\d)\S{8,}$/;

/** Secrets that a text names, which others may repeat without their names. */
export function secretsIn(text: string): string[] {
  const byName = [named, flagged].flatMap((pattern) =>
    [...text.matchAll(pattern)].filter(([whole, prefix = '', value = '']) => hideNamed(whole, prefix, value) !== whole),
  );
  const bearers = [...text.matchAll(/\b(Bearer|Basic)\s+([\w.~+/=:-]{8,})/gi)];
  return [...byName, ...bearers].map(([, , value = '']) => bare(value)).filter((value) => foundSecret.test(value));
}

/** Users and passwords in the addresses of a text. */
export const secretsInAddresses = (text: string): string[] =>
  [...text.matchAll(/\/\/([^/\s]*)@/g)].flatMap(([, user = '']) => [user, ...user.split(':').slice(1)]);

/** User and password of a proxy, whose address may have no scheme and any letter in the password. */
function secretsInProxy(value: string): string[] {
  const account = /^\s*["']?(?:[a-z][a-z\d+.-]*:\/\/)?(\S+)@/i.exec(value)?.[1] ?? '';
  return [account, account.replace(/^[^:]*:?/, '')].filter(Boolean);
}

/** Secrets that this shell's variables hold: whole values by their names, passwords in addresses. */
export function secretsOfEnvironment(env: Readonly<Record<string, string | undefined>> = process.env): string[] {
  return Object.entries(env).flatMap(([name, value = '']) => {
    const inAddresses = /_proxy$/i.test(name) ? secretsInProxy(value) : secretsInAddresses(value);
    return isSecret(name, value) ? [value, ...inAddresses] : inAddresses;
  });
}
