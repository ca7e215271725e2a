// Templates: no value can be more than the value it replaces.
import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { projectPath } from '../../../tasks/core/paths.ts';
import { readYamlDocuments } from '../../../tasks/core/yaml.ts';
import { fillIn, renderTemplate } from '../../../tasks/kube/render.ts';

const template = `
# a comment
apiVersion: v1
kind: ConfigMap
metadata:
  name: "\${name}"
  labels: { course: a }
data:
  quoted: "x-\${name}-y"
  bare: \${name}
  block: |
    \${name}
  "key-\${name}": list
  items: [ "\${count}", "\${count} of them", "\${list}", "\${nothing}" ]
`;

const values = (name: string) => ({ name, count: 3, list: ['a', 'b'], nothing: null });

describe('a hostile value stays one value', () => {
  test.each([
    'x\n  namespace: kube-system\nkind: ClusterRoleBinding',
    'a\n---\nkind: Pod',
    'a"b: #c',
    "O'Brien & <co>",
    '${count}',
    '$& $1 $$ $`',
    '{{ name }}',
    '*alias',
    '!!binary x',
    '- a',
    '',
    'on',
    '22:22',
    '\\n',
    '\u0000',
    '\u2028',
    '__proto__',
    'constructor',
  ])('%j', (name) => {
    const manifests = fillIn(template, values(name), 'x.yaml');
    expect(manifests).toEqual([
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name, labels: { course: 'a', 'app.kubernetes.io/managed-by': 'firesteel' } },
        data: {
          quoted: `x-${name}-y`,
          bare: name,
          block: `${name}\n`,
          [`key-${name}`]: 'list',
          items: [3, '3 of them', ['a', 'b'], null],
        },
      },
    ]);
  });
});

const object = (rest: string) => `apiVersion: v1\nkind: A\nmetadata: { name: a }\n${rest}\n`;

test('keeps the order of documents and leaves out empty ones', () => {
  const text = `---\n${object('n: 1')}---\n# nothing\n---\n${object('n: 2')}---\n`;
  expect(fillIn(text, {}, 'x.yaml').map(({ n }) => n)).toEqual([1, 2]);
});

describe('a template that cannot be filled in names the place', () => {
  test.each<[text: string, message: string]>([
    [object('a: { b: [ "${nam}" ] }'), 'x.yaml: document 1.a.b.0: no value for ${nam}; did you mean "name"?'],
    [object('a: ${name.length}'), 'x.yaml: document 1.a: no value for ${name.length}'],
    [object('a: ${constructor}'), 'x.yaml: document 1.a: no value for ${constructor}'],
    [object('a: ${__proto__.x}'), 'x.yaml: document 1.a: no value for ${__proto__.x}'],
    [object('a: ${}'), 'x.yaml: document 1.a: no value for ${}'],
    [object('a: x${list}'), 'x.yaml: document 1.a: a map or list cannot be part of a text'],
    [object('"${list}": x'), 'x.yaml: document 1.${list}: a map or list cannot be part of a text'],
    [object('a: { "${name}": 1, me: 2 }'), 'x.yaml: document 1.a: has the key "me" twice'],
    ['kind: A\n', 'x.yaml: document 1 lacks apiVersion, kind or metadata.name'],
    ['- a\n', 'x.yaml: document 1 lacks apiVersion, kind or metadata.name'],
    [object('a: 1\na: 2'), 'x.yaml:5:1: the same key twice in one map'],
    [
      `${object('')}---\na: b: c\n`,
      'x.yaml:6:4: a second key in one value: put the value in quotes, or indent the key below',
    ],
  ])('%j', (text, message) => expect(() => fillIn(text, values('me'), 'x.yaml')).toThrow(message));

  test('a template that is not there', async () =>
    expect(renderTemplate('nowhere', {})).rejects.toThrow('templates/nowhere.yaml: no such template'));
});

test('every template that ships is well-formed YAML', async () => {
  const names = await readdir(projectPath('templates'));
  expect(names.length).toBeGreaterThan(0);
  for (const name of names) {
    const { problems, values: objects } = readYamlDocuments(await readFile(projectPath('templates', name), 'utf8'));
    expect({ name, problems }).toEqual({ name, problems: [] });
    expect({ name, isEmpty: objects.length === 0 }).toEqual({ name, isEmpty: false });
  }
});
