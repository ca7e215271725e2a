// How often the command calls its functions, as V8 counts them for NODE_V8_COVERAGE.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Coverage {
  result: { url: string; functions: { functionName: string; ranges: { count: number }[] }[] }[];
}

/** Calls of these functions of the bundle, by the files that a process has left in this folder. */
export function callsOf(names: readonly string[], coverage: string): Record<string, number> {
  const calls = new Map(names.map((name) => [name, 0]));
  for (const file of readdirSync(coverage)) {
    const { result } = JSON.parse(readFileSync(join(coverage, file), 'utf8')) as Coverage;
    for (const { functions } of result.filter(({ url }) => url.includes('/dist/')))
      for (const { functionName: name, ranges } of functions)
        if (calls.has(name)) calls.set(name, (calls.get(name) ?? 0) + (ranges[0]?.count ?? 0));
  }
  return Object.fromEntries(calls);
}
