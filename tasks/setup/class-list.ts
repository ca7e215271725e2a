// Looks at a class list: how many people it has, what is wrong with it, and which column identifies people.
import { columnChoices } from '../classroom/roster/choices.ts';
import { readRoster } from '../classroom/roster/read.ts';
import { Failure, messageOf } from '../core/failure.ts';
import type { Profile } from '../profile/schema.ts';
import type { Choice } from '../steps/setup.ts';

type Named = Pick<Profile['classroom'], 'roster' | 'column'>;

/** What a class list says, without anybody's name. */
interface RosterLook {
  students: number;
  line: string;
}

/** What is wrong with a class list. */
export interface RosterTrouble {
  /** The answer that cures it. */
  flag: 'roster' | 'column';
  message: string;
  hint: string | undefined;
}

const noColumns = { columns: [], isNeeded: false };

async function lookAt({ roster = '', column }: Named): Promise<RosterLook> {
  const { people, columns } = await readRoster(roster, column === undefined ? [] : [`id=${column}`]);
  return { students: people.length, line: `${roster}: ${people.length} people, ${columns}` };
}

/** Reads the list. A list that another column identifies is no wrong list: then the column is what is to be said. */
export async function lookAtRoster(named: Named): Promise<RosterLook | RosterTrouble> {
  try {
    return await lookAt(named);
  } catch (error) {
    const { columns, isNeeded } = await columnChoices(named.roster ?? '').catch(() => noColumns);
    return {
      flag: columns.length > 0 && (isNeeded || named.column !== undefined) ? 'column' : 'roster',
      message: messageOf(error),
      hint: error instanceof Failure ? error.hint : undefined,
    };
  }
}

/** A message and its hint in one line. */
export const troubleText = ({ message, hint }: RosterTrouble): string => [message, hint].filter(Boolean).join('; ');

/** What is wrong with an answer about the list; undefined if nothing is, or if another question cures it. */
export async function rosterProblem(named: Named, about: RosterTrouble['flag']): Promise<string | undefined> {
  const look = await lookAtRoster(named);
  return 'flag' in look && (look.flag === 'roster' || about === 'column') ? troubleText(look) : undefined;
}

/** The columns that can identify people. */
export const identifyingColumns = async ({ roster }: Named): Promise<Choice[]> =>
  roster === undefined
    ? []
    : (await columnChoices(roster)).columns.map(({ title, sample }) => ({ value: title, about: `such as ${sample}` }));
