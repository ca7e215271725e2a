// Settings of a Spark session in a notebook's code: what of the job they become, what is left out, what is refused.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { cellsOf, notebook, ownConverter, shownFindings } from './converter.ts';

const convert = ownConverter();
const folder = mkdtempSync(join(tmpdir(), 'fs-settings-'));
const jar = join(folder, 'driver.jar');
const helpers = join(folder, 'helpers.py');
for (const path of [jar, helpers]) writeFileSync(path, '');
afterAll(() => rmSync(folder, { recursive: true }));

interface Row {
  from: string;
  lists?: Record<string, string[]>;
  conf?: Record<string, string>;
  warnings?: string[];
  /** The last line of the program's cell, where it is another. */
  left?: string;
}

const zxing = { maven: ['com.google.zxing:core:3.5.3'] };
const coordinate = zxing.maven.join();

const rows: Record<string, Row> = {
  'packages and the driver of a builder': {
    from: `SparkSession.builder.config("spark.jars.packages", "${coordinate},a:b:1").config("spark.driver.memory", "2g").config("spark.executor.memory", "700m")`,
    lists: { maven: [coordinate, 'a:b:1'] },
    conf: { 'spark.driver.memory': '2g' },
    left: `SparkSession.builder.config("spark.jars.packages", "${coordinate},a:b:1").config('spark.leftOut.driver.memory', "2g").config("spark.executor.memory", "700m")`,
  },
  'a SparkConf, set, setIfMissing and setAll': {
    from: `conf = SparkConf().set("spark.jars.packages", "${coordinate}")\nconf.setIfMissing("spark.driver.extraJavaOptions", "-Dx=1")\nconf.setAll([("spark.driver.cores", 2), ("spark.driver.maxResultSize", "1g")])`,
    lists: zxing,
    conf: { 'spark.driver.extraJavaOptions': '-Dx=1', 'spark.driver.cores': '2' },
    left: `conf.setAll([('spark.leftOut.driver.cores', 2), ("spark.driver.maxResultSize", "1g")])`,
  },
  'a dict of settings, and one in config(map=…)': {
    from: `settings = {"spark.jars.packages": "${coordinate}"}\nSparkSession.builder.config(map={"spark.jars": "${jar}"})`,
    lists: { ...zxing, jars: [jar] },
    left: `SparkSession.builder.config(map={'spark.leftOut.jars': "${jar}"})`,
  },
  'rows of data that look like settings': {
    from: `rows = [("spark.driver.cores", "2")]\nspark.createDataFrame(rows, ["key", "value"])\nspark.createDataFrame([("spark.driver.memory", "4g")], ["key", "value"])`,
    left: `spark.createDataFrame([("spark.driver.memory", "4g")], ["key", "value"])`,
  },
  'names that are bound once': {
    from: 'KEY = "spark.jars.packages"\nversion = "3.5.3"\nnames = [f"com.google.zxing:core:{version}", "a:b:%s" % version]\nSparkSession.builder.config(KEY, ",".join(names))',
    lists: { maven: [coordinate, 'a:b:3.5.3'] },
  },
  'PYSPARK_SUBMIT_ARGS in os.environ': {
    from: `os.environ["PYSPARK_SUBMIT_ARGS"] = "--packages ${coordinate} --driver-memory 2g --executor-memory 700m --conf spark.x=y --master local[2] pyspark-shell"`,
    lists: zxing,
    conf: { 'spark.driver.memory': '2g', 'spark.executor.memory': '700m', 'spark.x': 'y' },
    warnings: ['x: cell 1, line 1: spark.master: left out, the job runs in the cluster that it is submitted to'],
  },
  'PYSPARK_SUBMIT_ARGS by update, setdefault and %env': {
    from: `os.environ.update(PYSPARK_SUBMIT_ARGS="--packages=${coordinate} pyspark-shell")\nos.environ.setdefault("PYSPARK_SUBMIT_ARGS", "--jars ${jar} pyspark-shell")\n%env PYSPARK_SUBMIT_ARGS=--driver-cores 2 pyspark-shell`,
    lists: { ...zxing, jars: [jar] },
    conf: { 'spark.driver.cores': '2' },
  },
  findspark: {
    from: `import findspark\nfindspark.init()\nfindspark.add_packages("${coordinate}")\nfindspark.add_jars("${jar}")`,
    lists: { ...zxing, jars: [jar] },
  },
  'Delta Lake by its Python package': {
    from: '%pip install delta-spark==4.0.0\nspark = configure_spark_with_delta_pip(builder, extra_packages=["a:b:1"]).getOrCreate()',
    lists: { maven: ['a:b:1', 'io.delta:delta-spark_2.13:4.0.0'] },
  },
  'Delta Lake that goes with the Spark of the job': {
    from: '%pip install delta-spark==4.1.0\nspark = configure_spark_with_delta_pip(builder).getOrCreate()',
    lists: { maven: ['io.delta:delta-spark_4.3_2.13:4.1.0'] },
  },
  'the class path of the driver': {
    from: `SparkConf().set("spark.driver.extraClassPath", "${jar}:/opt/own/*")`,
    lists: { jars: [jar] },
    conf: { 'spark.driver.extraClassPath': '/opt/own/*' },
    left: `SparkConf().set('spark.leftOut.driver.extraClassPath', "${jar}:/opt/own/*")`,
  },
  'jars of a folder, by a pattern and as a class path': {
    from: `SparkConf().set("spark.jars", "${folder}/*.jar").set("spark.executor.extraClassPath", "${jar}:/opt/own/*")`,
    lists: { jars: [jar] },
    conf: { 'spark.executor.extraClassPath': '/opt/own/*' },
    left: `SparkConf().set('spark.leftOut.jars', "${folder}/*.jar").set('spark.leftOut.executor.extraClassPath', "${jar}:/opt/own/*")`,
  },
  'places of the image on the class path of executors': {
    from: 'SparkConf().set("spark.executor.extraClassPath", "/opt/own/*")',
    left: 'SparkConf().set("spark.executor.extraClassPath", "/opt/own/*")',
  },
  'a master by a name, of a builder that has one': {
    from: 'where = "local[2]"\nbuilder = SparkSession.builder\nbuilder.master(host).getOrCreate()\nother(3).master(where)',
    warnings: ['.master(host)', '.master(where)'].map(
      (call, i) => `x: cell 1, line ${i + 3}: ${call}: left out, the job runs in the cluster that it is submitted to`,
    ),
    left: 'other(3)',
  },
  'addresses of jars': {
    from: 'SparkConf().set("spark.jars", "https://x.org/a.jar,local:///opt/b.jar")',
    lists: { jars: ['https://x.org/a.jar', 'local:///opt/b.jar'] },
    left: `SparkConf().set('spark.leftOut.jars', "https://x.org/a.jar,local:///opt/b.jar")`,
  },
  'what firesteel sets itself': {
    from: 'SparkConf().set("spark.driver.host", "localhost").set("spark.ui.port", "4050")',
    warnings: [
      'x: cell 1, line 1: spark.ui.port: left out, firesteel ui forwards a port of this machine',
      "x: cell 1, line 1: spark.driver.host: left out, executors find the driver through its run's service",
    ],
    left: `SparkConf().set('spark.leftOut.driver.host', "localhost").set('spark.leftOut.ui.port', "4050")`,
  },
  "another machine's Python": {
    from: 'os.environ["PYSPARK_PYTHON"] = "/usr/bin/python3.8"',
    warnings: ['x: cell 1, line 1: PYSPARK_PYTHON: left out, driver and executors run the Python of the image'],
    left: `os.environ['PYSPARK_PYTHON_LEFT_OUT'] = "/usr/bin/python3.8"`,
  },
  'variables that spark-submit reads': {
    from: '%env SPARK_DRIVER_MEMORY=2g\nos.environ.update(SPARK_EXECUTOR_MEMORY="700m")',
    conf: { 'spark.driver.memory': '2g', 'spark.executor.memory': '700m' },
  },
  'variables that would make another session, or are too late for Java': {
    from: 'os.environ["SPARK_SUBMIT_OPTS"] = "-Dx=1"\nos.environ.update(PYSPARK_PYTHON="/opt/py", SPARK_REMOTE="local")',
    warnings: [
      'x: cell 1, line 1: SPARK_SUBMIT_OPTS: left out, Java runs already; use --set spark.conf.spark.driver.extraJavaOptions=…',
      'x: cell 1, line 2: PYSPARK_PYTHON: left out, driver and executors run the Python of the image',
      'x: cell 1, line 2: SPARK_REMOTE: left out, the job runs in the cluster that it is submitted to',
    ],
    left: 'os.environ.update(PYSPARK_PYTHON_LEFT_OUT="/opt/py", SPARK_REMOTE_LEFT_OUT="local")',
  },
  'variables that only Java reads': {
    from: 'os.environ["HADOOP_USER_NAME"] = "ada"\nenviron.update({"AWS_ACCESS_KEY_ID": key})\nstore = {"AWS_PROFILE": "x"}\n%env LD_LIBRARY_PATH=/opt/x',
    warnings: [
      ['HADOOP_USER_NAME', 'env'],
      ['AWS_ACCESS_KEY_ID', 'secrets'],
      ['LD_LIBRARY_PATH', 'env'],
    ].map(
      ([name, key], i) =>
        `x: cell 1, line ${[1, 2, 4][i]}: ${name}: only Python sees it, because Java runs already; name it in ${key} under "firesteel" in the metadata of the notebook`,
    ),
  },
  'a local Connect session': {
    from: 'SparkSession.builder.remote("local[*]").getOrCreate()\nSparkSession.builder.remote("sc://spark:15002").getOrCreate()',
    warnings: ['x: cell 1, line 1: .remote("local[*]"): left out, the job runs in the cluster that it is submitted to'],
    left: 'SparkSession.builder.remote("sc://spark:15002").getOrCreate()',
  },
  'files that a context gets': {
    from: `sc = SparkContext(pyFiles=["${helpers}"])\nsc.addJar(path="${jar}")\nsc.addFile("absent.csv")`,
    lists: { pyFiles: [helpers], jars: [jar] },
    left: 'sc.addFile("absent.csv")',
  },
  'Delta Lake under another name': {
    from: '%pip install delta-spark==4.0.0\nfrom delta import configure_spark_with_delta_pip as with_delta\nspark = with_delta(builder).getOrCreate()',
    lists: { maven: ['io.delta:delta-spark_2.13:4.0.0'] },
  },
  'names of settings that no value stands beside': {
    from: 'KEY = "spark.jars.packages"\nspark.conf.get("spark.jars.packages")\nSparkSession.builder.config(*("spark.jars.packages", "a:b:1"))',
    warnings: [
      'x: cell 1, line 3: spark.jars.packages: no value beside it can be read; write it as a text, or under "firesteel" in the metadata of the notebook',
    ],
  },
  "the driver's memory from what only the notebook knows": {
    from: 'SparkConf().set("spark.driver.memory", os.environ["MEMORY"])',
    warnings: [
      'x: cell 1, line 1: spark.driver.memory: left out, its value is only known once the notebook runs; use --set spark.conf.spark.driver.memory=…',
    ],
    left: `SparkConf().set('spark.leftOut.driver.memory', os.environ["MEMORY"])`,
  },
  '%%configure of sparkmagic': {
    from: `%%configure -f\n{"driverMemory": "2g", "numExecutors": 3, "conf": {"spark.jars.packages": "${coordinate}", "spark.x": true}, "proxyUser": "me"}`,
    lists: zxing,
    conf: { 'spark.driver.memory': '2g', 'spark.executor.instances': '3', 'spark.x': 'true' },
    warnings: ['x: cell 1, line 1: %%configure: proxyUser: left out, a job has no such setting'],
    left: '# Cell 1',
  },
  '%%configure of Synapse and Fabric, with comments, and with what a pipeline may replace': {
    from: `%%configure -f {\n  // see https://example.org\n  "driverMemory": "28g", /* or */ "numExecutors": null,\n  "driverCores": {"parameterName": "cores", "defaultValue": 4},\n  "conf": {"livy.rsc.sql.num-rows": "3000", "spark.x": {"parameterName": "x", "defaultValue": "y"}}\n}`,
    conf: { 'spark.driver.memory': '28g', 'spark.driver.cores': '4', 'spark.x': 'y' },
    warnings: ['x: cell 1, line 1: %%configure: livy.rsc.sql.num-rows: left out, it is no property of Spark'],
  },
  '%%configure and other settings of AWS Glue': {
    from: `%idle_timeout 60\n%%configure\n{"--conf": "spark.a=1 --conf spark.b=2", # two\n"--extra-jars": "s3://x/a.jar,${jar}", "--datalake-formats": "delta",\n}`,
    conf: { 'spark.a': '1', 'spark.b': '2' },
    lists: { jars: ['s3://x/a.jar', jar] },
    warnings: [
      'x: cell 1, line 1: %idle_timeout 60: left out, the job runs in the cluster that it is submitted to',
      'x: cell 1, line 2: %%configure: --datalake-formats: left out, a job has no such setting',
    ],
  },
  'files and properties in magics of AWS Glue': {
    from: `%extra_jars ${jar}\n%extra_py_files ${helpers}\n%spark_conf spark.a=1 --conf spark.b=2`,
    conf: { 'spark.a': '1', 'spark.b': '2' },
    lists: { jars: [jar], pyFiles: [helpers] },
  },
  'magics of AWS Glue': {
    from: '%glue_version 4.0\n%number_of_workers 5\nx = 1',
    warnings: [1, 2].map(
      (line) =>
        `x: cell 1, line ${line}: ${line === 1 ? '%glue_version 4.0' : '%number_of_workers 5'}: left out, the job runs in the cluster that it is submitted to`,
    ),
  },
  'settings of a session that is there': { from: 'spark.conf.set("spark.driver.memory", "2g")' },
};

