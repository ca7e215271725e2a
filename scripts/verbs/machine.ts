// Verbs about programs of this machine.
import type { VerbGroup } from '../verb.ts';
import { many, none } from '../words.ts';

export const machineVerbs: VerbGroup = {
  heading: 'This machine:',
  verbs: {
    tools: {
      summary: 'List or install programs such as minikube, kind and kubectl',
      usual: 'list',
      actions: {
        list: { summary: 'List the programs with versions and paths', takes: none },
        install: { summary: 'Install programs for this user', takes: many('[names]') },
      },
      examples: { 'tools install kubectl': 'one program' },
      load: async () => (await import('../../tasks/tools.ts')).tools,
    },
  },
};
