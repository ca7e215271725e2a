// Removes secrets from texts that leave this machine: known secrets, and everything that looks like one.
import { isSecret } from '../secret-names.ts';

export const hidden = '***';

/** Shorter ones would take words out of every text. */
const leastLength = 6;

/** Words before a value that is a secret, in any case: `password: …`, `"token": "…"`, `API_KEY=…`, `--secret …`. */
const secretName =
  '[\\w.-]*(?:secret|passw(?:or)?d|passphrase|token(?!i[sz])|credential|cookie|(?:access|api|private|account)[._-]?key|client-key-data|client-certificate-data|auth)[\\w.-]*';

/** What shows by its own shape that it is a secret, and what is left of it. */
const shapes: readonly [pattern: RegExp, instead: string][] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, hidden],
  // User and password of an address; a password may hold @ and /.
  [/(\b[a-z][a-z\d+.-]*:\/\/)[^\s"'<>]*@(?=[\w[])/gi, `$1${hidden}@`],
  [/\b(Bearer|Basic|Digest|Negotiate)\s+[\w.~+/=:-]{6,}/gi, `$1 ${hidden}`],
  // JSON Web Tokens, keys of clouds and of code hosts.
  [/\beyJ[\w-]{5,}(?:\.[\w-]*){1,4}/g, hidden],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{12,}\b/g, hidden],
  [/\bAIza[\w-]{30,}/g, hidden],
  [/\bya29\.[\w-]+/g, hidden],
  [/\b(?:gh[pousr]_|github_pat_|glpat-|dop_v1_|doo_v1_|dor_v1_|xox[abprs]-|npm_|pypi-)[\w-]{8,}/g, hidden],
  // Links into a class and to a notebook carry keys.
  [/(\/j\/)[\w-]{6,}/g, `$1${hidden}`],
  [/\b[0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4}){2}\b/g, hidden],
];

/** `name: value`, `"name": "value"`, `name=value`, `?name=value`. */
const named = new RegExp(
  `(["']?\\b${secretName}["']?\\s*[:=]\\s*)("(?:[^"\\\\\\n]|\\\\.)*"|'[^'\\n]*'|[^\\s,;&"'}\\]]+)`,
  'gi',
);
/** `--name value`, and the same as items of a list. */
const flagged = new RegExp(`(--?${secretName}["']?,?\\s+)("(?:[^"\\\\\\n]|\\\\.)*"|'[^'\\n]*'|[^\\s,"'\\]]+)`, 'gi');

const nameOf = (prefix: string): string => prefix.replaceAll(/["'\s:=,]|^--?/g, '');
const bare = (value: string): string => value.replaceAll(/^["']|["']$/g, '');

/** Names that hold a secret whatever follows; others are judged by name and value. */
const always = /cookie|client-key-data|client-certificate-data|^auth$|authorization/i;

function hideNamed(whole: string, prefix: string, value: string): string {
  const name = nameOf(prefix);
  const text = bare(value);
  const isHidden = text !== '' && (always.test(name) || isSecret(name, text));
  return isHidden ? `${prefix}${/^["']/.test(value) ? `${value[0]}${hidden}${value[0]}` : hidden}` : whole;
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

/** Secrets that this shell's variables hold: whole values by their names, passwords in addresses. */
export function secretsOfEnvironment(env: Readonly<Record<string, string | undefined>> = process.env): string[] {
  return Object.entries(env).flatMap(([name, value = '']) => {
    const inAddresses = secretsInAddresses(value);
    return isSecret(name, value) ? [value, ...inAddresses] : inAddresses;
  });
}
