"""Counts how often each task's work is done, while workers leave: what executors hold is handed over, not made again."""

import time

from pyspark.sql import SparkSession

patience = 900
spark = SparkSession.builder.getOrCreate()
sc = spark.sparkContext
mapped, late = sc.accumulator(0), sc.accumulator(0)


def early(number):
    mapped.add(1)
    return number % 5, number


def slow(number):
    time.sleep(1)
    late.add(1)
    return number


def executors():
    return sc._jsc.sc().getExecutorMemoryStatus().size() - 1


begun = time.time()
while executors() < 4 and time.time() - begun < patience:
    time.sleep(0.5)
shuffled = sc.parallelize(range(40), 16).map(early).reduceByKey(lambda a, b: a + b, 4)
kept = sc.parallelize(range(40), 16).cache()
print("kept", kept.sum(), sorted(shuffled.collect()), "on", executors(), flush=True)
rounds, total = 0, 0
while executors() > 1 and time.time() - begun < patience:
    total += sc.parallelize(range(8), 8).map(slow).sum()
    rounds += 1
print("left", executors(), flush=True)
print("again", kept.sum(), sorted(shuffled.collect()), flush=True)
print("each task once:", mapped.value == 40, late.value == 8 * rounds, total == 28 * rounds, flush=True)