test.each(Object.entries(rows))(
  'the job gets what code asks Spark for: %s',
  async (_name, { from, lists, conf, warnings, left }) => {
    const made = await convert(notebook([from]));
    expect(shownFindings(made.problems)).toEqual([]);
    expect(shownFindings(made.warnings)).toEqual(warnings ?? []);
    expect(made.lists).toEqual(lists ?? {});
    expect(Object.fromEntries(Object.entries(made.conf).map(([key, { value }]) => [key, value]))).toEqual(conf ?? {});
    if (left) expect(cellsOf(made.script).at(-1)).toBe(left);
  },
);

const unknown = 'its value is only known once the notebook runs';

test.each<[code: string, message: string]>([
  ['SparkConf().set("spark.jars.packages", "g:a:" + version_of("g:a"))', `spark.jars.packages: ${unknown}`],
  ['os.environ["PYSPARK_SUBMIT_ARGS"] = f"--packages {x} pyspark-shell"', `PYSPARK_SUBMIT_ARGS: ${unknown}`],
  [
    'os.environ["PYSPARK_SUBMIT_ARGS"] = "--properties-file a.conf"',
    '--properties-file: a job does not support this flag of spark-submit',
  ],
  [
    'SparkConf().set("spark.jars", "/home/nobody/a.jar")',
    'spark.jars /home/nobody/a.jar: no such file on this machine; name one of the image by local:///home/nobody/a.jar',
  ],
  ['configure_spark_with_delta_pip(builder)', 'write %pip install delta-spark==VERSION'],
  ['spark = sparknlp.start()', 'sparknlp.start(): asks Spark for its packages once it runs'],
  ['%%configure\nno JSON', '%%configure: not JSON'],
  [`sc.addFile("${folder}", recursive=True)`, 'a job brings no folders this way; list their files under "firesteel"'],
])('%s is refused by cell and line', async (code, message) => {
  const made = await convert(notebook([code]));
  expect(shownFindings(made.problems)).toEqual([expect.stringContaining(message)]);
  expect(shownFindings(made.problems)).toEqual([expect.stringMatching(/^x: cell 1, line 1: /)]);
});
