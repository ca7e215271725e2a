// The table of Spark lines: what each needs, contains, and how its image is made. Data only.

/** A range of `major.minor` versions, both ends in it. */
export type Range = readonly [from: string, to: string];

/** One line of Spark, such as 3.5. */
export interface SparkLine {
  line: string;
  /** Binary versions of Scala it is released for; PyPI's package has the first. */
  scala: readonly string[];
  java: readonly number[];
  /** The interpreter's minor must be the same in driver and executors. */
  python: Range;
  /** Hadoop client in PyPI's package; hadoop-aws and the like must be of this version. */
  hadoop: string;
  /** fabric8's client of the Kubernetes API. */
  kubernetesClient: string;
  /** The oldest Kubernetes its documentation asks for; left out where none was found. */
  kubernetes?: string;
  /** What its own Dockerfile builds on. Docker Hub took away the short tags of openjdk in November 2025: docker-library/openjdk#550. */
  base: string;
  /** Options of its bin/docker-image-tool.sh, as getopts has them. */
  imageTool: string;
  /** First words its entrypoint takes; `*` is any other command, run unchanged. */
  entrypoint: readonly string[];
  /** Main class of executors, and whether it takes --podName. */
  executor: readonly [mainClass: string, takesPodName: boolean];
}

const coarse = ['org.apache.spark.executor.CoarseGrainedExecutorBackend', false] as const;
const kubernetes = ['org.apache.spark.scheduler.cluster.k8s.KubernetesExecutorBackend', true] as const;
const passThrough = ['driver', 'executor', '*'] as const;

/**
 * Oldest first. From 2.4 on Scala, Hadoop and client are those of the last release's POM on Maven Central, of 4.3 those of
 * its jars; Python's lower end from 3.1 on is PyPI's Requires-Python, its upper end is what is known to work.
 */
export const sparkLines: readonly SparkLine[] = [
  {
    line: '2.3',
    scala: ['2.11'],
    java: [8],
    python: ['2.7', '3.6'],
    hadoop: '2.7.3',
    kubernetesClient: '3.0.0',
    kubernetes: '1.6',
    base: 'openjdk:8-alpine',
    imageTool: 'f:mr:t:',
    entrypoint: ['driver', 'executor', 'init'],
    executor: coarse,
  },
  {
    line: '2.4',
    scala: ['2.11', '2.12'],
    java: [8],
    python: ['2.7', '3.7'],
    hadoop: '2.7.3',
    kubernetesClient: '4.6.1',
    kubernetes: '1.6',
    // Up to 2.4.4 openjdk:8-alpine, gone as well.
    base: 'openjdk:8-jdk-slim',
    imageTool: 'f:p:R:mr:t:nb:',
    entrypoint: ['driver', 'driver-py', 'driver-r', 'executor'],
    executor: coarse,
  },
  {
    line: '3.0',
    scala: ['2.12'],
    java: [8, 11],
    python: ['2.7', '3.8'],
    hadoop: '2.7.4',
    kubernetesClient: '4.9.2',
    kubernetes: '1.6',
    base: 'openjdk:8-jre-slim',
    imageTool: 'f:p:R:mr:t:nb:u:',
    entrypoint: passThrough,
    executor: coarse,
  },
  {
    line: '3.1',
    scala: ['2.12'],
    java: [8, 11],
    python: ['3.6', '3.9'],
    hadoop: '3.2.0',
    kubernetesClient: '4.12.0',
    base: 'openjdk:11-jre-slim',
    imageTool: 'f:p:R:mr:t:Xnb:u:',
    entrypoint: passThrough,
    executor: coarse,
  },
  {
    line: '3.2',
    scala: ['2.12', '2.13'],
    java: [8, 11],
    python: ['3.6', '3.9'],
    hadoop: '3.3.1',
    kubernetesClient: '5.4.1',
    base: 'openjdk:11-jre-slim',
    imageTool: 'f:p:R:mr:t:Xnb:u:',
    entrypoint: passThrough,
    executor: coarse,
  },
  {
    line: '3.3',
    scala: ['2.12', '2.13'],
    java: [8, 11, 17],
    python: ['3.7', '3.10'],
    hadoop: '3.3.2',
    kubernetesClient: '5.12.2',
    kubernetes: '1.20',
    base: 'openjdk:11-jre-slim',
    imageTool: 'f:p:R:mr:t:Xnb:u:',
    entrypoint: passThrough,
    executor: kubernetes,
  },
  {
    line: '3.4',
    scala: ['2.12', '2.13'],
    java: [8, 11, 17],
    python: ['3.7', '3.11'],
    hadoop: '3.3.4',
    kubernetesClient: '6.4.1',
    base: 'eclipse-temurin:17-jre',
    imageTool: 'f:p:R:mr:t:Xnb:u:',
    entrypoint: passThrough,
    executor: kubernetes,
  },
  {
    line: '3.5',
    scala: ['2.12', '2.13'],
    java: [8, 11, 17],
    python: ['3.8', '3.11'],
    hadoop: '3.3.4',
    kubernetesClient: '6.7.2',
    kubernetes: '1.24',
    base: 'eclipse-temurin:17-jammy',
    imageTool: 'f:p:R:mr:t:Xnb:u:',
    entrypoint: passThrough,
    executor: kubernetes,
  },
  {
    line: '4.0',
    scala: ['2.13'],
    java: [17, 21],
    python: ['3.9', '3.13'],
    hadoop: '3.4.1',
    kubernetesClient: '7.1.0',
    kubernetes: '1.30',
    base: 'azul/zulu-openjdk:21',
    imageTool: 'f:p:R:mr:t:Xnb:u:',
    entrypoint: passThrough,
    executor: kubernetes,
  },
  {
    line: '4.1',
    scala: ['2.13'],
    java: [17, 21],
    python: ['3.10', '3.14'],
    hadoop: '3.4.2',
    kubernetesClient: '7.4.0',
    kubernetes: '1.32',
    base: 'azul/zulu-openjdk:21',
    imageTool: 'f:p:R:mr:t:Xnb:u:',
    entrypoint: passThrough,
    executor: kubernetes,
  },
  {
    line: '4.2',
    scala: ['2.13'],
    java: [17, 21, 25],
    python: ['3.10', '3.14'],
    hadoop: '3.5.0',
    kubernetesClient: '7.6.1',
    base: 'azul/zulu-openjdk:25',
    imageTool: 'f:p:R:mr:t:Xnb:u:',
    entrypoint: passThrough,
    executor: kubernetes,
  },
  {
    line: '4.3',
    scala: ['2.13'],
    java: [17, 21, 25],
    python: ['3.11', '3.14'],
    hadoop: '3.5.0',
    kubernetesClient: '7.6.1',
    base: 'azul/zulu-openjdk:25',
    imageTool: 'f:p:R:mr:t:Xnb:u:',
    entrypoint: passThrough,
    executor: kubernetes,
  },
];

