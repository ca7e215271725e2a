// The table of causes that are a library of Python or Java, which the image lacks. Pure.
import type { KnownCause } from './known-cause.ts';
import { packageOf } from './python-packages.ts';

const ofJava = 'java|javax|scala|org|com|io|net';

/** A line that names an error; what begins as `others` do is none of the program's. */
const errorBut = (others: string): RegExp => new RegExp(`^log (?!${others})[\\w.]+(?:Error|Exception)(?::|$)`);

/** An error of Python that ends a traceback: the last one of a log is what ended the program. */
export const pythonError = errorBut(`(?:${ofJava})\\.`);

/** The same of the program itself: neither of Spark, nor of the connection to Spark. */
export const ownPythonError = errorBut(`(?:${ofJava}|py4j|pyspark)\\.`);

/** An error of the program, or of Spark's Python; that a JVM is gone is none. */
export const errorBesideJvm = errorBut(`(?:${ofJava}|py4j)\\.|(?:Connection\\w+|BrokenPipe|EOF)Error`);

const noModule = /^log ModuleNotFoundError: No module named '/;
/** Modules of older Pythons that newer ones lack: https://docs.python.org/3/whatsnew/3.12.html, 3.13.html */
const removed =
  'aifc|asynchat|asyncore|audioop|cgi|cgitb|chunk|crypt|imghdr|imp|lib2to3|mailcap|msilib|nis|nntplib|ossaudiodev|pipes|smtpd|sndhdr|spwd|sunau|telnetlib|uu|xdrlib';

/** The package of a message that names it, with capitals or without. */
const packageNamed = ([, required, missing = '']: RegExpExecArray): string =>
  packageOf((required ?? missing).toLowerCase());

/** Drivers of databases, by how their classes begin: what --packages takes. */
const databases: Readonly<Record<string, string>> = {
  'com.amazon.redshift': 'com.amazon.redshift:redshift-jdbc42:VERSION',
  'com.clickhouse': 'com.clickhouse:clickhouse-jdbc:VERSION',
  'com.databricks.client.jdbc': 'com.databricks:databricks-jdbc:VERSION',
  'com.ibm.db2': 'com.ibm.db2:jcc:VERSION',
  'com.microsoft.sqlserver': 'com.microsoft.sqlserver:mssql-jdbc:VERSION',
  'com.mysql': 'com.mysql:mysql-connector-j:VERSION',
  'com.sap.db.jdbc': 'com.sap.cloud.db.jdbc:ngdbc:VERSION',
  'com.teradata.jdbc': 'com.teradata.jdbc:terajdbc:VERSION',
  'io.trino': 'io.trino:trino-jdbc:VERSION',
  'net.snowflake': 'net.snowflake:snowflake-jdbc:VERSION',
  'oracle.jdbc': 'com.oracle.database.jdbc:ojdbc11:VERSION',
  'org.duckdb': 'org.duckdb:duckdb_jdbc:VERSION',
  'org.h2': 'com.h2database:h2:VERSION',
  'org.mariadb': 'org.mariadb.jdbc:mariadb-java-client:VERSION',
  'org.postgresql': 'org.postgresql:postgresql:VERSION',
  'org.sqlite': 'org.xerial:sqlite-jdbc:VERSION',
};

/** Libraries of data sources that Spark's distribution lacks; LINE, VERSION and SCALA are those of Spark, or fit them. */
const libraries: Readonly<Record<string, string>> = {
  avro: 'org.apache.spark:spark-avro_SCALA:VERSION',
  bigquery: 'com.google.cloud.spark:spark-bigquery-with-dependencies_SCALA:VERSION',
  cassandra: 'com.datastax.spark:spark-cassandra-connector_SCALA:VERSION',
  crealytics: 'com.crealytics:spark-excel_SCALA:VERSION',
  delta: 'io.delta:delta-spark_SCALA:VERSION',
  elasticsearch: 'org.elasticsearch:elasticsearch-spark-30_SCALA:VERSION',
  excel: 'dev.mauch:spark-excel_SCALA:VERSION',
  hudi: 'org.apache.hudi:hudi-sparkLINE-bundle_SCALA:VERSION',
  iceberg: 'org.apache.iceberg:iceberg-spark-runtime-LINE_SCALA:VERSION',
  kafka: 'org.apache.spark:spark-sql-kafka-0-10_SCALA:VERSION',
  mongodb: 'org.mongodb.spark:mongo-spark-connector_SCALA:VERSION',
  snowflake: 'net.snowflake:spark-snowflake_SCALA:VERSION',
};

