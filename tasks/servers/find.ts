// Steps that find the servers of a kind in the namespace: one that has to be there, and a table of all.
import { Failure } from '../core/failure.ts';
import { table } from '../core/screen/table.ts';
import type { Context, SingleStep } from '../steps/types.ts';
import { deploymentRef } from './names.ts';

/** `what` is the kind in words, such as "notebook server"; `start` is the command that starts one. */
export const findServer = (what: string, object: string, start: string): SingleStep => ({
  title: `Find the ${what}`,
  observes: true,
  run: async ({ kube, profile }) => {
    if (!(await kube.get(deploymentRef(object, profile))))
      throw new Failure(`there is no ${what} ${object} in namespace ${profile.namespace}`, {
        hint: `start it: ${start}`,
      });
  },
});

/** How servers of a kind are listed. */
interface Listing<T> {
  /** The kind in words, such as "notebook server". */
  what: string;
  /** The verb that starts one. */
  verb: string;
  /** Their key in the JSON output. */
  fact: string;
  look(context: Context): Promise<T[]>;
  head: string[];
  row(server: T): string[];
}

/** All servers of the namespace, or the one of this name. */
export const listServers = <T>(
  object: string | undefined,
  { what, verb, fact, look, head, row }: Listing<T>,
): SingleStep => ({
  title: `List ${what}s`,
  observes: true,
  run: async (context) => {
    const found = await look(context);
    context.state.facts = { [fact]: found };
    context.state.lines =
      found.length > 0
        ? table([head, ...found.map(row)])
        : [`no ${object ?? what} in ${context.profile.namespace}`, `Next: firesteel ${verb} up`];
  },
});
