// ARCHITECTURE.md shows the present sources: `make architecture` generates its pictures and tables.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { projectPath } from '../../../tasks/core/paths.ts';
import { type Graph, inOrder, withoutImplied } from '../../architecture/graph.ts';
import { renewed } from '../../architecture/page.ts';
import { roomGraph, roomPicture } from '../../architecture/rooms.ts';
import { stationGraph } from '../../architecture/run.ts';
import { exporterOf, importsOf, readSources, type Source } from '../../architecture/sources.ts';

test('ARCHITECTURE.md shows the present sources; if not, run make architecture', async () => {
  const page = readFileSync(projectPath('ARCHITECTURE.md'), 'utf8');
  await expect(renewed(page, readSources())).toMatchFileSnapshot('../../../ARCHITECTURE.md');
});

const graph = (arrows: Record<string, string[]>): Graph =>
  new Map(Object.entries(arrows).map(([from, targets]) => [from, new Set(targets)]));
const arrowsOf = (drawn: Graph): string[] =>
  [...drawn].flatMap(([from, targets]) => [...targets].map((to) => `${from} ${to}`)).sort();

describe('arrows', () => {
  test('that others imply are left out', () => {
    const drawn = withoutImplied(
      graph({ verbs: ['runs', 'kube', 'core'], runs: ['kube', 'core'], kube: ['core'], core: [] }),
    );
    expect(arrowsOf(drawn)).toEqual(['kube core', 'runs kube', 'verbs runs']);
  });

  test('of a circle stay', () => {
    const drawn = withoutImplied(graph({ verbs: ['job'], job: ['run'], run: ['job', 'core'], core: [] }));
    expect(arrowsOf(drawn)).toEqual(['job run', 'run core', 'run job', 'verbs job']);
  });

  test('point down in the order of nodes', () => {
    expect(inOrder(graph({ core: [], runs: ['kube'], verbs: ['runs'], kube: ['core'] }))).toEqual([
      'verbs',
      'runs',
      'kube',
      'core',
    ]);
  });
});

const source = (path: string, text = ''): Source => ({ path, text, imports: importsOf(`${path}/..`, text) });
const few = [
  source('scripts/submit.ts', "await import('../tasks/submit.ts');"),
  source('tasks/submit.ts', "import {\n  a,\n} from './runs/a.ts';\nimport type { B } from './core/b.ts';"),
  source('tasks/runs/a.ts', "import '../core/b.ts';\n\nexport const a = 1;"),
  source('tasks/core/b.ts', 'export interface B {}'),
];

describe('sources', () => {
  test('are in rooms, and all kinds of imports between them count', () => {
    expect(arrowsOf(roomGraph(few))).toEqual(['runs core', 'scripts verbs', 'verbs core', 'verbs runs']);
    expect(roomPicture(few).match(/\w+ --> \w+/g)).toEqual(['scripts --> verbs', 'verbs --> runs', 'runs --> core']);
  });

  test('of a run are joined by imports that are more than types, or through files between', () => {
    expect(arrowsOf(stationGraph(few, ['scripts/submit.ts', 'tasks/core/b.ts']))).toEqual([
      'scripts/submit.ts tasks/core/b.ts',
    ]);
    expect(arrowsOf(stationGraph(few, ['tasks/submit.ts', 'tasks/runs/a.ts', 'tasks/core/b.ts']))).toEqual([
      'tasks/runs/a.ts tasks/core/b.ts',
      'tasks/submit.ts tasks/runs/a.ts',
    ]);
  });

  test('are found by what they export', () => {
    expect(exporterOf(few, 'a')).toBe('tasks/runs/a.ts');
    expect(() => exporterOf(few, 'c')).toThrow('no file exports c');
    expect(() => exporterOf([...few, source('tasks/runs/c.ts', 'export function a() {}')], 'a')).toThrow(
      'several files export a',
    );
  });
});
