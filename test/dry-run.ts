// What a dry run says, for tests: its events, and its lines as a person sees them.
import { planLines } from '../tasks/core/plan/text.ts';
import type { PlanEvent } from '../tasks/core/plan/types.ts';
import { dryRun } from '../tasks/steps/dry-run.ts';
import type { Context, Step } from '../tasks/steps/types.ts';

/** All events of a dry run of these steps, in their order. */
export async function dryRunEvents(steps: Step[], context: Context): Promise<PlanEvent[]> {
  const events: PlanEvent[] = [];
  await dryRun(steps, context, (event) => void events.push(event));
  return events;
}

/** The lines of a dry run, without the totals at its end. */
export const dryRunLines = async (steps: Step[], context: Context): Promise<string[]> =>
  (await dryRunEvents(steps, context)).filter(({ event }) => event !== 'planned').flatMap((event) => planLines(event));

/** The events in the output of `--dry-run --json`. */
export const eventsIn = (output: string): PlanEvent[] =>
  output
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as PlanEvent);

/** Kinds as the paths of the API have them. */
const pluralOf = (kind: string): string => `${kind.toLowerCase()}s`.replace(/ys$/, 'ies');

/** What the events say would be written, as `create roles ns/name`; of what is no object, the name alone. */
export const plannedWrites = (events: readonly PlanEvent[]): string[] =>
  events.flatMap((event) => {
    if (event.event !== 'change') return [];
    const [kind = '', name] = event.name.split(' ');
    return event.kind === 'object' ? [`${event.action} ${pluralOf(kind)} ${name}`] : [event.name];
  });
