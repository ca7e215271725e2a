// What the log of a driver says about a library that the image lacks, worded after Spark, Hadoop and Python.
import { describe, expect, test } from 'vitest';
import { packageOf } from '../../../tasks/causes/python-packages.ts';
import { ended, pod, said, seen } from '../runs/seen-run.ts';

describe('a jar that is not there', () => {
  const s3 = 'name the storage in the block storage of the profile, with kind: s3';
  const noSource = (name: string) => `no jar has the data source ${name}; add its library with --packages`;
  test.each([
    [
      'pyspark.errors.exceptions.captured.AnalysisException: [DATA_SOURCE_NOT_FOUND] Failed to find the data source: delta. Make sure the provider name is correct',
      `${noSource('delta')}: io.delta:delta-spark_SCALA:VERSION`,
    ],
    [
      'Exception in thread "main" java.lang.ClassNotFoundException: Failed to find data source: kafka. Please find packages at',
      `${noSource('kafka')}: org.apache.spark:spark-sql-kafka-0-10_SCALA:VERSION`,
    ],
    [
      'pyspark.sql.utils.AnalysisException: Failed to find data source: avro. Avro is built-in but external',
      `${noSource('avro')}: org.apache.spark:spark-avro_SCALA:VERSION`,
    ],
    ['Failed to find the data source: com.example.rides. Make sure', noSource('com.example.rides')],
    [
      'java.lang.RuntimeException: java.lang.ClassNotFoundException: Class org.apache.hadoop.fs.s3a.S3AFileSystem not found',
      `the image has no jars for s3a:// addresses; ${s3}`,
    ],
    [
      'org.apache.hadoop.fs.UnsupportedFileSystemException: No FileSystem for scheme "s3a"',
      `the image has no jars for s3a:// addresses; ${s3}`,
    ],
    [
      'org.apache.hadoop.fs.UnsupportedFileSystemException: No FileSystem for scheme "s3"',
      `Spark reads no s3:// addresses; write s3a:// instead, and ${s3}`,
    ],
    [
      'org.apache.hadoop.fs.UnsupportedFileSystemException: No FileSystem for scheme "gs"',
      'the image has no jars for gs:// addresses; name the storage in the block storage of the profile, with kind: gcs',
    ],
    [
      "pyspark.errors.exceptions.captured.SparkException: Cannot find catalog plugin class for catalog 'my': org.apache.iceberg.spark.SparkCatalog.",
      'no jar has class org.apache.iceberg.spark.SparkCatalog of catalog my; add its library with --packages: org.apache.iceberg:iceberg-spark-runtime-LINE_SCALA:VERSION',
    ],
    [
      'Failed to find the data source: org.apache.hudi. Make sure',
      `${noSource('org.apache.hudi')}: org.apache.hudi:hudi-sparkLINE-bundle_SCALA:VERSION`,
    ],
    [
      'java.lang.ClassNotFoundException: com.clickhouse.jdbc.ClickHouseDriver',
      'no jar has the JDBC driver com.clickhouse.jdbc.ClickHouseDriver; add its library with --packages: com.clickhouse:clickhouse-jdbc:VERSION',
    ],
    ...['Error in library(dplyr) : there is no package called ‘dplyr’', "there is no package called 'dplyr'"].map(
      (line) => [
        line,
        'R package dplyr is not in the image; use a base image that has the R package dplyr: image.base in the profile',
      ],
    ),
    [
      'java.io.IOException: No FileSystem for scheme: oss',
      'no jar has a file system for oss:// addresses; correct the address, or add the library of its file system with --packages',
    ],
    ...[
      'java.io.IOException: No FileSystem for scheme: abfss',
      'java.lang.ClassNotFoundException: Class org.apache.hadoop.fs.azurebfs.SecureAzureBlobFileSystem not found',
      'java.lang.ClassNotFoundException: Class org.apache.hadoop.fs.azure.NativeAzureFileSystem not found',
    ].map((line): [string, string] => [
      line,
      'the image has no jars for addresses of Azure storage; add its library with --packages: org.apache.hadoop:hadoop-azure:HADOOP, with the version of Hadoop in the image',
    ]),
    [
      ': java.lang.ClassNotFoundException: org.postgresql.Driver',
      'no jar has the JDBC driver org.postgresql.Driver; add its library with --packages: org.postgresql:postgresql:VERSION',
    ],
    [
      'Exception in thread "main" java.lang.ClassNotFoundException: com.mysql.cj.jdbc.Driver',
      'no jar has the JDBC driver com.mysql.cj.jdbc.Driver; add its library with --packages: com.mysql:mysql-connector-j:VERSION',
    ],
    [
      ': java.sql.SQLException: No suitable driver',
      'no JDBC driver takes the address of the database; add the library of the driver with --packages, and name its class in option driver',
    ],
    [
      'Exception in thread "main" java.lang.ClassNotFoundException: org.example.Pi',
      "class org.example.Pi is in none of the job's jars; correct the job's class, or add its jar: --jars or --packages",
    ],
  ])('%s', (line, expected) =>
    expect(said(seen([pod('driver', ended(1))], { 'pi-1-driver': [line, '\tat …'] }))).toEqual([`driver: ${expected}`]),
  );

  test('is not the cause where the program ends with another error', () => {
    const log = ['AnalysisException: Failed to find the data source: delta. Make sure', 'KeyError: 7'];
    expect(said(seen([pod('driver', ended(1))], { 'pi-1-driver': log }))[0]).toMatch(/exit code 1: KeyError: 7/);
  });
});

