// Keeps unquoted YAML texts as written: where a text is expected, `1.10` means "1.10".
import type { YamlText } from '../core/yaml.ts';
import { isBareText, type KeyPath, type KeySchema, keySchemaAt } from './keys.ts';

/** Turns numbers and words such as `true` into texts, in place, wherever `root` (a profile's, if left out) takes one. */
export function takePlainScalars(tree: object, yaml: YamlText, root?: KeySchema, path: KeyPath = []): void {
  const inner = tree as Record<PropertyKey, unknown>;
  for (const key of Array.isArray(tree) ? tree.keys() : Object.keys(tree)) {
    const value = inner[key];
    const here = [...path, key];
    // Only as deep as the schema goes: an alias may lead in a circle.
    if (typeof value === 'object' && value !== null && isNested(keySchemaAt(here, root)))
      takePlainScalars(value, yaml, root, here);
    else if ((typeof value === 'number' || typeof value === 'boolean') && isBareText(here, root))
      inner[key] = yaml.sourceAt(here) ?? String(value);
  }
}

const isNested = (schema: KeySchema | undefined): boolean => ['object', 'array'].includes(String(schema?.type));
