// Prints the end of a run: its results, its exit code with the cause, and its files.
import { missingResults, shownResults } from '../jobs/result.ts';
import { keptPods, logNames, readLog, readRun } from '../record/run-folder.ts';
import { isJobOutput, printable } from '../spark/driver-log.ts';
import { isDriver } from '../spark/pod.ts';
import { outputLines } from './outputs.ts';
import { lingering } from './start.ts';

/** How many of the job's own lines are shown at the end. */
const resultLines = 20;

/** The last lines that the job itself printed, and how it ended. */
export function outcomeLines(folder: string): string[] {
  const lines = readLog(folder, 'driver');
  const output: string[] = [];
  while (lines.length > 0 && output.length <= resultLines) {
    const line = printable(lines.pop() ?? '');
    if (isJobOutput(line)) output.unshift(line);
  }
  return [
    ...(output.length > resultLines ? ['… lines before these are in driver.log'] : []),
    ...output.slice(-resultLines),
    ...endLines(folder),
    ...lingeringLines(folder),
  ];
}

/** Says that a driver's pod continues after its driver has ended, as it was last seen. */
function lingeringLines(folder: string): string[] {
  const driver = keptPods(folder).find(isDriver);
  const names = driver ? lingering(driver) : [];
  if (!driver || names.length === 0) return [];
  const run = readRun(folder)?.id;
  const containers =
    names.length === 1 ? `container ${names[0]} still runs` : `containers ${names.join(' and ')} still run`;
  return [
    `! ${containers} in pod ${driver.metadata.name}, and its CPU and memory stay in use; free them: firesteel kill ${run}`,
  ];
}

/** How a run ended, if it has, and where its files are. */
export function endLines(folder: string): string[] {
  const run = readRun(folder);
  const { exitCode, cause, results, resultPatterns, withoutEventLog, sizes } = run ?? {};
  const end =
    exitCode === undefined
      ? cause
      : exitCode !== 0 && `the driver ended with exit code ${exitCode}${cause ? `: ${cause}` : ''}`;
  const missing = exitCode === 0 && missingResults(resultPatterns, results);
  return [
    ...[shownResults(results)].filter(Boolean),
    ...(missing ? [`! ${missing}`] : []),
    ...(withoutEventLog ? [`! no event log: ${withoutEventLog}`] : []),
    ...(end ? [`✖ ${end}`] : []),
    ...(run?.unread
      ? [`! not read to the end: ${run.unread.join(', ')}; read the rest with: firesteel logs ${run.id}`]
      : []),
    ...(run ? outputLines(run) : []),
    ...(sizes ? [sizes] : []),
    `kept in ${folder}: ${logNames(folder)
      .map((name) => `${name}.log`)
      .join(', ')}, events, specs`,
  ];
}
