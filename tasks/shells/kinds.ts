// The kinds of shells, and the command of each for a terminal and for a script. Pure.
import { join } from 'node:path';
import type { SparkJob } from '../spark/job.ts';

/** One kind of shell. */
interface Kind {
  type: SparkJob['type'];
  /** What its sessions have where nobody says otherwise. */
  conf: Record<string, string>;
  /** Jars beside Spark's. */
  maven: string[];
  /** Words after the folder of Spark's programs and the name of the properties file. */
  terminal(places: Places): string[];
  script(places: Places, script: string): string[];
}

/** Where a driver has things. */
export interface Places {
  /** SPARK_HOME. */
  home: string;
  /** The properties file. */
  properties: string;
  /** The folder of docker/shell/. */
  programs: string;
}

/** Tables of a session last as long as the session, and no folder of Hive's appears beside a user's files. */
const inMemory = { 'spark.sql.catalogImplementation': 'in-memory' };

/** As interactive shells have it by themselves. */
const quiet = { 'spark.log.level': 'WARN' };

export const clojureVersion = '1.12.3';

const clojure = ({ programs }: Places): string[] => [
  ...['--class', 'clojure.main', 'spark-internal', '-i', join(programs, 'session.clj')],
];

const kinds = {
  pyspark: {
    type: 'python',
    conf: { ...quiet, ...inMemory },
    maven: [],
    terminal: () => ['pyspark'],
    script: ({ programs }, script) => ['spark-submit', join(programs, 'run.py'), script],
  },
  'spark-shell': {
    type: 'java',
    conf: { ...quiet, ...inMemory },
    maven: [],
    terminal: () => ['spark-shell'],
    script: (_places, script) => ['spark-shell', '-i', script],
  },
  sql: {
    type: 'java',
    conf: { ...quiet, 'spark.hadoop.javax.jdo.option.ConnectionURL': 'jdbc:derby:memory:metastore;create=true' },
    maven: [],
    terminal: () => ['spark-sql'],
    script: (_places, script) => ['spark-sql', '-f', script],
  },
  clojure: {
    type: 'java',
    conf: { ...quiet, ...inMemory },
    maven: [`org.clojure:clojure:${clojureVersion}`],
    terminal: (places) => ['spark-submit', ...clojure(places), '-r'],
    script: (places, script) => ['spark-submit', ...clojure(places), script],
  },
} as const satisfies Record<string, Kind>;

export type ShellName = keyof typeof kinds;

export const kindOf = (name: string): Kind => kinds[name as ShellName];

/** The command of a shell; with the path of a script, one that runs it and ends. */
export function shellCommand(name: string, places: Places, script?: string): [program: string, ...args: string[]] {
  const kind = kindOf(name);
  const [program = '', ...words] = script === undefined ? kind.terminal(places) : kind.script(places, script);
  return [join(places.home, 'bin', program), '--properties-file', places.properties, ...words];
}

/** What the process of a shell has in its environment. Derby writes its log beside the user's files otherwise. */
export const shellVariables = (name: string): Record<string, string> =>
  name === 'sql' ? { SPARK_SUBMIT_OPTS: '-Dderby.stream.error.file=/dev/null' } : {};
