// What cannot work on Google Kubernetes Engine is reported before any request; what it is made of is counted.
import { afterEach, describe, expect, test, vi } from 'vitest';
import { gkeCapacity } from '../../../../tasks/clusters/gke/cluster.ts';
import { allocatable, machineOf } from '../../../../tasks/clusters/gke/machines.ts';
import { accountEmail, contextName, projectOf, regionOf, registryOf } from '../../../../tasks/clusters/gke/names.ts';
import { gkeProblems } from '../../../../tasks/clusters/gke/problems.ts';
import { readProfile } from '../../../../tasks/profile/read.ts';
import { gkeProfile } from './profiles.ts';

afterEach(() => vi.unstubAllEnvs());

test.each(['gke', 'gke-autopilot'] as const)('profile %s has no problem but its project', async (name) => {
  vi.stubEnv('GOOGLE_CLOUD_PROJECT', '');
  expect(gkeProblems(await gkeProfile(name))).toEqual([]);
  expect(gkeProblems(await readProfile(name, []))).toEqual([
    'no Google Cloud project is named: set gke.project, or $GOOGLE_CLOUD_PROJECT, to a project id',
  ]);
});

test.each([
  ['12345', /^\$GOOGLE_CLOUD_PROJECT "12345" is a project number: use the id/],
  ['My Project', /is not a project id/],
])('project %s of the environment is refused', async (project, line) => {
  vi.stubEnv('GOOGLE_CLOUD_PROJECT', project);
  expect(gkeProblems(await readProfile('gke', []))).toEqual([expect.stringMatching(line)]);
});

const key = 'projects/spark-class/locations/global/keyRings/spark/cryptoKeys/secrets';