describe('a Python module that is not there', () => {
  const missing = "ModuleNotFoundError: No module named 'orjson'";
  const fast = ['Traceback (most recent call last):', '  File "job.py", line 1, in <module>', missing];
  const during = ['', 'During handling of the above exception, another exception occurred:', ''];
  const causesOf = (log: string[]) => said(seen([pod('driver', ended(1))], { 'pi-1-driver': log }));

  test.each(['KeyError: 7', 'botocore.exceptions.ClientError: no', 'app.NoRowsException'])(
    'is not the cause where the program ends with %s',
    (last) => expect(causesOf([...fast, ...during, last])[0]).not.toMatch(/orjson is not in the image/),
  );

  test.each([
    ['the driver shuts down with an error of Java', [...fast, 'java.io.IOException: Failed to send RPC', '\tat …']],
    ['tasks failed before', ['org.apache.spark.api.python.PythonException: Traceback …', ...fast, ...fast]],
    ['it is the last of two', [...fast.slice(0, 2), 'KeyError: 7', ...during, ...fast]],
    ['the driver repeats the error of a task', [...fast, 'py4j.protocol.Py4JJavaError: An error occurred', ...fast]],
  ])('is the cause where %s', (_, log) => expect(causesOf(log)[0]).toMatch(/^driver: Python module orjson is not/));

  test.each([
    ['pandas', 'ImportError: Pandas >= 1.0.5 must be installed; however, it was not found.'],
    ['pyarrow', 'ImportError: PyArrow >= 4.0.0 must be installed; however, it was not found.'],
    [
      'pandas',
      'pyspark.errors.exceptions.base.PySparkImportError: [PACKAGE_NOT_INSTALLED] Pandas >= 2.0.0 must be installed; however, it was not found.',
    ],
    ['openpyxl', "ImportError: Missing optional dependency 'openpyxl'.  Use pip or conda to install openpyxl."],
  ])('is the package %s where a library asks for it: %s', (name, line) => {
    const expected = `driver: Python package ${name} is not in the image; add ${name} to the job: --requirements`;
    expect(causesOf([line])).toEqual([expected]);
    expect(causesOf([...fast, ...during, line])).toEqual([expected]);
  });

  test.each([
    ['cv2', 'opencv-python-headless'],
    ['PIL.Image', 'pillow'],
    ['yaml', 'PyYAML'],
    ['distutils', 'setuptools'],
    ['pkg_resources', "'setuptools<82'"],
    ['google.cloud.storage', 'google-cloud-storage'],
    ['google.protobuf', 'protobuf'],
    ['google', 'google-cloud-…'],
    ['pandas.core', 'pandas'],
    ['rides', 'rides'],
  ])('%s is in the package %s', (module, name) => expect(packageOf(module)).toBe(name));
});
