// The commands for a server of one user, and the step that prints the next one.
import type { SingleStep } from '../steps/types.ts';

/** A command for the server, as a user types it. */
export const serverCommand = (verb: string, action: string, name: string | undefined): string =>
  `firesteel ${verb} ${action}${name === undefined ? '' : ` --name ${name}`}`;

export const sayNext = (command: string): SingleStep => ({
  title: 'Print the next command',
  observes: true,
  run: async ({ state }) => {
    state.lines = [`Next: ${command}`];
  },
});
