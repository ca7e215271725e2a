// Every verb with its line of help; the code of a verb is loaded only when it runs.
import type { Task } from '../tasks/lib/types.ts';
import { type Actions, many, none, one, type Words } from './words.ts';

/** What was given of a verb's own flags, by their names in camel case. */
export type OwnFlags = Readonly<Record<string, string | undefined>>;

interface Verb {
  summary: string;
  /** The arguments it takes; more are refused. */
  takes: Words | Actions;
  /** Flags of this verb alone, as `--name <value>`, each with its line of help. */
  flags?: Readonly<Record<string, string>>;
  load(flags: OwnFlags): Promise<Task>;
}

/** Flags of a job that say what its image has. */
const jobContents = {
  '--data <which>': "the job's data: the name of a data set, a folder, claim:NAME[/path], image:/path",
  '--class <name>': 'main class of a jar',
  '--py-files <list>': 'Python modules to add: .py, .zip, .egg, .whl, folders',
  '--jars <list>': 'jars to add',
  '--packages <list>': 'libraries from Maven Central, group:artifact:version',
  '--requirements <file>': 'requirements file of packages from PyPI',
};

export const verbs: Record<string, Verb> = {
  demo: {
    summary: 'Create a cluster, build the image and run SparkPi',
    takes: none,
    load: async () => (await import('../tasks/demo.ts')).demo,
  },
  deploy: {
    summary: 'Bring up a cluster that can run Spark jobs',
    takes: none,
    load: async () => (await import('../tasks/deploy.ts')).deploy,
  },
  build: {
    summary: 'Build the Spark image, or the image of a job, and load it into the cluster',
    takes: many('[job, file, folder or notebook] [-- arguments]'),
    flags: jobContents,
    load: async (flags) => {
      const [{ buildWith }, { withNotebooks }] = await Promise.all([
        import('../tasks/build-job.ts'),
        import('../tasks/notebooks.ts'),
      ]);
      return withNotebooks(buildWith(flags));
    },
  },
  submit: {
    summary: 'Run a job and exit with its exit code',
    takes: many('<job, file, folder or notebook> [-- arguments]'),
    flags: {
      '--num-executors <number>': 'initial number of executors; overrides job and profile',
      '--name <name>': 'the name of the run; a second submit under that name resumes the run',
      ...jobContents,
      '--keep-outputs': 'download what the job writes to $FIRESTEEL_OUTPUTS, and a notebook with its outputs',
      '--engine <name>': "native (default), or spark-submit: the distribution's own program, which needs Java",
    },
    load: async (flags) => {
      const [{ submitWith }, { withNotebooks }] = await Promise.all([
        import('../tasks/submit.ts'),
        import('../tasks/notebooks.ts'),
      ]);
      const keepOutputs = flags['keepOutputs'] !== undefined;
      return withNotebooks(submitWith({ ...flags, keepOutputs }), { records: keepOutputs });
    },
  },
  dev: {
    summary: 'Run JupyterLab and Spark on this machine',
    takes: { actions: { up: one('[folder of notebooks]'), status: none, down: none }, usual: 'up' },
    flags: { '--local': 'use processes of this machine, even if Docker is available' },
    load: async ({ local }) => (await import('../tasks/dev.ts')).devWith({ local: local !== undefined }),
  },
  notebook: {
    summary: 'Run JupyterLab in the cluster; its kernels are Spark drivers',
    takes: {
      actions: { up: many('[notebooks and folders]'), open: none, status: none, down: none },
      usual: 'status',
    },
    flags: {
      '--name <name>': 'name of the server, if a namespace has several',
      '--git <url>': 'up: clone this repository into the work folder, as https://host/name.git@ref',
      '--with-claim': 'down: also delete the work folder',
    },
    load: async ({ name, git, withClaim }) =>
      (await import('../tasks/notebook.ts')).notebookWith({ name, git, withClaim: withClaim !== undefined }),
  },
  classroom: {
    summary: 'Give each student of a class list a separate notebook server',
    takes: {
      actions: {
        plan: one('[class list]'),
        apply: one('[class list]'),
        status: none,
        add: many('<names or addresses>'),
        remove: many('<students>'),
        reset: one('<student>'),
        rotate: one('<student>'),
        start: none,
        pause: none,
        resume: none,
        push: many('<files and folders>'),
        collect: { usage: '<file> [folder]', most: 2 },
        open: one('<student>'),
        verify: none,
        handouts: one('[folder]'),
        door: none,
        destroy: none,
      },
      usual: 'status',
    },
    flags: {
      '--column <title>': 'id=TITLE: the column that identifies people, if several columns could',
      '--prune': 'apply: remove students who are not in the list, with their work',
      '--address <address>': 'address of this machine that students reach; by default that of its default route',
      '--at <time>': 'start: at this time, such as 08:30',
    },
    load: async ({ column, prune, address, at }) =>
      (await import('../tasks/classroom.ts')).classroomWith({ column, isPruned: prune !== undefined, address, at }),
  },
  status: {
    summary: 'Show the state of the cluster and its parts, or of one run',
    takes: one('[run]'),
    load: async () => (await import('../tasks/status.ts')).status,
  },
  runs: {
    summary: 'List the runs of this user, newest first, or delete the folder of a run',
    takes: { actions: { list: none, remove: many('<runs>') }, usual: 'list' },
    flags: {
      '--last <number>': 'only this number of the newest runs',
      '--force': 'remove: also a run that may still be running',
    },
    load: async ({ last, force }) => (await import('../tasks/runs.ts')).runsWith({ last, force: Boolean(force) }),
  },
  logs: {
    summary: "Show a run's log, live or from its folder",
    takes: { ...one('[run]'), instead: "an executor's log: --executor 1" },
    flags: {
      '--executor <number>': "an executor's log, not the driver's",
      '--previous': 'the log of the container before it was restarted',
      '-f, --follow': "follow until the container ends; for a driver, exit with the driver's exit code",
    },
    load: async ({ executor, previous, follow }) =>
      (await import('../tasks/logs.ts')).logsWith({ executor, previous: Boolean(previous), follow: Boolean(follow) }),
  },
  kill: {
    summary: 'End a run, and keep its logs, events and specs',
    takes: one('<run>'),
    load: async () => (await import('../tasks/kill.ts')).kill,
  },
  gc: {
    summary: 'Remove what old runs and interrupted work left behind',
    takes: one('[age, such as 24h]'),
    load: async () => (await import('../tasks/gc.ts')).gc,
  },
  why: {
    summary: 'Explain why a run is stuck or has failed, and what to do',
    takes: one('[run]'),
    load: async () => (await import('../tasks/why.ts')).why,
  },
  ui: {
    summary: "Show a run's web pages, live or from the history server",
    takes: one('[run]'),
    load: async () => (await import('../tasks/ui.ts')).ui,
  },
  history: {
    summary: "Run Spark's history server, which shows event logs of runs",
    takes: { actions: { up: none, down: none, remove: none } },
    load: async () => (await import('../tasks/history.ts')).history,
  },
  kubeconfig: {
    summary: "Add the cluster to the user's own kubeconfig, or remove it",
    takes: { actions: { merge: none, remove: none } },
    load: async () => (await import('../tasks/kubeconfig.ts')).kubeconfig,
  },
  dns: {
    summary: 'Check CoreDNS, repair a forwarding loop, or undo the repair',
    takes: { actions: { check: none, repair: none, undo: none }, usual: 'check' },
    load: async () => (await import('../tasks/dns.ts')).dns,
  },
  tools: {
    summary: 'List or install programs such as minikube, kind and kubectl',
    takes: { actions: { list: none, install: many('[names]') }, usual: 'list' },
    load: async () => (await import('../tasks/tools.ts')).tools,
  },
  destroy: {
    summary: 'Delete the cluster and everything that belongs to it',
    takes: none,
    load: async () => (await import('../tasks/destroy.ts')).destroy,
  },
};
