// What GitHub reads: workflows that call what there is, and forms that it takes.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { projectPath } from '../../../tasks/core/paths.ts';
import { readYaml } from '../../../tasks/core/yaml.ts';

interface Workflow {
  permissions: Record<string, string>;
  jobs: Record<string, Job>;
}

interface Job {
  'timeout-minutes'?: number;
  strategy?: { matrix: { node: number[]; include: { node: number }[] } };
  steps: { uses?: string; run?: string }[];
}

interface Form {
  name?: string;
  description?: string;
  body: { type: string; id: string; attributes: { label?: string; options?: unknown[] } }[];
}

const textOf = (...path: string[]): string => readFileSync(projectPath(...path), 'utf8');

function contentOf<T>(folder: string, name: string): T {
  const { problems, value } = readYaml(textOf(folder, name));
  expect(problems).toEqual([]);
  return value as T;
}

const workflows = join('.github', 'workflows');
const forms = join('.github', 'ISSUE_TEMPLATE');

describe.each(readdirSync(projectPath(workflows)))('the workflow %s', (name) => {
  const { permissions, jobs } = contentOf<Workflow>(workflows, name);
  const all = Object.values(jobs);
  const steps = all.flatMap((job) => job.steps);

  test('may read the repository and nothing else', () => expect(permissions).toEqual({ contents: 'read' }));

  test('pins every action to a whole version', () => {
    const used = steps.flatMap(({ uses = [] }) => uses);
    expect(used.length).toBeGreaterThan(1);
    expect(used.filter((action) => !/^[\w-]+\/[\w-]+@v\d+\.\d+\.\d+$/.test(action))).toEqual([]);
  });

  test('ends every job that hangs', () => expect(all.filter((job) => !job['timeout-minutes'])).toEqual([]));

  test('makes targets that the Makefile has', () => {
    const targets = [...textOf('Makefile').matchAll(/^([\w-]+):/gm)].map(([, target]) => target);
    const texts = [...steps.map(({ run = '' }) => run), ...textOf(workflows, name).matchAll(/TARGET: .*/g)].join('\n');
    const made = [...texts.matchAll(/\bmake ([\w-]+)|'(test[\w-]*)'/g)].map(([, target, chosen]) => target ?? chosen);
    expect(made.length).toBeGreaterThan(0);
    expect(made.filter((target) => !targets.includes(target))).toEqual([]);
  });
});

test('unit tests run on the oldest Node that the package takes, and on newer ones', () => {
  const { engines } = JSON.parse(textOf('package.json')) as { engines: { node: string } };
  const matrix = contentOf<Workflow>(workflows, 'ci.yml').jobs['unit']?.strategy?.matrix;
  const [oldest = 0, ...newer] = matrix?.node ?? [];
  expect(engines.node).toMatch(new RegExp(`^>=${oldest}\\.`));
  expect(newer.length).toBeGreaterThan(1);
});

describe.each(readdirSync(projectPath(forms)).filter((name) => name !== 'config.yml'))('the form %s', (name) => {
  const form = contentOf<Form>(forms, name);

  test('has a name, a description and parts that GitHub accepts', () => {
    expect(form).toMatchObject({ name: expect.any(String), description: expect.any(String) });
    const known = ['checkboxes', 'dropdown', 'input', 'markdown', 'textarea'];
    expect(form.body.filter(({ type, attributes }) => !known.includes(type) || !attributes.label)).toEqual([]);
  });

  test('names each part once', () => {
    const ids = form.body.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

test('the bug report form offers every kind of cluster', () => {
  const { body } = contentOf<Form>(forms, 'bug.yml');
  const offered = body.find(({ id }) => id === 'cluster')?.attributes.options;
  const kinds = readdirSync(projectPath('profiles')).flatMap((name) =>
    name.endsWith('.yaml') ? (/^cluster: (\S+)/m.exec(textOf('profiles', name))?.[1] ?? 'local') : [],
  );
  expect(offered).toEqual([...new Set([...(offered ?? []), ...kinds])]);
});
