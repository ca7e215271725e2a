"""Runs a script with `spark` and `sc`, as PySpark's shell has them: run.py SCRIPT."""

import runpy
import sys

from pyspark.sql import SparkSession

spark = SparkSession.builder.appName("standalone shell").getOrCreate()
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], {"spark": spark, "sc": spark.sparkContext}, "__main__")
spark.stop()
