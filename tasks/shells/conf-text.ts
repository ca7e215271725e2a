// Prints a configuration in the syntax of Python, Scala, Clojure or properties. Pure.
import { propertiesText } from '../spark/conf.ts';

/** Languages, and how each writes it. */
const writers: Readonly<Record<string, (properties: Readonly<Record<string, string>>) => string>> = {
  python: (properties) => `conf = {\n${lines(properties, (key, value) => `    ${key}: ${value},`)}}\n`,
  scala: (properties) => `val conf = Map(\n${lines(properties, (key, value) => `  ${key} -> ${value},`)})\n`,
  clojure: (properties) => ednText(properties),
  properties: (properties) => propertiesText(properties, 'Properties of Spark'),
};

export const languages: readonly string[] = Object.keys(writers);

/** The text of these properties in a language. */
export const confText = (language: string, properties: Readonly<Record<string, string>>): string =>
  writers[language]?.(properties) ?? '';

/** What Clojure reads as one keyword; a slash would part off a namespace, which `name` leaves out. */
const isKeyword = (key: string): boolean => /^[a-z][\w.*+!?$%&=<>-]*$/i.test(key);

/** A map of keywords and texts, as Geni and our own session take it: https://github.com/edn-format/edn */
export const ednText = (properties: Readonly<Record<string, string>>): string =>
  `{${sorted(properties)
    .map(([key, value]) => `${isKeyword(key) ? `:${key}` : JSON.stringify(key)} ${JSON.stringify(value)}`)
    .join('\n ')}}\n`;

const sorted = (properties: Readonly<Record<string, string>>): [string, string][] =>
  Object.entries(properties).sort(([a], [b]) => (a < b ? -1 : 1));

/** Texts as JSON writes them are texts of Python, Scala and EDN as well. */
const lines = (properties: Readonly<Record<string, string>>, line: (key: string, value: string) => string): string =>
  sorted(properties)
    .map(([key, value]) => `${line(JSON.stringify(key), JSON.stringify(value))}\n`)
    .join('');
