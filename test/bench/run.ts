// make bench: measures side by side in one run and prints one table; everything it makes is gone afterwards.
import { spawnSync } from 'node:child_process';
import { failureText, table } from '../../tasks/lib/report.ts';
import { whyNoNodes } from '../e2e/firesteel.ts';
import { clusterRows } from './cluster.ts';
import { bundle, inTurns, stop } from './measure.ts';
import { cells, header, type Row } from './statistics.ts';

const startRounds = 11;

const node = (...words: string[]) => spawnSync(process.execPath, words);

/** How long the command takes to start, beside a program that does nothing. */
async function startRow(): Promise<Row> {
  const actions = [() => node(bundle, '--help'), () => node('-e', '0')];
  await inTurns(1, actions);
  const [seconds = [], nothing = []] = await inTurns(startRounds, actions);
  return { what: 'firesteel --help', seconds, aim: 'ratio ≤ 2', peer: { name: 'node -e 0', seconds: nothing } };
}

process.once('SIGINT', () => stop.abort(new Error('interrupted')));
const rows = [await startRow()];
const leftOut: string[] = [];
const reason = await whyNoNodes();
if (reason) leftOut.push(`local cluster and Spark left out: ${reason}`);
else
  try {
    rows.push(...(await clusterRows()));
  } catch (error) {
    leftOut.push(failureText('local cluster and Spark', error, false));
    process.exitCode = 1;
  }
process.stdout.write(`${[...table([header, ...rows.map(cells)]), ...leftOut].join('\n')}\n`);
