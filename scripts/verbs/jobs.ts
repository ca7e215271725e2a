// Verbs that run jobs, follow them, and clean up after them.
import type { VerbGroup } from '../verb.ts';
import { many, none, one } from '../words.ts';

/** Flags of a job that say what its image has. */
const jobContents = {
  '--data <which>': 'what it reads: a set by name, a folder, claim:NAME[/path], image:/path',
  '--class <name>': 'main class of a jar',
  '--py-files <list>': 'Python modules to bring: .py, .zip, .egg, .whl, folders',
  '--jars <list>': 'jars to bring',
  '--packages <list>': 'libraries from Maven Central, group:artifact:version',
  '--requirements <file>': 'requirements file: packages from PyPI',
};

export const jobVerbs: VerbGroup = {
  heading: 'Jobs:',
  verbs: {
    build: {
      summary: 'Build the Spark image, or the image of a job, and load it into the cluster',
      takes: many('[job, file, folder or notebook] [-- arguments]', 'job'),
      flags: jobContents,
      examples: { build: 'the Spark image', 'build lenet': 'the image of job lenet, with its packages' },
      load: async (flags) => {
        const [{ buildWith }, { withNotebooks }] = await Promise.all([
          import('../../tasks/build.ts'),
          import('../../tasks/notebooks/job/as-job.ts'),
        ]);
        return withNotebooks(buildWith(flags));
      },
    },
    submit: {
      summary: 'Run a job and exit with its exit code',
      takes: many('<job, file, folder or notebook> [-- arguments]', 'job'),
      flags: {
        '--num-executors <number>': 'executors to begin with, whatever job and profile say',
        '--name <name>': 'the name of the run; a second submit under that name resumes the run',
        ...jobContents,
        '--keep-outputs': 'bring home what it writes to $FIRESTEEL_OUTPUTS, and a notebook as it was run',
        '--engine <name>': "native (default), or spark-submit: the distribution's own, which needs Java",
      },
      examples: {
        'submit pi': 'a job that ships with firesteel',
        'submit my_job.py --requirements requirements.txt -- 10': 'a file, with packages and an argument',
        'submit my.ipynb --keep-outputs': 'a notebook',
      },
      load: async (flags) => {
        const [{ submitWith }, { withNotebooks }] = await Promise.all([
          import('../../tasks/submit.ts'),
          import('../../tasks/notebooks/job/as-job.ts'),
        ]);
        const keepOutputs = flags['keepOutputs'] !== undefined;
        return withNotebooks(submitWith({ ...flags, keepOutputs }), { records: keepOutputs });
      },
    },
    runs: {
      summary: 'List the runs of this user, newest first, or remove what is kept of one',
      usual: 'list',
      actions: {
        list: {
          summary: 'List them, newest first',
          takes: none,
          flags: { '--last <number>': 'the newest ones alone' },
        },
        remove: {
          summary: 'Remove what is kept of runs that have ended',
          takes: many('<runs>', 'run'),
          flags: { '--force': 'also a run of which nobody knows whether it goes on' },
        },
      },
      load: async ({ last, force }) => (await import('../../tasks/runs.ts')).runsWith({ last, force: Boolean(force) }),
    },
    logs: {
      summary: "Show a run's log, live or from its folder",
      takes: { ...one('[run]', 'run'), instead: "an executor's log: --executor 1" },
      flags: {
        '--executor <number>': "an executor's log, not the driver's",
        '--previous': 'the log of the container before it was restarted',
        '-f, --follow': "go on until it ends; of the driver, exit with the driver's exit code",
      },
      examples: { logs: "the newest run's driver", 'logs pi-1a2b --executor 2 -f': 'an executor, while it runs' },
      load: async ({ executor, previous, follow }) =>
        (await import('../../tasks/logs.ts')).logsWith({
          executor,
          previous: Boolean(previous),
          follow: Boolean(follow),
        }),
    },
    why: {
      summary: 'Say why a run waits or ended badly, and what to do',
      takes: one('[run]', 'run'),
      load: async () => (await import('../../tasks/why.ts')).why,
    },
    ui: {
      summary: "Show a run's web pages, live or from the history server",
      takes: one('[run]', 'run'),
      load: async () => (await import('../../tasks/ui.ts')).ui,
    },
    history: {
      summary: "Keep runs' event logs and show them: the history server",
      actions: {
        up: { summary: 'Start the history server', takes: none },
        down: { summary: 'End it, and keep the event logs', takes: none },
        remove: { summary: 'End it, and remove the event logs', takes: none },
      },
      load: async () => (await import('../../tasks/history.ts')).history,
    },
    kill: {
      summary: 'End a run, and keep its logs, events and specs',
      takes: one('<run>', 'run'),
      load: async () => (await import('../../tasks/kill.ts')).kill,
    },
    gc: {
      summary: 'Remove what old runs and interrupted work have left',
      takes: one('[age, such as 24h]'),
      examples: { 'gc 24h --dry-run': 'show what older than a day would go' },
      load: async () => (await import('../../tasks/gc.ts')).gc,
    },
  },
};
