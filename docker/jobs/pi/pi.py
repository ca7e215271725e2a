"""SparkPi: estimates π from random points. Usage: pi.py [PARTITIONS]

The driver's generator travels to every task of Spark's own example, and all its tasks draw the same points. Here each
task has its own generator, and one point for each cell of a grid: as many points lie ten times as close to π.
"""

import sys
from operator import add
from random import Random

from pyspark.sql import SparkSession

# Cells of the grid on each side; a task has their square.
SIDE = 300


def points_inside(_):
    """The number of points within the quarter of a circle."""
    random = Random().random
    return sum((x + random()) ** 2 + (y + random()) ** 2 <= SIDE**2 for x in range(SIDE) for y in range(SIDE))


if __name__ == "__main__":
    partitions = int(sys.argv[1]) if len(sys.argv) > 1 else 2
    spark = SparkSession.builder.appName("SparkPi").getOrCreate()
    inside = spark.sparkContext.parallelize(range(partitions), partitions).map(points_inside).reduce(add)
    print("Pi is roughly %f" % (4 * inside / (partitions * SIDE**2)))
    spark.stop()
