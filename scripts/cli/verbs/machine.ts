// Verbs about programs of this machine.
import { columnsOf } from '../../../tasks/core/screen/columns.ts';
import type { DoctorFlags } from '../../../tasks/doctor.ts';
import type { Flags, OwnFlags } from '../flags.ts';
import { canColour } from '../output.ts';
import type { VerbGroup } from '../verb.ts';
import { many, none, one } from '../words.ts';

export const machineVerbs: VerbGroup = {
  heading: 'This machine:',
  verbs: {
    setup: {
      summary: 'Ask what you have, and write a profile for it',
      takes: none,
      flags: {
        '--detect': 'show only what this machine has; add --json for programs',
        '--kind <kind>': 'which cluster: local, kind, minikube-docker, context, gke, digitalocean …',
        '--name <name>': 'name of the profile, or a path that ends in .yaml',
        '--answers <file>': 'take the answers from a profile',
        '--run': 'run deploy once the profile is written',
        '--for <whom>': 'who uses the cluster: me or class',
        '--nodes <count>': 'number of nodes; for kind, number of workers',
        '--cpus <count>': 'minikube: CPUs of the node',
        '--memory <size>': 'minikube: memory of the node, such as 8Gi',
        '--context <name>': 'context: the kubeconfig context',
        '--kubeconfig <file>': 'context: the kubeconfig file',
        '--repository <path>': 'context: registry and path for images',
        '--project <id>': 'gke: the project',
        '--zone <place>': 'gke: zone or region',
        '--machine-type <type>': 'gke: machine type of nodes',
        '--spot <boolean>': 'gke: spot machines, true or false',
        '--region <region>': 'digitalocean: region',
        '--size <size>': 'digitalocean: size of nodes',
        '--registry <name>': 'digitalocean: container registry',
        '--roster <file>': 'class: the class list',
        '--column <title>': 'class: the column that identifies people',
        '--class <name>': 'class: name',
        '--end <moment>': 'class: end, such as 2026-12-18T18:00',
        '--address <address>': 'class: address of this machine that students open',
        '--sources <networks>': 'class: networks that students come from, separated by commas',
        '--domain <domain>': 'class: domain',
        '--namespace <name>': 'namespace of jobs',
        '--spark <version>': 'version of Spark',
      },
      examples: {
        setup: 'ask everything',
        'setup --kind local --nodes 2 --yes': 'ask nothing',
        'setup --detect --json': 'what this machine has',
      },
      writesProfile: true,
    },
    doctor: {
      summary: 'Check everything that any verb needs, and cure what is wrong',
      takes: many('[checks]'),
      flags: {
        '--fix': 'after one question, run the commands that cure the findings, then check again',
        '--probe': 'also run the checks that need pods; firesteel creates and removes these pods',
        '--list': 'list the checks',
        '--verbose': 'show the details of every check, and stack traces',
      },
      examples: {
        doctor: 'this machine, and its local cluster',
        'doctor --profile gke': 'another cluster',
        'doctor dns proxy': 'two checks, with all details',
        'doctor --fix': 'run every cure',
      },
      load: async (flags) => (await import('../../../tasks/doctor.ts')).doctorWith(doctorFlags(flags)),
    },
    report: {
      summary: 'Write an archive for a bug report, without secrets',
      takes: one('[file]', 'file'),
      examples: {
        report: 'in the current folder',
        'report /tmp': 'in another folder',
        'report /tmp/report.tar.gz': 'elsewhere',
      },
      load: async () => (await import('../../../tasks/report.ts')).reportAt(),
    },
    tools: {
      summary: 'List, install or remove programs such as kind and kubectl',
      usual: 'list',
      actions: {
        list: { summary: 'List the programs with versions and paths', takes: none },
        install: { summary: 'Install programs for this user', takes: many('[names]') },
        remove: { summary: 'Remove programs that firesteel installed', takes: many('[names]') },
      },
      examples: { 'tools install kubectl': 'one program' },
      load: async () => (await import('../../../tasks/tools.ts')).tools,
    },
  },
};

/** Flags as doctor takes them; those of every verb stand beside its own. */
function doctorFlags(given: OwnFlags): DoctorFlags {
  const { plain, verbose, profile, set } = given as unknown as Flags;
  const { fix, probe, list } = given;
  return {
    isFixing: fix !== undefined,
    probes: probe !== undefined,
    isListing: list !== undefined,
    look: { isWhole: verbose, isPlain: plain, hasColour: canColour() && !plain, width: columnsOf() },
    choice: ['--profile', profile, ...set.flatMap((one) => ['--set', one])],
  };
}
