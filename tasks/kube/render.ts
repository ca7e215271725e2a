// Fills in templates after parsing, so that a value replaces exactly one value.
import { readFile } from 'node:fs/promises';
import { Failure } from '../core/failure.ts';
import { didYouMean } from '../core/nearest.ts';
import { projectPath } from '../core/paths.ts';
import { readYamlDocuments } from '../core/yaml.ts';
import type { Manifest } from './types.ts';

/** On everything firesteel makes; `destroy` removes nothing without it. */
export const managedBy = { 'app.kubernetes.io/managed-by': 'firesteel' } as const;

/** Whether firesteel made an object. */
export const isOurs = ({ metadata: { labels } }: Manifest): boolean =>
  Object.entries(managedBy).every(([label, value]) => labels?.[label] === value);

/** A selector of objects with all of these labels. */
export const selectorText = (labels: Readonly<Record<string, string>>): string =>
  Object.entries(labels)
    .map((label) => label.join('='))
    .join(',');

/** Selects what firesteel made. */
export const ourSelector = selectorText(managedBy);

/** Reads templates/NAME.yaml and fills in `values`; see fillIn. */
export async function renderTemplate(name: string, values: object): Promise<Manifest[]> {
  const label = `templates/${name}.yaml`;
  const documents = templates.get(name) ?? readTemplate(name, label);
  templates.set(name, documents);
  return fillInAll(await documents, values, label);
}

/** By name; a class fills in the same ones for each student. */
const templates = new Map<string, Promise<unknown[]>>();

async function readTemplate(name: string, label: string): Promise<unknown[]> {
  const text = await readFile(projectPath('templates', `${name}.yaml`), 'utf8').catch((cause: unknown) => {
    throw new Failure(`${label}: no such template`, { cause });
  });
  return parsed(text, label);
}

/**
 * Replaces each `${a.b}` in the keys and values of a YAML text by what `values` has there. A value that is nothing but
 * one placeholder takes the type of what replaces it. Every object is labelled as ours. Throws Failure with `label`
 * and the path of a name that is unknown.
 */
export const fillIn = (text: string, values: object, label: string): Manifest[] =>
  fillInAll(parsed(text, label), values, label);

function parsed(text: string, label: string): unknown[] {
  const { values: documents, problems } = readYamlDocuments(text);
  const [problem] = problems;
  if (problem) throw new Failure(`${label}:${problem.line}:${problem.column}: ${problem.message}`);
  return documents;
}

function fillInAll(documents: readonly unknown[], values: object, label: string): Manifest[] {
  return documents.map((document, i) => {
    const manifest = filled(document, values, { label, path: `document ${i + 1}` });
    if (!isManifest(manifest)) throw new Failure(`${label}: document ${i + 1} lacks apiVersion, kind or metadata.name`);
    const { metadata } = manifest;
    return { ...manifest, metadata: { ...metadata, labels: { ...metadata.labels, ...managedBy } } };
  });
}

interface Place {
  label: string;
  path: string;
}

function filled(node: unknown, values: object, place: Place): unknown {
  const below = (key: string | number): Place => ({ ...place, path: `${place.path}.${key}` });
  if (typeof node === 'string') return filledText(node, values, place);
  if (Array.isArray(node)) return node.map((item, i) => filled(item, values, below(i)));
  if (typeof node !== 'object' || node === null) return node;
  const entries = Object.entries(node).map(
    ([key, value]) =>
      [asText(filledText(key, values, below(key)), below(key)), filled(value, values, below(key))] as const,
  );
  const repeated = entries.find(([key], i) => entries.findIndex(([other]) => other === key) !== i);
  if (repeated) throw failure(place, `has the key "${repeated[0]}" twice`);
  return Object.fromEntries(entries);
}

const placeholder = /\$\{([^}]*)\}/g;

function filledText(text: string, values: object, place: Place): unknown {
  const [whole, name] = /^\$\{([^}]*)\}$/.exec(text) ?? [];
  if (whole !== undefined && name !== undefined) return lookUp(name, values, place);
  return text.replace(placeholder, (_, part: string) => asText(lookUp(part, values, place), place));
}

function lookUp(name: string, values: object, place: Place): unknown {
  let value: unknown = values;
  for (const key of name.split('.')) {
    const map = typeof value === 'object' && value !== null ? value : {};
    value = Object.hasOwn(map, key) ? (map as Record<string, unknown>)[key] : undefined;
    if (value === undefined) throw failure(place, `no value for \${${name}}${didYouMean(key, Object.keys(map))}`);
  }
  return value;
}

function asText(value: unknown, place: Place): string {
  if (typeof value === 'object') throw failure(place, 'a map or list cannot be part of a text');
  return String(value);
}

const failure = ({ label, path }: Place, message: string) => new Failure(`${label}: ${path}: ${message}`);

function isManifest(value: unknown): value is Manifest {
  const { apiVersion, kind, metadata } = (value ?? {}) as Partial<Manifest>;
  return typeof apiVersion === 'string' && typeof kind === 'string' && typeof metadata?.name === 'string';
}
