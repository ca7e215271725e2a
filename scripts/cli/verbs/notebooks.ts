// Verbs for people who work in notebooks, alone or as a class.
import type { VerbGroup } from '../verb.ts';
import { many, none, one } from '../words.ts';

const classList = one('[class list]', 'file');

const student = { ...one('<student>'), example: 'ada-lovelace' };

const lists = {
  '--column <title>': 'id=TITLE: the column that identifies people, if several columns can',
  '--prune': 'remove students who are not in the list, and delete their work',
};

export const notebookVerbs: VerbGroup = {
  heading: 'Notebooks and classes:',
  verbs: {
    dev: {
      summary: 'Run JupyterLab and Spark on this machine',
      usual: 'up',
      flags: { '--local': 'run as processes of this machine, even if Docker is available' },
      actions: {
        up: { summary: 'Start JupyterLab and Spark', takes: one('[folder of notebooks]', 'file') },
        status: { summary: 'Show the state of JupyterLab and Spark', takes: none },
        down: { summary: 'Stop JupyterLab and Spark, and keep the notebooks', takes: none },
      },
      load: async ({ local }) => (await import('../../../tasks/dev.ts')).devWith({ local: local !== undefined }),
    },
    notebook: {
      summary: 'Run JupyterLab in the cluster; its kernels are Spark drivers',
      usual: 'status',
      flags: { '--name <name>': 'name of the server, if a namespace has several' },
      actions: {
        up: {
          summary: 'Start a notebook server, and bring files into its work folder',
          takes: many('[notebooks and folders]', 'file'),
          flags: { '--git <url>': 'clone this repository into the work folder, as https://host/name.git@ref' },
        },
        open: { summary: 'Forward the notebook server to this machine and show the address', takes: none },
        status: { summary: 'List servers, kernels and executors', takes: none },
        down: {
          summary: 'End the notebook server, and keep the work folder',
          takes: none,
          flags: { '--with-claim': 'also delete the work folder' },
        },
      },
      load: async ({ name, git, withClaim }) =>
        (await import('../../../tasks/notebook.ts')).notebookWith({ name, git, withClaim: withClaim !== undefined }),
    },
    connect: {
      summary: 'Run a Spark Connect server, for thin clients on this machine',
      usual: 'status',
      flags: { '--name <name>': 'name of the server, if a namespace has several' },
      actions: {
        up: { summary: 'Start a Connect server', takes: none },
        open: {
          summary: 'Forward the server to this machine, and write address and token to a file',
          takes: none,
          flags: { '--port <number>': 'port of this machine to listen on; by default 15002 or the next free port' },
        },
        status: { summary: 'List servers, sessions, executors and addresses', takes: none },
        down: { summary: 'End the server and its sessions', takes: none },
      },
      examples: {
        'connect up': 'then: firesteel connect open',
        'connect up --name b': 'a second server next to the first',
      },
      load: async ({ name, port }) => (await import('../../../tasks/connect.ts')).connectWith({ name, port }),
    },
    classroom: {
      summary: 'Give each student of a class list a separate notebook server',
      usual: 'status',
      flags: {
        '--address <address>': "address at which students reach this machine, in place of the profile's",
        '--domain <name>': "domain of the class, in place of the profile's; seats are hosts such as ada.NAME",
      },
      actions: {
        plan: {
          summary: 'Compare the list with the class, and show what apply would do',
          takes: classList,
          flags: lists,
        },
        apply: {
          summary: 'Create or update a seat for each student of a class list',
          takes: classList,
          flags: {
            ...lists,
            '--new-codes': 'give all students new codes, where those of their seats are lost with another machine',
          },
        },
        status: { summary: 'Show the state of each seat', takes: none },
        add: {
          summary: 'Add students who are not in the list',
          takes: { ...many('<names or addresses>'), example: "'Ada Lovelace'" },
        },
        remove: {
          summary: 'Remove students, and delete their work',
          takes: { ...many('<students>'), example: 'ada-lovelace' },
        },
        reset: { summary: 'End all pods of a student, move hidden files aside, and start the server', takes: student },
        rotate: { summary: "Replace a student's link and code", takes: student },
        start: {
          summary: 'Start the notebook servers of all seats',
          takes: none,
          flags: { '--at <time>': 'wait until this time, such as 08:30' },
        },
        pause: { summary: 'End all notebook servers, and keep the work', takes: none },
        resume: { summary: 'Start the paused notebook servers again', takes: none },
        push: {
          summary: "Copy files into every student's work folder",
          takes: { ...many('<files and folders>', 'file'), example: 'exercise.ipynb' },
        },
        collect: {
          summary: 'Fetch one file from each student',
          takes: { usage: '<file> [folder]', most: 2, example: 'exercise.ipynb' },
        },
        open: { summary: "Open a student's seat as the teacher", takes: student },
        verify: { summary: 'Prove that no seat reaches another', takes: none },
        handouts: { summary: 'Write a page for each student', takes: one('[folder]', 'file') },
        door: { summary: "Relay ports of this machine to the class's door", takes: none },
        destroy: { summary: 'Delete the class with all seats and all work in them', takes: none },
      },
      examples: {
        'classroom plan students.csv': 'show what apply would change',
        'classroom start --at 08:30': 'notebook servers before class',
      },
      load: async ({ column, prune, newCodes, address, domain, at }) =>
        (await import('../../../tasks/classroom.ts')).classroomWith({
          column,
          isPruned: prune !== undefined,
          address,
          domain,
          hasNewCodes: newCodes !== undefined,
          at,
        }),
    },
  },
};
