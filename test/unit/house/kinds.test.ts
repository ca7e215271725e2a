// Kinds of clusters: only their folders and their blocks in the profile name one.
import { expect, test } from 'vitest';
import { profileJsonSchema } from '../../../tasks/profile/schema.ts';
import { sources } from '../../sources.ts';

interface KeySchema {
  enum?: string[];
  properties?: Record<string, KeySchema>;
}

const keys = (profileJsonSchema() as KeySchema).properties ?? {};
const kinds = keys['cluster']?.enum ?? [];

/** Where kinds have their names. */
const homes = [
  'tasks/clusters/',
  'tasks/profile/schema.ts',
  'tasks/profile/blocks/clusters.ts',
  'tasks/profile/blocks/local.ts',
  'tasks/profile/blocks/local-networks.ts',
  'tasks/profile/blocks/traits.ts',
];

/** Kinds whose names are words of the trade as well: they count as a text, as a comparison, or with a key of their block. */
const plainWords = ['local', 'kind', 'context'];

const keysOf = (kind: string): string => Object.keys(keys[kind]?.properties ?? {}).join('|');

const naming = new RegExp(
  kinds
    .map((kind) =>
      plainWords.includes(kind)
        ? `['"\`]${kind}['"\`]|\\bprofile\\.${kind}\\b|\\b${kind}\\.(?:${keysOf(kind)})\\b`
        : `\\b${kind}\\b`,
    )
    .join('|'),
  'g',
);

/** What of a text names a kind; comments may. */
const namesIn = (text: string): string[] => text.replaceAll(/^\s*(\/\/|\/?\*).*$/gm, '').match(naming) ?? [];

const ofHelp = 'help and its examples';
const ofPrograms = 'a program or what it leaves has the name of the kind that it makes';
const ofObjects = 'a field that objects have';

/** What other files say, and why it is no decision by kind: this table only shrinks. */
const known: Record<string, string> = {
  "scripts/cli/usual.ts 'local'": 'the name of a profile',
  'scripts/cli/verbs/clusters.ts gke': ofHelp,
  'scripts/cli/verbs/clusters.ts local.nodes': ofHelp,
  'scripts/cli/verbs/clusters.ts minikube': ofHelp,
  'scripts/cli/verbs/machine.ts digitalocean': ofHelp,
  'scripts/cli/verbs/machine.ts gke': ofHelp,
  'scripts/cli/verbs/machine.ts minikube': ofHelp,
  'tasks/profile/sets.ts local.nodes': 'an example of a key',
  'tasks/host/disk.ts minikube': ofPrograms,
  'tasks/setup/host.ts minikube': ofPrograms,
  "tasks/toolbox/table.ts 'kind'": ofPrograms,
  'tasks/toolbox/table.ts minikube': ofPrograms,
  'tasks/spark/sizes/room.ts gke': "Google's label of a node",
  "tasks/jobs/files.ts 'local'": "Spark's scheme of a file in the image",
  "tasks/toolbox/go.ts 'local'": "Go's word for its installed version",
  "tasks/core/secret-names.ts 'kind'": ofObjects,
  "tasks/classroom/bulk/groups.ts 'kind'": ofObjects,
  "tasks/core/plan/types.ts 'kind'": ofObjects,
  "tasks/kube/failure.ts 'kind'": ofObjects,
  "tasks/kube/object.ts 'kind'": ofObjects,
  "tasks/notebooks/dev/plan.ts 'kind'": ofObjects,
  "tasks/setup/start.ts 'kind'": ofObjects,
};

test.each([
  ["if (profile.cluster === 'local') {", ["'local'"]],
  ['const { workers } = profile.kind;', ['profile.kind']],
  ["return 'set context.kubeconfig';", ['context.kubeconfig']],
  ['const isCloud = ({ gke }: Profile) => gke.spot;', ['gke', 'gke']],
  ['// gke alone', []],
  ['const { kind, metadata } = manifest;', []],
  ['context.profile.local.nodes', ['profile.local']],
  ["import { local } from './local.ts';", []],
])('%s names %j', (text, names) => expect(namesIn(text)).toEqual(names));

test('nothing outside the kinds and their blocks names a kind', () => {
  const found = sources
    .filter(({ path }) => /^(scripts|tasks)\//.test(path) && !homes.some((home) => path.startsWith(home)))
    .flatMap(({ path, text }) => namesIn(text).map((name) => `${path} ${name}`));
  expect([...new Set(found)].sort()).toEqual(Object.keys(known).sort());
});
