// make bench: measures side by side in one run and prints one table; everything it makes is gone afterwards. ARGS=submission
// measures that alone. What each bench has found last is in test-results/benchmarks.md.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { projectPath } from '../../tasks/core/paths.ts';
import { failureText } from '../../tasks/core/report.ts';
import { table } from '../../tasks/core/screen/table.ts';
import { whyNoNodes } from '../e2e/firesteel.ts';
import { classroomRows } from './classroom.ts';
import { clusterRows } from './cluster.ts';
import { doorRows } from './door.ts';
import { bundle, inTurns, say, stop } from './measure.ts';
import { benchmarksPage, type Found } from './page.ts';
import { cells, header, type Row } from './statistics.ts';
import { submissionRows } from './submission.ts';

const startRounds = 11;

const node = (...words: string[]) => spawnSync(process.execPath, words);

/** How long the command takes to start, beside a program that does nothing. */
async function startRow(): Promise<Row> {
  const actions = [() => node(bundle, '--help'), () => node('-e', '0')];
  for (const action of actions) action();
  const [seconds = [], nothing = []] = await inTurns('firesteel --help', startRounds, actions);
  return {
    what: 'firesteel --help',
    values: seconds,
    aim: 'ratio ≤ 1.3',
    peer: { name: 'node -e 0', values: nothing },
  };
}

interface Bench {
  title: string;
  measure(): Promise<{ rows: Row[]; notes: string[] }>;
}

/** By what `make bench ARGS=…` names; all of them if it names none. */
const benches: Record<string, Bench> = {
  start: { title: 'The command line', measure: async () => ({ rows: [await startRow()], notes: [] }) },
  submission: { title: 'From the name of a job to its driver pod', measure: submissionRows },
  cluster: {
    title: 'A local cluster, and SparkPi on it',
    measure: async () => {
      const reason = await whyNoNodes();
      return reason
        ? { rows: [], notes: [`local cluster and Spark left out: ${reason}`] }
        : { rows: await clusterRows(), notes: [] };
    },
  },
  classroom: { title: 'The objects of a class', measure: classroomRows },
  door: { title: 'The door of a class', measure: doorRows },
};

const results = projectPath('test-results', 'bench');

/** What every bench has found last, in their order. */
function keep(name: string, found: Found): void {
  mkdirSync(results, { recursive: true });
  writeFileSync(join(results, `${name}.json`), JSON.stringify(found));
  const all = Object.keys(benches).flatMap((bench) => {
    try {
      return [JSON.parse(readFileSync(join(results, `${bench}.json`), 'utf8')) as Found];
    } catch {
      return [];
    }
  });
  writeFileSync(projectPath('test-results', 'benchmarks.md'), benchmarksPage(all));
}

const machine = `${cpus().length} cores of ${cpus()[0]?.model ?? 'unknown'}, Node ${process.versions.node}`;

process.once('SIGINT', () => stop.abort(new Error('interrupted')));
const asked = process.argv.slice(2);
const wrong = asked.find((name) => !Object.hasOwn(benches, name));
if (wrong !== undefined) throw new Error(`no bench ${wrong}: there are ${Object.keys(benches).join(', ')}`);
const rows: Row[] = [];
const notes: string[] = [];
for (const [name, bench] of Object.entries(benches)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  try {
    say(bench.title);
    const found = await bench.measure();
    rows.push(...found.rows);
    notes.push(...found.notes);
    keep(name, { title: bench.title, machine, cells: found.rows.map(cells), notes: found.notes });
  } catch (error) {
    notes.push(failureText(name, error, false));
    process.exitCode = 1;
  }
}
process.stdout.write(`${[...table([header, ...rows.map(cells)]), ...notes].join('\n')}\n`);
// What still waits, such as an idle connection, must not keep the process.
stop.abort();
