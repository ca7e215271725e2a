// The table of causes that are a library of Python or Java, which the image lacks. Pure.
import type { KnownCause } from './known-cause.ts';
import { packageOf } from './python-packages.ts';

/** An error of Python that ends a traceback: the last one of a log is what ended the program. */
const pythonError = /^log (?!(?:java|javax|scala|org|com|io|net)\.)[\w.]+(?:Error|Exception)(?::|$)/;

/** Libraries of data sources that Spark's distribution lacks; VERSION and SCALA are those of Spark, or fit them. */
const libraries: Readonly<Record<string, string>> = {
  avro: 'org.apache.spark:spark-avro_SCALA:VERSION',
  delta: 'io.delta:delta-spark_SCALA:VERSION',
  kafka: 'org.apache.spark:spark-sql-kafka-0-10_SCALA:VERSION',
};

/** Missing modules, data sources and file systems; a program in Python may do without one. */
export const missingLibraries: readonly KnownCause[] = [
  {
    match: /^log ModuleNotFoundError: No module named '([^']+)'/,
    unlessLater: pythonError,
    cause: ([, name]) => `Python module ${name} is not in the image`,
    cure: ([, name = '']) =>
      `add ${packageOf(name)} to the job: --requirements if PyPI has it, --py-files if it is your own`,
  },
  {
    match: /Failed to find (?:the )?data source: ([\w.-]*\w)/,
    unlessLater: pythonError,
    cause: ([, name]) => `no jar has the data source ${name}`,
    cure: ([, name = '']) => `add its library with --packages${libraries[name] ? `: ${libraries[name]}` : ''}`,
  },
  {
    match: /Class org\.apache\.hadoop\.fs\.s3a\.\w+ not found|No FileSystem for scheme:? "?s3a\b/,
    unlessLater: pythonError,
    cause: 'the image has no jars for s3a:// addresses',
    cure: 'name the storage in the block storage of the profile, with kind: s3',
  },
  {
    match: /No FileSystem for scheme:? "?(s3n?)\b/,
    unlessLater: pythonError,
    cause: ([, scheme]) => `Spark reads no ${scheme}:// addresses`,
    cure: 'write s3a:// instead, and name the storage in the block storage of the profile, with kind: s3',
  },
  {
    match: /Class com\.google\.cloud\.hadoop\.fs\.gcs\.\w+ not found|No FileSystem for scheme:? "?gs\b/,
    unlessLater: pythonError,
    cause: 'the image has no jars for gs:// addresses',
    cure: 'name the storage in the block storage of the profile, with kind: gcs',
  },
  {
    match: /No FileSystem for scheme:? "?([\w.+-]+)/,
    unlessLater: pythonError,
    cause: ([, scheme]) => `no jar has a file system for ${scheme}:// addresses`,
    cure: 'correct the address, or add the library of its file system with --packages',
  },
];