/** How to bring a source; its library is known by a short name, or by a part of the name of its class. */
function addLibrary(name = ''): string {
  const known = Object.keys(libraries).find((short) => name.toLowerCase().split('.').includes(short));
  return `add its library with --packages${known ? `: ${libraries[known]}` : ''}`;
}

/** Missing modules, data sources and file systems; a program in Python may do without one. */
export const missingLibraries: readonly KnownCause[] = [
  {
    match: new RegExp(`${noModule.source}((?:${removed})(?:\\.[\\w.]+)?)'`),
    unlessLater: pythonError,
    cause: ([, name]) => `the Python of the image is newer than the program: Python has removed module ${name}`,
    cure: 'update the package that imports the module, or correct the program',
  },
  {
    match: /^log ModuleNotFoundError: No module named '(pyspark\.[\w.]+)'/,
    unlessLater: pythonError,
    cause: ([, name]) => `the Spark of the image has no Python module ${name}`,
    cure: 'correct the name of the module, or use a version of Spark that has the module',
  },
  {
    match: /^log ModuleNotFoundError: No module named '([^']+)'/,
    unlessLater: pythonError,
    cause: ([, name]) => `Python module ${name} is not in the image`,
    cure: ([, name = '']) =>
      `add ${packageOf(name)} to the job: --requirements if PyPI has it, --py-files if it is your own`,
  },
  {
    // What pandas and PySpark say of a package that only some of their functions need.
    match:
      /^log (?:[\w.]*\.)?(?:PySpark)?ImportError: (?:(?:\[PACKAGE_NOT_INSTALLED\] )?(\w[\w.-]*)[^;]* must be installed; however, it was not found|Missing optional dependency '([\w.-]+)')/,
    unlessLater: pythonError,
    cause: (found) => `Python package ${packageNamed(found)} is not in the image`,
    cure: (found) => `add ${packageNamed(found)} to the job: --requirements`,
  },
  {
    match: new RegExp(
      `ClassNotFoundException: ((${Object.keys(databases).join('|').replaceAll('.', '\\.')})\\.[\\w.$]+)`,
    ),
    unlessLater: pythonError,
    cause: ([, name]) => `no jar has the JDBC driver ${name}`,
    cure: ([, , start = '']) => `add its library with --packages: ${databases[start]}`,
  },
  {
    match: /SQLException: No suitable driver/,
    unlessLater: pythonError,
    cause: 'no JDBC driver takes the address of the database',
    cure: 'add the library of the driver with --packages, and name its class in option driver',
  },
  {
    match: /Failed to find (?:the )?data source: ([\w.-]*\w)/,
    unlessLater: pythonError,
    cause: ([, name]) => `no jar has the data source ${name}`,
    cure: ([, name]) => addLibrary(name),
  },
  {
    match: /Cannot find catalog plugin class for catalog '([^']+)': ([\w.$]*\w)/,
    unlessLater: pythonError,
    cause: ([, catalog, name]) => `no jar has class ${name} of catalog ${catalog}`,
    cure: ([, , name]) => addLibrary(name),
  },
  {
    // What R says; its quotes depend on the language of the image.
    match: /there is no package called \W?([\w.]*\w)/,
    cause: ([, name]) => `R package ${name} is not in the image`,
    cure: ([, name]) => `use a base image that has the R package ${name}: image.base in the profile`,
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
    match:
      /Class org\.apache\.hadoop\.fs\.azure(?:bfs)?\.\w+ not found|No FileSystem for scheme:? "?(?:abfss?|wasbs?)\b/,
    unlessLater: pythonError,
    cause: 'the image has no jars for addresses of Azure storage',
    cure: 'add its library with --packages: org.apache.hadoop:hadoop-azure:HADOOP, with the version of Hadoop in the image',
  },
  {
    match: /No FileSystem for scheme:? "?([\w.+-]+)/,
    unlessLater: pythonError,
    cause: ([, scheme]) => `no jar has a file system for ${scheme}:// addresses`,
    cure: 'correct the address, or add the library of its file system with --packages',
  },
];
