// The table of causes of a JVM or a Python worker that does not start, crashes, or meets a foreign jar. Pure.
import type { KnownCause } from './known-cause.ts';
import { ownPythonError, pythonError } from './missing-libraries.ts';

/** Java's number of a class file is that of its version and 44. */
const firstClassFile = 44;
const javaOf = (classFile = ''): number => Number(classFile) - firstClassFile;

/** What the JVM says of itself, and what Spark says of a program that it starts. */
export const jvmCauses: readonly KnownCause[] = [
  {
    match: /^log (?:Unrecognized (?:VM )?option:? '?([^']+)'?|(Conflicting collector combinations) in option list)/,
    cause: ([, option, conflict]) => `Java does not start: ${option ? `unknown option ${option}` : conflict}`,
    cure: (_, { part }) => `correct spark.${part}.extraJavaOptions`,
  },
  {
    match: /^log Could not reserve enough space for (?:(\d+)KB )?object heap/,
    cause: 'Java does not start: the node has no memory for its heap',
    cure: (_, { part }) => `lower spark.${part}.memory`,
  },
  {
    match: /^log # There is insufficient memory for the Java Runtime Environment to continue/,
    cause: 'the node gives Java no more memory',
    cure: (_, { part }) => `raise spark.${part}.memoryOverhead`,
  },
  {
    match: /^log #\s+(SIG[A-Z]+) \(0x/,
    cause: ([, signal]) => `Java crashed with ${signal}`,
    cure: 'find the native library that the log names, and update it',
  },
  {
    match: /^log Fatal Python error: (Segmentation fault|Aborted|Bus error|Illegal instruction)/,
    unlessLater: pythonError,
    cause: ([, what]) => `Python crashed: ${what}`,
    cure: 'find the native library that the log names, and update it',
  },
  {
    match: /(?:System|(Executor)) memory (\d+) must be at least (\d+)/i,
    unlessLater: ownPythonError,
    cause: ([, executor, has, least]) =>
      `Spark does not start: the heap of the ${executor ? 'executors' : 'driver'} has ${inMebibytes(has)}, Spark needs ${inMebibytes(least)}`,
    cure: ([, executor]) => `raise spark.${executor ? 'executor' : 'driver'}.memory`,
  },
  {
    match: /UnsupportedClassVersionError: ([\w/$.]+) .*class file version (\d+)\.\d+\).* up to (\d+)/,
    unlessLater: ownPythonError,
    cause: ([, name, built, known]) =>
      `class ${name?.replaceAll('/', '.')} is built for Java ${javaOf(built)}, but the image has Java ${javaOf(known)}`,
    cure: ([, , , known]) => `build the jar with --release ${javaOf(known)}, or use an image with a newer Java`,
  },
  {
    match:
      /NoClassDefFoundError: scala\/|NoSuchMethodError: '?(?:[\w.$[\]]+ )?scala\.(?:Predef|collection|runtime|Product|Tuple)/,
    unlessLater: ownPythonError,
    cause: 'a jar is built for another version of Scala than Spark',
    cure: 'use jars for the Scala of this Spark: the names of such jars end with the version, such as _2.13',
  },
  {
    match: /Cannot run program "([^"]+)".*error[=:] ?2\b/,
    unlessLater: pythonError,
    cause: ([, program]) => `the image has no program ${program}`,
    cure: ([, program = '']) =>
      /python/.test(program)
        ? 'correct spark.pyspark.python, or the variable PYSPARK_PYTHON'
        : 'correct the name of the program, or use an image that has the program',
  },
  {
    of: 'driver',
    match: /executor (\d+)\): [\w.]+: Python worker exited unexpectedly \(crashed\)/,
    unlessLater: ownPythonError,
    cause: ([, id]) => `a Python worker of executor ${id} crashed`,
    cure: 'raise spark.executor.memoryOverhead, which Python workers use, or read the log of the executor',
  },
];

function inMebibytes(bytes = ''): string {
  return `${Math.floor(Number(bytes) / 2 ** 20)} MiB`;
}
