// Which Spark runs here, and what is said of one that does not.
import { expect, test } from 'vitest';
import { debianCommand } from '../../../tasks/images/base.ts';
import { profileSchema } from '../../../tasks/profile/schema.ts';
import { companions, sparkLines } from '../../../tasks/spark/releases.ts';
import {
  hasNetworkPolicy,
  isAtLeast,
  kubernetesProblem,
  lineProblem,
  madeBaseHas,
  nearestVersion,
  needProblems,
  pinnedVersions,
  unknownProperties,
} from '../../../tasks/spark/versions.ts';

const profile = (version: string, base?: string, spark: object = {}) => ({
  ...profileSchema.parse({ spark: { version, ...spark }, image: base ? { base } : {} }),
  name: 'local',
  clusterName: 'local',
});

const coarse = "it starts executors by CoarseGrainedExecutorBackend, but firesteel's entrypoint does not; ";
const gone = (image: string) => `it is built by its own Dockerfile on ${image}, which Docker Hub no longer has; `;

test.each<[line: string, problem: string | undefined]>([
  [
    '2.3.1',
    'Spark 2.3 needs Java 8, and the default base has 17; it needs Python 2.7 to 3.6, and the default base has 3.11; ' +
      `${coarse}it has a docker-image-tool.sh without an option for a base image; ${gone('openjdk:8-alpine')}`,
  ],
  [
    '2.4.3',
    'Spark 2.4 needs Java 8, and the default base has 17; it needs Python 2.7 to 3.7, and the default base has 3.11; ' +
      coarse +
      gone('openjdk:8-jdk-slim'),
  ],
  [
    '3.0.1',
    'Spark 3.0 needs Java 8 or 11, and the default base has 17; it needs Python 2.7 to 3.8, and the default base has 3.11; ' +
      coarse +
      gone('openjdk:8-jre-slim'),
  ],
  [
    '3.1.3',
    'Spark 3.1 needs Java 8 or 11, and the default base has 17; it needs Python 3.6 to 3.9, and the default base has 3.11; ' +
      coarse +
      gone('openjdk:11-jre-slim'),
  ],
  [
    '3.2.4',
    'Spark 3.2 needs Java 8 or 11, and the default base has 17; it needs Python 3.6 to 3.9, and the default base has 3.11; ' +
      coarse +
      gone('openjdk:11-jre-slim'),
  ],
  ['3.3.4', `Spark 3.3 needs Python 3.7 to 3.10, and the default base has 3.11; ${gone('openjdk:11-jre-slim')}`],
  ['3.4.4', undefined],
  ['3.5.9', undefined],
  ['4.0.0', undefined],
  ['4.1.0', undefined],
  ['4.2.0', undefined],
  ['4.3.0', undefined],
])('Spark %s on the default base', (version, problem) =>
  expect(lineProblem(profile(version))).toBe(
    problem && `spark.version ${version} does not run here: ${problem}the nearest that fits is 3.5.9`,
  ),
);

test('every line of the table is in the test above', () => expect(sparkLines.map(({ line }) => line)).toHaveLength(12));

test.each<[version: string, base: string, problem: RegExp | undefined]>([
  ['4.3.0', 'openjdk:11-jre', /needs Java 17, 21 or 25, and openjdk:11-jre has 11; the nearest that fits is 3\.5\.9$/],
  ['3.5.9', 'eclipse-temurin:21-jre', /needs Java 8, 11 or 17, and .* has 21; the nearest that fits is 4\.3\.0$/],
  ['3.5.9', 'azul/zulu-openjdk:21', /has 21/],
  ['3.5.9', 'apache/spark:3.5.8-scala2.12-java17-ubuntu', undefined],
  ['3.3.4', 'eclipse-temurin:17-jre', undefined],
  ['4.3.0', 'quay.io/me/base:1', undefined],
  ['3.0.1', 'eclipse-temurin:8-jre', /does not run here: Spark 3\.0 starts executors by CoarseGrained/],
  ['2.3.1', 'eclipse-temurin:8-jre', /docker-image-tool\.sh without an option for a base image/],
])('Spark %s on %s', (version, base, problem) => {
  const found = lineProblem(profile(version, base));
  if (problem) expect(found).toMatch(problem);
  else expect(found).toBeUndefined();
});

test.each([
  [
    '3.9.0',
    {},
    /^spark\.version 3\.9\.0 belongs to no known line; known lines are 2\.3, .* 4\.3; the nearest that fits is 3\.5\.9$/,
  ],
  ['1.6.0', {}, /belongs to no known line/],
  ['9.9.9', {}, /belongs to no known line; known lines are .*; the nearest that fits is 4\.3\.0$/],
])('Spark %s with %o belongs to no known line', (version, spark, problem) =>
  expect(lineProblem(profile(version, undefined, spark))).toMatch(problem),
);

test('a newer line than the table has needs a folder or an archive', () =>
  expect(lineProblem(profile('4.4.0', undefined, { home: '/h' }))).toBeUndefined());