/** A library and the versions of Spark it goes with. */
export interface Companion {
  name: string;
  version: string;
  /** Both ends in it; a line stands for all of its versions. */
  spark: Range;
  /** What goes beside it. */
  with?: Readonly<Record<string, string>>;
}

/** Newest first for each name: from the requirements each release declares, and where noted from what was seen to work. */
export const companions: readonly Companion[] = [
  // Declares pyspark <= 4.0.0; trains with 4.3.0 all the same, if installed without its dependencies.
  { name: 'elephas', version: '7.3.0', spark: ['3.5', '4.3'], with: { tensorflow: '2.21.0', keras: '3.15.1' } },
  { name: 'elephas', version: '7.1.0', spark: ['3.5', '4.0.0'], with: { tensorflow: '2.19.1' } },
  { name: 'elephas', version: '6.2.0', spark: ['3.3', '3.5.1'], with: { tensorflow: '2.15.1' } },
  { name: 'elephas', version: '5.2.1', spark: ['3.3', '3.5.0'], with: { tensorflow: '2.14.1' } },
  { name: 'elephas', version: '3.4.2', spark: ['3.0', '3.3'], with: { tensorflow: '2.10.0' } },
  { name: 'elephas', version: '1.0.0', spark: ['2.4', '3.1'], with: { tensorflow: '1.15.5', keras: '2.2.5' } },
  { name: 'elephas', version: '0.4.2', spark: ['2.4', '2.4'], with: { tensorflow: '1.15.5', keras: '2.2.5' } },
  // Made for 3.1.3; trains unchanged with 3.3.4 and 3.5.3 on Java 17, needs its own Java 8 or 11 with 3.1.
  { name: 'bigdl', version: '2.3.0', spark: ['3.1', '3.5'], with: { 'bigdl-core': '2.3.0' } },
  { name: 'bigdl', version: '0.13.0', spark: ['2.4', '3.0'] },
  { name: 'bigdl', version: '0.12.2', spark: ['2.4', '3.0'] },
  { name: 'bigdl', version: '0.6.0', spark: ['2.3', '2.3'] },
  { name: 'geni', version: '0.0.42', spark: ['3.3.3', '3.3.3'] },
  { name: 'geni', version: '0.0.40', spark: ['3.1.1', '3.1.1'] },
  { name: 'geni', version: '0.0.29', spark: ['3.0.1', '3.0.1'] },
];

/** Properties that an older Spark passes over in silence, and the line that began to heed them. */
export const propertiesSince: Readonly<Record<string, string>> = {
  'spark.kubernetes.allocation.maximum': '4.1',
  'spark.kubernetes.driver.annotateExitException': '4.1',
  'spark.kubernetes.driver.pod.excludedFeatureSteps': '4.1',
  'spark.kubernetes.executor.pod.excludedFeatureSteps': '4.1',
  'spark.kubernetes.executor.useDriverPodIP': '4.1',
  'spark.submit.callSystemExitOnMainExit': '4.1',
};
