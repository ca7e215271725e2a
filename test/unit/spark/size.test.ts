import { describe, expect, test } from 'vitest';
import { mebibytes, podCores, podMemory } from '../../../tasks/spark/size.ts';

describe('memory', () => {
  test.each([
    ['512m', 512],
    ['2g', 2048],
    ['1024k', 1],
    ['7', 7],
    ['1T', 2 ** 20],
    ['1.5g', undefined],
    ['viel', undefined],
  ])('%s is %s MiB', (text, expected) => expect(mebibytes(text)).toBe(expected));

  test.each([
    [{}, 1024 + 384],
    [{ 'spark.kubernetes.memoryOverheadFactor': '0.4' }, 1433],
    [{ 'spark.driver.memory': '512m', 'spark.kubernetes.memoryOverheadFactor': '0.4' }, 896],
    [{ 'spark.driver.memory': '8g' }, 8192 + 819],
    [
      {
        'spark.driver.memory': '8g',
        'spark.driver.memoryOverheadFactor': '0.5',
        'spark.kubernetes.memoryOverheadFactor': '0.1',
      },
      12288,
    ],
    [{ 'spark.driver.memory': '2g', 'spark.driver.memoryOverhead': '100' }, 2148],
  ])('%j gives the driver %i MiB', (conf, expected) => expect(podMemory('driver', conf)).toBe(expected));

  test.each([
    [{ 'spark.executor.pyspark.memory': '1g' }, 1024 + 384 + 1024],
    [{ 'spark.memory.offHeap.enabled': 'true', 'spark.memory.offHeap.size': '1g' }, 1024 + 384 + 1024],
    [{ 'spark.memory.offHeap.enabled': 'true', 'spark.memory.offHeap.size': '2097152' }, 1024 + 384 + 2],
    [{ 'spark.memory.offHeap.enabled': 'True', 'spark.memory.offHeap.size': '1g' }, 1024 + 384 + 1024],
    [{ 'spark.memory.offHeap.enabled': 'False', 'spark.memory.offHeap.size': '1g' }, 1024 + 384],
    [{ 'spark.memory.offHeap.size': '1g' }, 1024 + 384],
  ])('%j gives an executor %i MiB', (conf, expected) => expect(podMemory('executor', conf)).toBe(expected));
});

test.each([
  [{}, '1'],
  [{ 'spark.executor.cores': '4' }, '4'],
  [{ 'spark.executor.cores': '4', 'spark.kubernetes.executor.request.cores': '500m' }, '500m'],
])('%j makes an executor request %s cores', (conf, cores) => expect(podCores('executor', conf)).toBe(cores));
