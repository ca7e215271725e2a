// make bench: measures side by side in one run and prints one table; everything it makes is gone afterwards. ARGS=submission
// measures that alone.
import { spawnSync } from 'node:child_process';
import { failureText, table } from '../../tasks/core/report.ts';
import { whyNoNodes } from '../e2e/firesteel.ts';
import { classroomRows } from './classroom.ts';
import { clusterRows } from './cluster.ts';
import { doorRows } from './door.ts';
import { bundle, inTurns, stop } from './measure.ts';
import { cells, header, type Row } from './statistics.ts';
import { submissionRows } from './submission.ts';

const startRounds = 11;

const node = (...words: string[]) => spawnSync(process.execPath, words);

/** How long the command takes to start, beside a program that does nothing. */
async function startRow(): Promise<Row> {
  const actions = [() => node(bundle, '--help'), () => node('-e', '0')];
  await inTurns(1, actions);
  const [seconds = [], nothing = []] = await inTurns(startRounds, actions);
  return { what: 'firesteel --help', values: seconds, aim: 'ratio ≤ 2', peer: { name: 'node -e 0', values: nothing } };
}

/** By what `make bench ARGS=…` names; all of them if it names none. */
const benches: Record<string, () => Promise<{ rows: Row[]; notes: string[] }>> = {
  start: async () => ({ rows: [await startRow()], notes: [] }),
  submission: submissionRows,
  door: doorRows,
  classroom: classroomRows,
  cluster: async () => {
    const reason = await whyNoNodes();
    return reason
      ? { rows: [], notes: [`local cluster and Spark left out: ${reason}`] }
      : { rows: await clusterRows(), notes: [] };
  },
};

process.once('SIGINT', () => stop.abort(new Error('interrupted')));
const asked = process.argv.slice(2);
const wrong = asked.find((name) => !Object.hasOwn(benches, name));
if (wrong !== undefined) throw new Error(`no bench ${wrong}: there are ${Object.keys(benches).join(', ')}`);
const rows: Row[] = [];
const notes: string[] = [];
for (const [name, bench] of Object.entries(benches)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  try {
    const found = await bench();
    rows.push(...found.rows);
    notes.push(...found.notes);
  } catch (error) {
    notes.push(failureText(name, error, false));
    process.exitCode = 1;
  }
}
process.stdout.write(`${[...table([header, ...rows.map(cells)]), ...notes].join('\n')}\n`);
// What still waits, such as an idle connection, must not keep the process.
stop.abort();
