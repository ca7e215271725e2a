// What a person types at the wizard, for each kind of cluster: what to wait for, then what to do.
import type { Terminal } from './terminal.ts';

/** Text to type, or a key between angle brackets. */
export type Act = readonly [seen: string, ...does: string[]];

export interface Scene {
  name: string;
  columns?: number;
  words?: string[];
  env?: Record<string, string>;
  contexts?: string[];
  cloud?: 'google' | 'ocean';
  acts: Act[];
  /** Flags that make the same profile without a terminal; none where that is shown elsewhere. */
  flags?: string[];
  /** The file that it writes. */
  file: string;
}

/** Waits and types, one act after the other. */
export async function play(terminal: Terminal, acts: readonly Act[]): Promise<void> {
  for (const [seen, ...does] of acts) {
    await terminal.sees(seen);
    for (const one of does) {
      const key = /^<(.+)>$/.exec(one)?.[1];
      if (key) terminal.presses(key);
      else terminal.types(one);
    }
  }
}

const me: Act = ['? Who uses the cluster?', '<Enter>'];
const noChange: Act = ['? Change anything?', '<Enter>'];
const write: Act = ['? Write ', '<Enter>'];
const kind = (name: string): Act[] => [
  ['? Which cluster?', name],
  [`❯ ${name}`, '<Enter>'],
];
const search = (title: string, typed: string, found: string): Act[] => [
  [`? ${title}`, typed],
  [`❯ ${found}`, '<Enter>'],
];

const plainEnd: Act[] = [
  ['Change anything? Type yes or no', '<Enter>'],
  ['or Enter for write', '<Enter>'],
];

