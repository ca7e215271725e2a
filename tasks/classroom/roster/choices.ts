// Which columns of a list can identify people, for a question to the user.
import { basename } from 'node:path';
import { shownTitle } from './cells.ts';
import { headerOf } from './columns.ts';
import { peopleOf } from './people.ts';
import { readRows, rosterBytes } from './read.ts';

/** A column that can identify people. */
export interface ColumnChoice {
  title: string;
  /** The first value below the title. */
  sample: string;
}

/** What a list leaves to its user. */
export interface ColumnChoices {
  /** The columns by which the list can be read, in its order. */
  columns: ColumnChoice[];
  /** Whether the list itself does not say which. */
  isNeeded: boolean;
}

/** Looks for columns that identify people. None if the list has no titles, or if more is wrong with it. */
export async function columnChoices(path: string): Promise<ColumnChoices> {
  const none = { columns: [], isNeeded: false };
  const { rows, separator, problems } = await readRows(await rosterBytes(path), basename(path), new Map());
  if (problems.length > 0) return none;
  const usual = peopleOf(rows, separator, new Map()).problems;
  const filled = rows.filter(({ cells }) => cells.some((cell) => cell.trim() !== ''));
  const at = headerOf(filled, new Map());
  // Of a typed list, the first row is a person.
  if (at < 0 && usual.length === 0) return none;
  const [header, ...body] = filled.slice(Math.max(0, at));
  const reads = (title: string) => {
    const list = title === '' ? undefined : peopleOf(rows, separator, new Map([['id', title]]));
    return list && list.problems.length === 0 && list.people.length > 0;
  };
  const columns = (header?.cells ?? []).map((title, index) => ({
    title: shownTitle(title),
    sample: body.map(({ cells }) => (cells[index] ?? '').trim()).find(Boolean) ?? '',
  }));
  return {
    columns: columns.filter(({ title }) => reads(title)),
    isNeeded: usual.length > 0 && usual.every(({ row }) => row === undefined),
  };
}