test.each([
  ['gke', ['gke.machineType=e2-medium'], /shared.*1060m.*940m.*e2-standard-2, or e2-custom-2-4096/],
  ['gke', ['gke.machineType=e2-custom-medium-4096'], /940m/],
  ['gke', ['gke.machineType=e2-small'], /less than one core.*use e2-standard-2/],
  ['gke', ['gke.machineType=e2-micro'], /less than one core/],
  ['gke', ['gke.machineType=f1-micro'], /less than one core/],
  ['gke', ['gke.machineType=g1-small'], /less than one core/],
  ['gke', ['gke.machineType=n1-standard-1'], /GKE leaves 940m of its core/],
  ['gke', ['gke.machineType=t2a-standard-4'], /Arm/],
  ['gke', ['gke.machineType=c4-standard-4'], /Hyperdisk/],
  ['gke', ['gke.machineType=c3-standard-4'], /^gke.diskType pd-standard: c3-standard-4 .* pd-balanced or pd-ssd$/],
  ['gke', ['gke.location=europe-west1-a'], /no zone europe-west1-a: use europe-west1-b/],
  ['gke', ['gke.labels.managed-by=me'], /^gke.labels.managed-by/],
  ['gke', ['gke.labels.goog-own=me'], /Google's own/],
  ['gke', [`gke.encryptionKey=${key}`], /is in global, .* needs a key in europe-west1$/],
  ['gke', ['clusterName=3-nodes'], /begin with a letter/],
  ['gke', ['image.repository=eu.gcr.io/spark-class'], /since 2025-03-18: remove image.repository/],
  ['gke', ['image.repository=gcr.io/spark-class'], /Container Registry/],
  ['gke-autopilot', ['gke.location=europe-west1-b'], /use europe-west1 instead of europe-west1-b/],
  ['gke-autopilot', ['gke.machineType=n2-standard-4'], /^gke.machineType: Autopilot chooses nodes/],
  ['gke-autopilot', ['gke.nodes=5'], /^gke.nodes: Autopilot/],
  ['gke-autopilot', ['gke.spot=true'], /^gke.spot: Autopilot/],
] as const)('%s with %s is refused', async (name, sets, line) =>
  expect(gkeProblems(await gkeProfile(name, ...sets))).toEqual([expect.stringMatching(line)]),
);

test.each([
  'gke.machineType=e2-custom-2-4096',
  'gke.machineType=z9-unheard-2',
  'gke.location=europe-west1',
  'gke.labels.managed-by=firesteel',
  'image.repository=europe-west1-docker.pkg.dev/spark-class/mine',
])('%s is fine', async (set) => expect(gkeProblems(await gkeProfile('gke', set))).toEqual([]));

test('everything wrong is reported at once', async () =>
  expect(
    gkeProblems(await gkeProfile('gke-autopilot', 'gke.location=europe-west1-b', 'gke.nodes=5', 'clusterName=3')),
  ).toHaveLength(3));

describe('machines', () => {
  test.each([
    ['e2-standard-2', 2, 8, 1.93, 6248],
    ['e2-custom-2-4096', 2, 4, 1.93, 2972],
    ['n1-standard-4', 4, 15, 3.92, 12700],
    ['custom-8-16384', 8, 16, 7.91, 13621],
    ['n2-highmem-32', 32, 256, 31.85, 249878],
  ])('%s has %i cores and %d GiB, and leaves %d cores and %i MiB', (type, cores, gibibytes, leftCores, leftMemory) => {
    const machine = machineOf(type);
    expect(machine).toMatchObject({ cores, gibibytes });
    expect(machine && allocatable(machine)).toEqual({ cores: leftCores, mebibytes: leftMemory });
  });

  test.each(['e2-medium', 'z9-unheard-2', 'n2-unheard-2', 'm3-ultramem-32'])('of %s nothing is known', (type) =>
    expect(machineOf(type)).toBe(undefined),
  );

  test('a cluster has what its nodes have, in every zone', async () => {
    expect(gkeCapacity(await gkeProfile('gke'))).toMatchObject({ nodes: 3, cores: 1.93, mebibytes: 6248 });
    expect(gkeCapacity(await gkeProfile('gke', 'gke.location=europe-west1'))).toMatchObject({ nodes: 9, cores: 1.93 });
    expect(gkeCapacity(await gkeProfile('gke', 'gke.machineType=z9-unheard-2'))).toBe(undefined);
    expect(gkeCapacity(await gkeProfile('gke-autopilot'))).toBe(undefined);
  });
});

describe('names', () => {
  test('are those gcloud and Artifact Registry have', async () => {
    const profile = await gkeProfile('gke', 'clusterName=spark-cluster', 'gke.project=spark-kubernetes-224613');
    expect(contextName(profile)).toBe('gke_spark-kubernetes-224613_europe-west1-b_spark-cluster');
    expect(registryOf(profile)).toBe('europe-west1-docker.pkg.dev/spark-kubernetes-224613/spark');
    expect(regionOf('us-central1')).toBe('us-central1');
    expect(registryOf(await gkeProfile('gke', 'image.repository=quay.io/me'))).toBe('quay.io/me');
  });

  test('of a project of a domain are turned round', async () => {
    const profile = await gkeProfile('gke', 'gke.project=example.com:spark-class');
    expect(registryOf(profile)).toBe('europe-west1-docker.pkg.dev/example.com/spark-class/spark');
    expect(accountEmail('nodes', projectOf(profile))).toBe('nodes@spark-class.example.com.iam.gserviceaccount.com');
  });

  test('take the project of the environment, and fail without one', async () => {
    vi.stubEnv('GOOGLE_CLOUD_PROJECT', 'from-environment');
    expect(projectOf(await readProfile('gke', []))).toBe('from-environment');
    expect(projectOf(await gkeProfile('gke'))).toBe('spark-class');
    vi.stubEnv('GOOGLE_CLOUD_PROJECT', '');
    const without = await readProfile('gke', []);
    expect(() => projectOf(without)).toThrow('profile gke names no Google Cloud project');
    expect(contextName(without)).toBe('gke__europe-west1-b_gke');
  });
});