export const scenes: Scene[] = [
  {
    name: 'local',
    acts: [
      ...kind('local'),
      me,
      ['? Change anything?', 'y', '<Enter>'],
      ['? Which one?', 'nod'],
      ['❯ Nodes', '<Enter>'],
      // What is wrong is said before Enter.
      ['? Nodes', '99'],
      ['99  (expected a whole number from 1 to', '<BSpace>', '<BSpace>', '2', '<Enter>'],
      ['Nodes              2', ''],
      noChange,
      write,
    ],
    flags: ['--kind', 'local', '--nodes', '2'],
    file: 'my-local.yaml',
  },
  { name: 'local-40', columns: 40, acts: [...kind('local'), me, noChange, write], file: 'my-local.yaml' },
  {
    name: 'local-plain',
    words: ['--plain'],
    acts: [['or Enter for local', '1', '<Enter>'], ['or Enter for me', '<Enter>'], ...plainEnd],
    flags: ['--kind', 'local'],
    file: 'my-local.yaml',
  },
  {
    name: 'local-plain-40',
    columns: 40,
    env: { ACCESSIBLE: '1', NO_COLOR: '1' },
    acts: [['or Enter for local', '<Enter>'], ['or Enter for me', 'me', '<Enter>'], ...plainEnd],
    file: 'my-local.yaml',
  },
  {
    name: 'minikube-none',
    acts: [...kind('minikube-none'), me, noChange, write],
    flags: ['--kind', 'minikube-none'],
    file: 'my-minikube-none.yaml',
  },
  {
    name: 'minikube-docker',
    acts: [...kind('minikube-docker'), me, noChange, write],
    flags: ['--kind', 'minikube-docker'],
    file: 'my-minikube-docker.yaml',
  },
  { name: 'kind', acts: [...kind('kind'), me, noChange, write], flags: ['--kind', 'kind'], file: 'my-kind.yaml' },
  {
    name: 'context',
    contexts: ['lab-east', 'lab-west'],
    acts: [
      ...kind('context'),
      me,
      ['? Context', '<Down>'],
      ['❯ lab-west', '<Enter>'],
      ['? Registry for images', 'registry.example.com/team', '<Enter>'],
      noChange,
      write,
    ],
    flags: ['--kind', 'context', '--context', 'lab-west', '--repository', 'registry.example.com/team'],
    file: 'my-context.yaml',
  },
  {
    name: 'gke',
    cloud: 'google',
    acts: [
      ...kind('gke'),
      me,
      ...search('Google Cloud project', 'spark', 'spark-school'),
      ...search('Zone or region', 'us-central1-b', 'us-central1-b'),
      ...search('Machine type', 'e2-standard-4', 'e2-standard-4'),
      ['? Nodes', '2', '<Enter>'],
      noChange,
      write,
    ],
    flags: [
      ...['--kind', 'gke', '--project', 'spark-school', '--zone', 'us-central1-b'],
      ...['--machine-type', 'e2-standard-4', '--nodes', '2'],
    ],
    file: 'my-gke.yaml',
  },
  {
    name: 'gke-plain-40',
    cloud: 'google',
    columns: 40,
    words: ['--plain'],
    acts: [
      ['or Enter for local', 'gke', '<Enter>'],
      ['or Enter for me', '<Enter>'],
      ['Google Cloud project:', 'spark', '<Enter>'],
      ['1. spark-school', '1', '<Enter>'],
      ['Zone or region:', 'europe-west1-c', '<Enter>'],
      ['Machine type:', 'n2', '<Enter>'],
      ['1. n2-standard-2', '1', '<Enter>'],
      ['Nodes: Enter for 3', '0', '<Enter>'],
      ['Not taken: expected a whole number', '1', '<Enter>'],
      ...plainEnd,
    ],
    flags: [
      ...['--kind', 'gke', '--project', 'spark-school', '--zone', 'europe-west1-c'],
      ...['--machine-type', 'n2-standard-2', '--nodes', '1'],
    ],
    file: 'my-gke.yaml',
  },
  {
    name: 'gke-bad-flags',
    cloud: 'google',
    words: [
      '--kind',
      'gke',
      '--project',
      '12345',
      '--zone',
      'europe-west1-b',
      '--machine-type',
      'e2-medium',
      '--nodes',
      '2',
    ],
    acts: [
      me,
      ['? Google Cloud project', 'spark'],
      ['❯ spark-school', '<Enter>'],
      ['? Machine type', 'e2-standard-2'],
      ['❯ e2-standard-2', '<Enter>'],
      noChange,
      write,
    ],
    file: 'my-gke.yaml',
  },
  {
    name: 'digitalocean',
    cloud: 'ocean',
    acts: [
      ...kind('digitalocean'),
      me,
      ...search('Region', 'fra1', 'fra1'),
      ...search('Size of nodes', 's-2vcpu-4gb', 's-2vcpu-4gb'),
      ['? Nodes', '2', '<Enter>'],
      noChange,
      write,
    ],
    flags: ['--kind', 'digitalocean', '--region', 'fra1', '--size', 's-2vcpu-4gb', '--nodes', '2'],
    file: 'my-digitalocean.yaml',
  },
  {
    name: 'classroom',
    cloud: 'google',
    acts: [
      ...kind('gke'),
      ['? Who uses the cluster?', '<Down>', '<Enter>'],
      ['? Class list', 'nobody.csv', '<Enter>'],
      ['no such file', '<C-u>', 'class.csv', '<Enter>'],
      ['8 people', ''],
      ['? Name of the class', 'spark101', '<Enter>'],
      ['? End of the class', '2030-12-18T18:00', '<Enter>'],
      ...search('Google Cloud project', 'spark', 'spark-school'),
      ...search('Zone or region', 'europe-west1-b', 'europe-west1-b'),
      ...search('Machine type', 'e2-standard-4', 'e2-standard-4'),
      ['? Nodes', '<Enter>'],
      ['? Networks that students come from', '203.0.113.0/24', '<Enter>'],
      noChange,
      write,
    ],
    flags: [
      ...['--kind', 'gke', '--roster', 'class.csv', '--class', 'spark101', '--end', '2030-12-18T18:00'],
      ...['--project', 'spark-school', '--zone', 'europe-west1-b', '--machine-type', 'e2-standard-4'],
      ...['--sources', '203.0.113.0/24'],
    ],
    file: 'spark101.yaml',
  },
  {
    name: 'classroom-local',
    words: ['--kind', 'local', '--roster', 'class.csv'],
    acts: [
      ['? Name of the class', '<Enter>'],
      ['? End of the class', '2030-12-18T18:00', '<Enter>'],
      ['? Address that students open', '<Enter>'],
      noChange,
      write,
    ],
    file: 'class-local.yaml',
  },
];
