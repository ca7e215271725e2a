// The only import of the yaml package: strict reading with positions, and writing for YAML 1.1 readers.
import type { Document, Node, ParsedNode, Scalar, Tags } from 'yaml';
import { isCollection, isMap, isScalar, LineCounter, parseAllDocuments, parseDocument, stringify, visit } from 'yaml';
import { messageOf } from './failure.ts';
import { isLost, isSaidOnce, plainSyntax } from './faults/yaml-syntax.ts';

/** Kubernetes reads YAML 1.1, where a bare `on` or `22:22` is not a text: such words go out in quotes. */
const written = { compat: 'yaml-1.1', lineWidth: 0 } as const;

/** A place in a text; both count from 1. */
export interface Position {
  line: number;
  column: number;
}

/** What is wrong with a text, and where. */
export interface YamlProblem extends Position {
  message: string;
}

/** One document, read. */
export interface YamlText {
  /** Plain values; undefined if there are problems. */
  value: unknown;
  problems: YamlProblem[];
  /** Where the value of a path stands, or as much of the path as there is. */
  valueAt(path: readonly PropertyKey[]): Position;
  /** Where the key that ends a path stands. */
  keyAt(path: readonly PropertyKey[]): Position;
  /** A scalar as it was written, as in `4.30`; undefined for maps, lists and what is absent. */
  sourceAt(path: readonly PropertyKey[]): string | undefined;
}

/** Letters that a file of people should not have: of another encoding, or blanks that only look like blanks. */
const oddLetters: readonly (readonly [RegExp, string])[] = [
  [/\ufffd/, 'is not UTF-8: save the file as UTF-8'],
  [/(?<=^ *|: ?)[\u00a0\u2000-\u200b\u202f\u3000]/m, 'is a blank of another kind, as web pages have: type it again'],
];

/** The same of a file that people write for firesteel, with what only looks right. */
export function readTypedYaml(text: string): YamlText {
  for (const [letter, message] of oddLetters) {
    const bad = text.search(letter);
    if (bad < 0) continue;
    const before = text.slice(0, bad).split('\n');
    const place = { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
    return { ...readYaml(''), problems: [{ ...place, message }] };
  }
  return readYaml(text);
}

/** Reads a text of one document; warnings, repeated keys, a byte order mark and `__proto__` are problems too. */
export function readYaml(text: string): YamlText {
  const lines = new LineCounter();
  const documents = parseAll(text, lines);
  const position = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const [document, second] = documents;
  const problems = (document ? faults(document) : []).map(({ offset, message }) => ({ ...position(offset), message }));
  if (text.startsWith('\uFEFF'))
    problems.push({ line: 1, column: 1, message: 'begins with a byte order mark: save it as plain UTF-8' });
  if (second)
    problems.push({ ...position(second.range[0]), message: 'expected one document, got a second one after "---"' });
  const nodeAt = (path: readonly PropertyKey[]): Node | undefined => document?.getIn(path, true) as Node | undefined;
  const valueAt = (path: readonly PropertyKey[]): Position => {
    for (let length = path.length; length > 0; length--) {
      const range = nodeAt(path.slice(0, length))?.range;
      if (range) return position(range[0]);
    }
    return { line: 1, column: 1 };
  };
  return {
    value: problems.length === 0 ? plain(document, problems) : undefined,
    problems,
    valueAt,
    keyAt(path) {
      const parent = path.length > 1 ? nodeAt(path.slice(0, -1)) : document?.contents;
      const pair = isMap(parent)
        ? parent.items.find(({ key }) => isScalar(key) && String(key.value) === path.at(-1))
        : undefined;
      const range = (pair?.key as Node | undefined)?.range;
      return range ? position(range[0]) : valueAt(path);
    },
    sourceAt(path) {
      const node = nodeAt(path);
      return isScalar(node) ? (node.source ?? String(node.value)) : undefined;
    },
  };
}

function parseAll(text: string, lineCounter: LineCounter): Document.Parsed<ParsedNode>[] {
  const documents = parseAllDocuments(text, { lineCounter });
  return 'empty' in documents ? [] : documents;
}

function faults(document: Document.Parsed<ParsedNode>): { offset: number; message: string }[] {
  const found = [...document.errors, ...document.warnings]
    .filter((error, i) => i === 0 || !isLost(error))
    .map((error) => ({ offset: error.pos[0], message: plainSyntax(error) }));
  // What follows an error at the same place follows from it.
  const isOneOf = (a: { offset: number; message: string }, b: typeof a) =>
    a.offset === b.offset || (a.message === b.message && isSaidOnce(a.message));
  if (found.length > 0) return found.filter((one, i) => found.findIndex((other) => isOneOf(other, one)) === i);
  const anchors = new Set<string>();
  const offsetOf = (node: unknown): number => (node as ParsedNode).range?.[0] ?? 0;
  visit(document, {
    Pair(_, { key }) {
      if (isScalar(key) && key.value === '__proto__' && key.range)
        found.push({ offset: key.range[0], message: '"__proto__" cannot be a key' });
      if (isCollection(key))
        found.push({ offset: offsetOf(key), message: 'a map or list cannot be a key: put the value in quotes' });
    },
    Alias(_, alias) {
      const { source } = alias;
      const message = `"*${source}" without "&${source}" above: put the value in quotes, or write the value out`;
      if (!anchors.has(source)) found.push({ offset: offsetOf(alias), message });
    },
    Value(_, { anchor }) {
      if (anchor) anchors.add(anchor);
    },
  });
  return found;
}

function plain(document: Document.Parsed<ParsedNode> | undefined, problems: YamlProblem[]): unknown {
  try {
    return document?.toJS();
  } catch (error) {
    // Aliases that would unfold without end are only seen here.
    problems.push({ line: 1, column: 1, message: plainSyntax({ message: messageOf(error) }) });
    return undefined;
  }
}

/** Reads a text of any number of documents into plain values; empty ones are left out. */
export function readYamlDocuments(text: string): { values: unknown[]; problems: YamlProblem[] } {
  const lines = new LineCounter();
  const documents = parseAll(text, lines);
  const problems = documents.flatMap(faults).map(({ offset, message }) => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col, message };
  });
  if (problems.length > 0) return { values: [], problems };
  const values = documents.map((document) => plain(document, problems)).filter((value) => value !== null);
  return { values, problems };
}

