"""Prints the checksum of its data as its executors read it, and of what it wrote to the storage and read again."""

import hashlib
import os
import sys

from pyspark.sql import SparkSession

spark = SparkSession.builder.getOrCreate()
path = os.environ["FIRESTEEL_DATA"]
assert spark.range(1).rdd.map(lambda _: os.environ["FIRESTEEL_DATA"]).first() == path


def sums(files):
    """In executors: the checksum of each file, by its name."""
    return sorted((name.rsplit("/", 1)[-1], hashlib.sha256(content).hexdigest()) for name, content in files)


found = spark.sparkContext.binaryFiles(path + "/*.bin", 2).mapPartitions(sums).collect()
total = hashlib.sha256("".join(digest for _, digest in sorted(found)).encode()).hexdigest()
print(f"read: {len(found)} files, {total}")
if len(sys.argv) > 1:
    spark.range(0, 100000, 1, 4).selectExpr("id", "id % 7 AS rest").write.mode("overwrite").parquet(sys.argv[1])
    again = spark.read.parquet(sys.argv[1]).groupBy("rest").count().orderBy("rest").collect()
    print("again:", *(row["count"] for row in again))
spark.stop()