test.each([
  ['3.5.7', ['3.5.1', '3.5.3', '3.5.9', '4.3.0'], '3.5.9'],
  ['3.5.2', ['3.5.1', '3.5.3', '4.3.0'], '3.5.3'],
  ['2.4.3', ['3.5.1', '3.5.3', '4.3.0'], '3.5.3'],
  ['4.2.1', ['3.5.9', '4.3.0'], '4.3.0'],
  ['9.9.9', ['3.5.9', '4.3.0'], '4.3.0'],
  ['4.3.0', [], undefined],
])('nearest to %s of %j is %s', (version, candidates, expected) =>
  expect(nearestVersion(version, candidates)).toBe(expected),
);

test.each([
  ['4.3.0', '4.3', true],
  ['4.10.0', '4.3', true],
  ['4.2.9', '4.3', false],
  ['3.5.9', '4.1', false],
])('Spark %s is at least %s: %s', (version, line, expected) => expect(isAtLeast(version, line)).toBe(expected));

test.each([
  ['4.1.9', false],
  ['4.2.0', true],
  ['4.10.0', true],
  ['5.0.0', true],
  ['3.5.9', false],
])('a run of Spark %s brings a NetworkPolicy: %s', (version, expected) =>
  expect(hasNetworkPolicy(version)).toBe(expected),
);

test('a version that can be fetched runs on the default base', () => {
  expect(pinnedVersions()).toEqual(expect.arrayContaining(['3.5.9', '4.3.0']));
  for (const version of pinnedVersions()) expect(lineProblem(profile(version))).toBeUndefined();
});

test('the table uses the Java of the default base', () =>
  expect(debianCommand([], '/t').join(' ')).toContain(`openjdk-${madeBaseHas.java}-jre-headless`));

test.each<[version: string, input: object, problem: string | undefined]>([
  [
    '4.1.0',
    { cluster: 'minikube', minikube: { kubernetesVersion: 'v1.28.3' } },
    'needs Kubernetes 1.32 or newer, not 1.28; the nearest that fits is 3.5.9',
  ],
  [
    '4.0.0',
    { cluster: 'digitalocean', digitalocean: { version: '1.29' } },
    'needs Kubernetes 1.30 or newer, not 1.29; the nearest that fits is 3.5.9',
  ],
  ['3.5.9', { cluster: 'minikube', minikube: { kubernetesVersion: 'v1.35.1' } }, undefined],
  ['3.5.9', { cluster: 'digitalocean' }, undefined],
  ['4.1.0', { cluster: 'local', minikube: { kubernetesVersion: 'v1.28.3' } }, undefined],
])('Spark %s on the Kubernetes of %j', (version, input, problem) =>
  expect(kubernetesProblem({ ...profile(version), ...profileSchema.parse({ ...input, spark: { version } }) })).toBe(
    problem && `spark.version ${version} ${problem}`,
  ),
);

test('properties that an older line would silently ignore are reported', () => {
  const conf = { 'spark.kubernetes.executor.useDriverPodIP': 'true', 'spark.executor.memory': '1g' };
  expect(unknownProperties(profile('4.3.0', undefined, { conf }))).toEqual([]);
  expect(unknownProperties(profile('3.5.9', undefined, { conf }))).toEqual([
    'spark.conf.spark.kubernetes.executor.useDriverPodIP: Spark 3.5.9 does not know this property, 4.1 and newer do',
  ]);
});

test.each<[needs: Record<string, string>, version: string, problems: string[]]>([
  [{ bigdl: '2.3.0' }, '3.5.9', []],
  [{ bigdl: '2.3.0' }, '4.3.0', ['bigdl 2.3.0 needs Spark 3.1 to 3.5, not 4.3.0; the nearest that fits is 3.5.9']],
  [{ elephas: '7.3.0' }, '4.3.0', []],
  [
    { elephas: '6.2.0' },
    '3.5.9',
    [
      'elephas 6.2.0 needs Spark 3.3 to 3.5.1, not 3.5.9; the nearest that fits is 3.5.1; elephas 7.3.0 fits Spark 3.5.9',
    ],
  ],
  [{ geni: '0.0.42' }, '3.5.9', ['geni 0.0.42 needs Spark 3.3.3, not 3.5.9']],
  [{ bigdl: '9' }, '3.5.9', ['bigdl 9 is not in the version table, which has 2.3.0, 0.13.0, 0.12.2, 0.6.0']],
  [{ torch: '2' }, '3.5.9', ['torch is not in the version table, which has elephas, bigdl, geni']],
])('a job that needs %j with Spark %s', (needs, version, problems) =>
  expect(needProblems(needs, version)).toEqual(problems),
);

test.each(companions.map((companion) => [`${companion.name} ${companion.version}`, companion] as const))(
  '%s goes with lines that are known, from the older to the newer',
  (_, { spark: [from, to] }) => {
    const known = sparkLines.map(({ line }) => line);
    for (const end of [from, to]) expect(known).toContain(end.split('.').slice(0, 2).join('.'));
    expect(isAtLeast(to, from)).toBe(true);
  },
);
