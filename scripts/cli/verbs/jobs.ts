// Verbs that run jobs, follow them, and clean up after them.
import type { VerbGroup } from '../verb.ts';
import { many, none, one } from '../words.ts';

/** Flags of a job that say what its image has. */
const jobContents = {
  '--data <which>':
    "the job's data: the name of a data set, a path, mount:FOLDER, claim:NAME[/path], image:/path, storage:path",
  '--class <name>': 'main class of a jar',
  '--py-files <list>': 'Python modules to add: .py, .zip, .egg, .whl, folders',
  '--jars <list>': 'jars to add',
  '--packages <list>': 'libraries from Maven Central, group:artifact:version',
  '--requirements <file>': 'requirements file of packages from PyPI',
};

/** Flags of a session, whatever the shell. */
const sessionFlags = {
  '--num-executors <number>': 'number of executors; overrides the profile',
  '--name <name>': 'name of the application; the names of its executors begin with this name',
};

const shellFlags = {
  '--here': 'run the driver as a process of this machine, not as a pod',
  ...sessionFlags,
};

export const jobVerbs: VerbGroup = {
  heading: 'Jobs:',
  verbs: {
    build: {
      summary: 'Build the image of Spark or of a job, and load it into the cluster',
      takes: many('[job, file, folder or notebook] [-- arguments]', 'job'),
      flags: jobContents,
      examples: { build: 'the Spark image', 'build lenet': 'the image of job lenet, with its packages' },
      load: async (flags) => (await import('../../../tasks/build.ts')).buildWith(flags),
    },
    submit: {
      summary: 'Run a job and exit with its exit code',
      takes: { ...many('<job, file, folder or notebook> [-- arguments]', 'job'), example: 'pi' },
      flags: {
        '--num-executors <number>': 'initial number of executors; overrides job and profile',
        '--name <name>': 'the name of the run; a second submit under that name resumes the run',
        ...jobContents,
        '--keep-outputs': 'download what the job writes to $FIRESTEEL_OUTPUTS, and a notebook with its outputs',
        '--engine <name>': "native (default), or spark-submit: the distribution's own program, which needs Java",
      },
      examples: {
        'submit pi': 'a job that ships with firesteel',
        'submit my_job.py --requirements requirements.txt -- 10': 'a file, with packages and an argument',
        'submit my.ipynb --keep-outputs': 'a notebook',
      },
      load: async (flags) =>
        (await import('../../../tasks/submit.ts')).submitWith({
          ...flags,
          keepOutputs: flags['keepOutputs'] !== undefined,
        }),
    },
    shell: {
      summary: 'Open a Spark shell, or run a script from standard input',
      actions: {
        pyspark: { summary: 'Python, with spark and sc', takes: none },
        'spark-shell': { summary: 'Scala, with spark and sc', takes: none },
        sql: { summary: 'SQL', takes: none },
        clojure: { summary: 'Clojure, with spark, conf, dataframe and rows', takes: none },
      },
      flags: shellFlags,
      examples: {
        'shell pyspark': 'its driver in a pod of the cluster',
        'shell spark-shell --here --num-executors 3': 'its driver on this machine',
        'shell sql < query.sql': 'run a script',
      },
      load: async ({ here, ...flags }) =>
        (await import('../../../tasks/shell.ts')).shellWith({ ...flags, here: here !== undefined }),
    },
    conf: {
      summary: "Print Spark's configuration for your own program on this machine",
      takes: none,
      flags: {
        '--for <language>': 'python (default), scala, clojure, properties; deps for a deps.edn',
        ...sessionFlags,
      },
      examples: {
        'conf --for clojure': 'settings for Geni and other libraries',
        'conf --for properties > my.conf': 'for --properties-file',
      },
      load: async (flags) => (await import('../../../tasks/conf.ts')).confWith(flags),
    },
    runs: {
      summary: 'List your runs, newest first, or delete folders of runs',
      usual: 'list',
      actions: {
        list: {
          summary: 'List your runs, newest first',
          takes: none,
          flags: { '--last <number>': 'how many of the newest runs to list' },
        },
        remove: {
          summary: 'Delete the folders of runs that have ended',
          takes: { ...many('<runs>', 'run'), example: 'pi-1a2b' },
          flags: { '--force': 'also delete the folder of a run that may still be running; its pods stay' },
        },
      },
      load: async ({ last, force }) =>
        (await import('../../../tasks/runs.ts')).runsWith({ last, force: Boolean(force) }),
    },
    logs: {
      summary: "Show a run's log, live or from its folder",
      takes: { ...one('[run]', 'run'), instead: "an executor's log: --executor 1" },
      flags: {
        '--executor <number>': "an executor's log, not the driver's",
        '--previous': 'the log from before the last restart of the container',
        '-f, --follow': "follow until the container ends; for a driver, exit with the driver's exit code",
      },
      examples: { logs: "the newest run's driver", 'logs pi-1a2b --executor 2 -f': 'an executor, while it runs' },
      load: async ({ executor, previous, follow }) =>
        (await import('../../../tasks/logs.ts')).logsWith({
          executor,
          previous: Boolean(previous),
          follow: Boolean(follow),
        }),
    },
    why: {
      summary: 'Explain why a run is stuck or has failed, and what to do',
      takes: one('[run]', 'run'),
      load: async () => (await import('../../../tasks/why.ts')).why,
    },
    ui: {
      summary: "Show a run's web pages, live or from the history server",
      takes: one('[run]', 'run'),
      load: async () => (await import('../../../tasks/ui.ts')).ui,
    },
    history: {
      summary: "Run Spark's history server, which shows event logs of runs",
      actions: {
        up: { summary: 'Start the history server', takes: none },
        down: { summary: 'End the history server, and keep the event logs', takes: none },
        remove: { summary: 'End the history server, and remove the event logs', takes: none },
      },
      load: async () => (await import('../../../tasks/history.ts')).history,
    },
    data: {
      summary: "Name data sets for jobs, and run or check the profile's storage",
      usual: 'list',
      actions: {
        list: { summary: 'List the data sets', takes: none },
        add: {
          summary: 'Give a name to a file, folder or address, and keep its checksum',
          takes: { usage: '<name> <path or address>', most: 2, example: 'rides ~/rides' },
          flags: {
            '--way <way>': 'how jobs get the data: image (default), mount, claim or remote',
            '--license <text>': 'license of the data, such as "CC BY 4.0"',
            '--sha256 <sum>': 'expected checksum of the data',
          },
        },
        remove: { summary: 'Forget a data set; its files stay', takes: { ...one('<name>'), example: 'rides' } },
        check: {
          summary: "Compare a data set with its checksum, or prove that pods reach the profile's storage",
          takes: one('[name]'),
        },
        up: { summary: 'Make the Secret of the storage, and start the S3 server if the profile has one', takes: none },
        down: {
          summary: 'End the S3 server, and keep its objects',
          takes: none,
          flags: { '--objects': 'also remove all objects and the key' },
        },
      },
      examples: {
        'data add rides ~/rides --way mount': 'a folder of this machine',
        'data up --set storage.kind=s3 --set storage.service=true': 'an S3 server in the cluster',
        'submit my_job.py --data rides': 'a job that reads the folder',
      },
      load: async ({ way, license, sha256, objects }) =>
        (await import('../../../tasks/data.ts')).dataWith({ way, license, sha256, objects: Boolean(objects) }),
    },
    kill: {
      summary: 'End a run, and keep its logs, events and specs',
      takes: { ...one('<run>', 'run'), example: 'pi-1a2b' },
      load: async () => (await import('../../../tasks/kill.ts')).kill,
    },
    gc: {
      summary: 'Remove what old runs and interrupted work left behind',
      takes: one('[age, such as 24h]'),
      flags: { '--cache': 'clean up the cache of this machine only' },
      examples: {
        'gc 24h --dry-run': 'list what is older than a day, and remove nothing',
        'gc 0s --cache': 'free disk space of this machine',
      },
      load: async ({ cache }) => (await import('../../../tasks/gc.ts')).gcWith({ cache: Boolean(cache) }),
    },
  },
};
