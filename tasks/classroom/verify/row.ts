// One row of the proof that seats are isolated: the attempt, the expectation and the result.
import { messageOf } from '../../core/failure.ts';

/** What is tried against. */
export type Area = 'rights' | 'pods' | 'limits' | 'network' | 'door';

/** Something that a student tries. */
export interface Attempt {
  area: Area;
  /** Such as `read the Secrets of another seat`. */
  what: string;
  /** Whether it is part of a seat, or must be refused. */
  isAllowed: boolean;
  /** Returns undefined if it worked, else what refused it. */
  attempt(): Promise<string | undefined>;
}

/** What came of an attempt. */
export interface Row {
  area: Area;
  what: string;
  expected: 'allowed' | 'refused';
  seen: 'allowed' | 'refused' | 'not known';
  /** Why it was refused, or why nobody knows. */
  detail: string;
}

/** Tries it. What breaks while it is tried proves nothing. */
export async function rowOf({ area, what, isAllowed, attempt }: Attempt): Promise<Row> {
  const expected = isAllowed ? 'allowed' : 'refused';
  try {
    const refused = await attempt();
    return { area, what, expected, seen: refused === undefined ? 'allowed' : 'refused', detail: refused ?? '' };
  } catch (error) {
    return { area, what, expected, seen: 'not known', detail: messageOf(error) };
  }
}

/** Tries one after the other. After `signal` it throws: rows of an interrupted proof are not kept. */
export async function rowsOf(
  attempts: readonly Attempt[],
  signal: AbortSignal,
  onRow: (row: Row, tried: number) => void,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const attempt of attempts) {
    rows.push(await rowOf(attempt));
    signal.throwIfAborted();
    onRow(rows.at(-1) as Row, rows.length);
  }
  return rows;
}

/** Whether it is as it should be. */
export const isAsExpected = ({ expected, seen }: Pick<Row, 'expected' | 'seen'>): boolean => expected === seen;
