"""Leaves shuffle files and cached data on two executors, waits until one of them is taken away, and needs all of it again."""
import time
from operator import add

from pyspark import StorageLevel
from pyspark.sql import SparkSession

spark = SparkSession.builder.getOrCreate()
context = spark.sparkContext
mapped = context.accumulator(0)
cached = context.accumulator(0)


def ids():
    found = context._jsc.sc().statusTracker().getExecutorInfos()
    return sorted(f"{one.host()}:{one.port()}" for one in found)


def wait_until(what, is_true, seconds=240):
    end = time.time() + seconds
    while not is_true():
        if time.time() > end:
            raise SystemExit(f"waited for {what}")
        time.sleep(0.2)


def count_mapped(number):
    mapped.add(1)
    time.sleep(0.3)
    return number % 4, number


def count_cached(number):
    cached.add(1)
    return number * 2


# The driver is among them.
wait_until("two executors", lambda: len(ids()) == 3)
sums = context.parallelize(range(12), 12).map(count_mapped).reduceByKey(add, 4)
doubled = context.parallelize(range(12), 12).map(count_cached).persist(StorageLevel.MEMORY_AND_DISK)
print(f"before: {sorted(sums.collect())} {doubled.sum()}, {mapped.value} and {cached.value} tasks", flush=True)
before = ids()
print("take one away", flush=True)
wait_until("one to go", lambda: not set(before) <= set(ids()))
print(f"after: {sorted(sums.collect())} {doubled.sum()}, {mapped.value} and {cached.value} tasks", flush=True)
spark.stop()