/** Reads one document as lenient programs do: with merge keys, and without a word on repeated keys and unknown tags. */
export const readLoosely = (text: string): unknown =>
  parseDocument(text, { merge: true, uniqueKeys: false, logLevel: 'silent' }).toJS();

/** A YAML text open for editing. */
export interface OpenYaml {
  document: Document.Parsed;
  problems: string[];
  /** The text as edited. */
  text(): string;
}

/** Scalars that were read go out as they were written: JavaScript has no 0x1F, and rounds large ones. */
const asWritten =
  (written: ReadonlyMap<unknown, string>) =>
  (tags: Tags): Tags =>
    tags.map((tag) => {
      if (typeof tag !== 'object' || !tag.stringify) return tag;
      const { stringify: changed } = tag;
      return {
        ...tag,
        stringify: (item, ...rest) => {
          const source = 'test' in tag ? (item as Scalar).source : undefined;
          return written.get(item) ?? source ?? changed(item, ...rest);
        },
      };
    });

/** Texts in quotes with the escapes they were written with, those on one line. */
function quotedTexts(document: Document.Parsed, text: string): Map<unknown, string> {
  const found = new Map<unknown, string>();
  visit(document, {
    Scalar(_, scalar) {
      const [start = 0, end = 0] = scalar.range ?? [];
      const source = text.slice(start, end);
      if (/^".*"$/.test(source)) found.set(scalar, source);
    },
  });
  return found;
}

/** A text of JSON stays one, for programs that read no YAML. */
function asJson(document: Document.Parsed, text: string): string {
  const indent = /^\s*\{\r?\n([ \t]+)"/.exec(text)?.[1];
  return JSON.stringify(document.toJS(), null, indent) + (/\s*$/.exec(text)?.[0] ?? '');
}

const isJson = (text: string): boolean => {
  try {
    return text.trimStart().startsWith('{') && Boolean(JSON.parse(text));
  } catch {
    return false;
  }
};

/** Opens a text for editing that keeps its comments, order, unknown keys and scalars. It is read as Kubernetes reads it. */
export function openYaml(given: string): OpenYaml {
  const mark = given.startsWith('\ufeff') ? '\ufeff' : '';
  const isOfWindows = given.includes('\r\n');
  const text = given.slice(mark.length).replaceAll('\r\n', '\n');
  const written = new Map<unknown, string>();
  // In YAML 1.1 a bare `yes` is true, and goes out as `yes` again; as 1.2 it would turn into a text.
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { version: '1.1', customTags: asWritten(written), lineCounter });
  for (const [scalar, source] of quotedTexts(document, text)) written.set(scalar, source);
  // kubectl writes "- " under the key's first letter; others indent it.
  const indentSeq = /^ +- /m.test(text) && !/^- /m.test(text);
  return {
    document,
    problems: faults(document).map(({ message, offset }) => `line ${lineCounter.linePos(offset).line}: ${message}`),
    text: () => {
      if (isJson(text)) return asJson(document, text);
      const edited = document.toString({ lineWidth: 0, flowCollectionPadding: false, indentSeq });
      return mark + (isOfWindows ? edited.replaceAll('\n', '\r\n') : edited);
    },
  };
}

/** A value as YAML. */
export const toYaml = (value: unknown): string => stringify(value, written);
