"""Works for long enough that the master can be lost in between; the argument is its exit code."""

import sys
import time

from pyspark.sql import SparkSession

spark = SparkSession.builder.getOrCreate()
sc = spark.sparkContext
print("application", sc.applicationId, flush=True)
print("sum", sc.parallelize(range(60), 60).map(lambda number: (time.sleep(2), number)[1]).sum(), flush=True)
sys.exit(int(sys.argv[1]))
