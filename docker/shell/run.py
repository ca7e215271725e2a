"""Runs a script as PySpark's shell would: with spark, sc and sql."""

import sys

from pyspark.sql import SparkSession

spark = SparkSession.builder.getOrCreate()
name = sys.argv[1]
with open(name, encoding="utf-8") as script:
    program = compile(script.read(), "<stdin>", "exec")
exec(program, {"__name__": "__main__", "spark": spark, "sc": spark.sparkContext, "sql": spark.sql})
spark.stop()
