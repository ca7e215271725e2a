// Scenes that are played live, live in 40 columns, and in plain lines.
import { type Act, inEachWay, kind, me, noChange, plainly, type Scene, type Script, search, write } from './acts.ts';

const contextActs: Act[] = [
  ...kind('context'),
  me,
  ['? Context', '<Down>'],
  ['❯ lab-west', '<Enter>'],
  ['? Registry for images', 'registry.example.com/team', '<Enter>'],
  noChange,
  write,
];

const oceanActs: Act[] = [
  ...kind('digitalocean'),
  me,
  ...search('Region', 'fra1', 'fra1'),
  // So few are a list.
  ['? Size of nodes', 's-2vcpu-4gb'],
  ['❯ s-2vcpu-4gb', '<Enter>'],
  ['? Nodes', '2', '<Enter>'],
  noChange,
  write,
];

const classActs: Act[] = [
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
];

/** Of clusters about which nothing more is asked. */
const simple = (name: string): Script => ({
  name,
  acts: [...kind(name), me, noChange, write],
  plain: plainly(['or Enter for local', name], ['or Enter for me', 'me']),
  flags: ['--kind', name],
  file: `my-${name}.yaml`,
});

const scripts: Script[] = [
  ...['minikube-none', 'minikube-docker', 'kind'].map(simple),
  {
    name: 'context',
    contexts: ['lab-east', 'lab-west'],
    acts: contextActs,
    plain: plainly(
      ['or Enter for local', 'context'],
      ['or Enter for me', 'me'],
      ['1. lab-east', 'lab-west'],
      ['Registry for images', 'registry.example.com/team'],
    ),
    flags: ['--kind', 'context', '--context', 'lab-west', '--repository', 'registry.example.com/team'],
    file: 'my-context.yaml',
  },
  {
    name: 'digitalocean',
    cloud: 'ocean',
    acts: oceanActs,
    plain: plainly(
      ['or Enter for local', 'digitalocean'],
      ['or Enter for me', 'me'],
      ['Region:', 'fra1'],
      ['Size of nodes:', 's-2vcpu-4gb'],
      ['Nodes: Enter for', '2'],
    ),
    flags: ['--kind', 'digitalocean', '--region', 'fra1', '--size', 's-2vcpu-4gb', '--nodes', '2'],
    file: 'my-digitalocean.yaml',
  },
  {
    name: 'classroom',
    cloud: 'google',
    acts: classActs,
    plain: plainly(
      ['or Enter for local', 'gke'],
      ['or Enter for me', 'class'],
      ['Class list:', 'nobody.csv'],
      ['no such file', 'class.csv'],
      ['Name of the class:', 'spark101'],
      ['End of the class', '2030-12-18T18:00'],
      ['Google Cloud project:', 'spark-school'],
      ['Zone or region:', 'europe-west1-b'],
      ['Machine type:', 'e2-standard-4'],
      ['Nodes: Enter for', ''],
      ['Networks that students', '203.0.113.0/24'],
    ),
    flags: [
      ...['--kind', 'gke', '--roster', 'class.csv', '--class', 'spark101', '--end', '2030-12-18T18:00'],
      ...['--project', 'spark-school', '--zone', 'europe-west1-b', '--machine-type', 'e2-standard-4'],
      ...['--sources', '203.0.113.0/24'],
    ],
    file: 'spark101.yaml',
  },
];

/** Every cluster about which the wizard asks different questions, and a class. */
export const threeWays: Scene[] = scripts.flatMap(inEachWay);
