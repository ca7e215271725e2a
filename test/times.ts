// The table of seconds by test file: written after each run, and read before the next one, which begins with the longest.

/** A command of firesteel that a test waited for. */
export interface CommandTime {
  file: string;
  verb: string;
  seconds: number;
}

/** One test file of a run. */
export interface FileTime {
  /** Path in the project. */
  file: string;
  seconds: number;
  commands: readonly CommandTime[];
}

/** One command line of vitest, such as all files of a project. */
export interface PhaseTime {
  name: string;
  /** By the clock on the wall: less than the sum of the files where they run side by side. */
  seconds: number;
  files: readonly FileTime[];
}

const shown = (seconds: number): string => seconds.toFixed(seconds < 10 ? 1 : 0);

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

/** `6 submit in 88 s, 1 deploy in 12 s`: what takes longest comes first. */
function waitedFor(commands: readonly CommandTime[]): string {
  const verbs = [...new Set(commands.map(({ verb }) => verb))].map((verb) => {
    const times = commands.filter((command) => command.verb === verb).map(({ seconds }) => seconds);
    return { verb, count: times.length, seconds: sum(times) };
  });
  return verbs
    .sort((a, b) => b.seconds - a.seconds)
    .map(({ verb, count, seconds }) => `${count} ${verb} in ${shown(seconds)} s`)
    .join(', ');
}

/** Files that take less are summed up in one row. */
const leastSeconds = 2;

function phaseTable({ name, seconds, files }: PhaseTime): string {
  const byTime = [...files].sort((a, b) => b.seconds - a.seconds);
  const long = byTime.filter((file) => file.seconds >= leastSeconds);
  const short = byTime.slice(long.length);
  const rows = [
    ...long.map((file) => `| ${file.file} | ${shown(file.seconds)} | ${waitedFor(file.commands)} |`),
    ...(short.length > 0
      ? [`| ${short.length} files under ${leastSeconds} s | ${shown(sum(short.map((file) => file.seconds)))} | |`]
      : []),
  ];
  const total = `${shown(seconds)} s by the clock, ${shown(sum(files.map((file) => file.seconds)))} s in files`;
  return [`## ${name}: ${total}`, '', '| file | seconds | firesteel commands |', '| --- | ---: | --- |', ...rows].join(
    '\n',
  );
}

/** The whole page. */
export const timesPage = (command: string, phases: readonly PhaseTime[]): string =>
  `${[
    '# Test times',
    `\`${command}\` took ${(sum(phases.map(({ seconds }) => seconds)) / 60).toFixed(1)} minutes. The seconds of commands are those from start to exit.`,
    ...phases.map(phaseTable),
  ].join('\n\n')}\n`;

/** Seconds by file, as the page has them; a file that has no row is absent. */
export const secondsByFile = (page: string): Map<string, number> =>
  new Map(
    [...page.matchAll(/^\| (test\/\S+) \| ([\d.]+) \|/gm)].map(([, file = '', seconds]) => [file, Number(seconds)]),
  );
