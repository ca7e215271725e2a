"""Work for several executors, then none, then work again: says how many there are, and what had to be done twice."""
import time
from operator import add

from pyspark.sql import SparkSession

spark = SparkSession.builder.getOrCreate()
context = spark.sparkContext
tasks = context.accumulator(0)


def executors():
    return context._jsc.sc().getExecutorMemoryStatus().size() - 1


def slow(number):
    tasks.add(1)
    time.sleep(3)
    return number % 4, number


def wait_for(wanted, seconds=180):
    end = time.time() + seconds
    while executors() != wanted:
        if time.time() > end:
            raise SystemExit(f"{executors()} executors, waited for {wanted}")
        time.sleep(0.5)


def work(what):
    sums = context.parallelize(range(12), 12).map(slow).reduceByKey(add, 4)
    print(f"{what}: {sorted(sums.collect())}", flush=True)
    print(f"{what}: {executors()} executors", flush=True)
    return sums


first = work("first")
wait_for(1)
print("idle: 1 executors", flush=True)
print(f"again: {sorted(first.collect())}, {tasks.value} tasks", flush=True)
work("second")
spark.stop()
