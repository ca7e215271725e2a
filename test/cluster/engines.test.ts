// Native submission against the distribution's own spark-submit: the same job to the same API server, and what it then has.
import { existsSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { issue } from '../../tasks/core/certificates.ts';
import { createExec } from '../../tasks/core/exec.ts';
import { createFileVerbs } from '../../tasks/core/files/changes.ts';
import { findDistribution } from '../../tasks/images/distribution/distribution.ts';
import type { Job } from '../../tasks/jobs/job.ts';
import { readJob } from '../../tasks/jobs/job.ts';
import { renderTemplate } from '../../tasks/kube/render.ts';
import type { Kube, KubeSource, Manifest } from '../../tasks/kube/types.ts';
import type { Profile } from '../../tasks/profile/schema.ts';
import { profileSchema } from '../../tasks/profile/schema.ts';
import { runFolder } from '../../tasks/record/run-folder.ts';
import { objectsOfRuns } from '../../tasks/runs/leftovers.ts';
import { newRunId, runNames } from '../../tasks/spark/run-names.ts';
import type { Context } from '../../tasks/steps/types.ts';
import type { RunRequest } from '../../tasks/submission/driver.ts';
import { engineNamed } from '../../tasks/submission/engines/engine.ts';
import { ownFolder } from '../own-folder.ts';
import { certificateUser, kubeconfigText } from './control-plane.ts';
import { accepted, differences, leaves, objectsOf } from './engine-differences.ts';
import { connect, controlPlane, needControlPlane } from './harness.ts';

needControlPlane();

const { signal } = new AbortController();

/** A Java program on a busy machine takes its time to start. */
const slow = { timeout: 180_000 };
const data = ownFolder();

const profileOf = (version: string, conf: Record<string, string> = {}): Profile => ({
  ...profileSchema.parse({
    namespace: `engines-${process.pid}-${Date.now().toString(36)}`,
    spark: { version, conf },
  }),
  name: 'local',
  clusterName: 'local',
});

const hasJava = (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, 'java')));

/** Why a version's own spark-submit cannot be called here. */
const lacking = async (version: string): Promise<string | undefined> => {
  const { home } = await findDistribution(profileOf(version));
  if (!hasJava) return 'there is no Java';
  return existsSync(home) ? undefined : `Spark ${version} is not in the cache: firesteel build brings it`;
};

const versions = await Promise.all(
  ['4.3.0', '3.5.9'].map(async (version) => ({ version, lack: await lacking(version) })),
);

/** A kubeconfig of one user, in its own file. */
function kubeconfigOf(name: string, user: object): KubeSource {
  const path = join(data, name);
  writeFileSync(path, kubeconfigText(controlPlane.server, controlPlane.authority.certificatePem, name, user));
  return { path, context: name };
}

/** An administrator's; older lines take RSA keys only, and the one of all other tests is not. */
async function administrator(version: string): Promise<KubeSource> {
  if (version.startsWith('4.')) return { path: controlPlane.kubeconfig, context: 'admin' };
  return kubeconfigOf('rsa', await rsaUser('admin', ['system:masters']));
}

const rsaUser = async (commonName: string, organizations: string[]): Promise<object> =>
  certificateUser(await issue(controlPlane.authority, { commonName, organizations, usage: 'client', key: 'rsa' }));

function contextOf(kube: Kube, profile: Profile, source: KubeSource): Context {
  const exec = createExec(signal);
  const change: Context['change'] = (_what, action) => action();
  const cluster = { kubeconfig: () => source };
  return { kube, profile, cluster, run: exec, change, ...createFileVerbs(), signal, state: {} } as unknown as Context;
}

async function deployed(kube: Kube, profile: Profile): Promise<void> {
  for (const template of ['namespace', 'access'])
    for (const manifest of await renderTemplate(template, profile)) await kube.apply(manifest);
}

function requestOf({ profile }: Context, job: Job): RunRequest {
  const image = `registry.example/spark:${profile.spark.version}`;
  return { job, profile, image, names: runNames(newRunId(job.name)), user: 'me' };
}

/** Submits; returns the driver, and where the run's files are. */
async function submitted(context: Context, engine: string, job: Job): Promise<{ driver: Manifest; folder: string }> {
  const request = requestOf(context, job);
  const { objects, submit } = engineNamed(engine);
  const driver = await submit(context, request, objects(request));
  return { driver, folder: runFolder(request.names.id) };
}

const ownFile: Job = {
  ...readJob(['pi']),
  name: 'Mein Jöb 2',
  resource: 'file:///opt/spark/job/shipped/my_job.py',
  args: ['--verbose', 'two words', '$HOME', '$(HOME)', '$$', "it's"],
  files: { 'my_job.py': 'print(1)\n', 'table.bin': new Uint8Array([0, 1, 255]) },
};

const jar: Job = {
  name: 'jar',
  type: 'java',
  resource: 'local:///opt/spark/examples/jars/spark-examples.jar',
  mainClass: 'org.apache.spark.examples.SparkPi',
  args: ['10'],
  conf: { 'spark.jars': 'local:///opt/more.jar' },
};

const everyProperty: Record<string, string> = {
  'spark.driver.cores': '2',
  'spark.driver.memory': '2g',
  'spark.driver.memoryOverhead': '500m',
  'spark.executor.instances': '3',
  'spark.kubernetes.driver.limit.cores': '3',
  'spark.kubernetes.driver.label.team': 'red',
  'spark.kubernetes.driver.annotation.example.org/note': 'a = b: "c"',
  'spark.kubernetes.driverEnv.LEVEL': 'three = 3',
  'spark.kubernetes.driverEnv.PRICE': 'a$$b',
  'spark.executorEnv.PRICE': 'a$$b',
  'spark.kubernetes.driver.secretKeyRef.KEY': 'store:key',
  'spark.kubernetes.driver.secrets.store': '/etc/store',
  'spark.kubernetes.node.selector.disk': 'ssd',
  'spark.kubernetes.driver.node.selector.zone': 'a',
  'spark.kubernetes.container.image.pullSecrets': 'registry, other',
  'spark.kubernetes.container.image.pullPolicy': 'Always',
  'spark.kubernetes.driver.volumes.persistentVolumeClaim.data.options.claimName': 'data',
  'spark.kubernetes.driver.volumes.persistentVolumeClaim.data.mount.path': '/data',
  'spark.kubernetes.driver.volumes.persistentVolumeClaim.data.mount.readOnly': 'true',
  'spark.kubernetes.driver.volumes.emptyDir.scratch.mount.path': '/scratch',
  'spark.kubernetes.driver.volumes.emptyDir.scratch.options.sizeLimit': '1Gi',
  'spark.kubernetes.driver.volumes.emptyDir.spark-local-dir-1.mount.path': '/fast',
  'spark.kubernetes.scheduler.name': 'other',
  'spark.kubernetes.driver.scheduler.name': 'mine',
  'spark.pyspark.python': 'python3',
  'spark.ui.port': '4999',
  'spark.example.text': 'äöü \\ # ! = : \n end',
};

const scratchInMemory: Record<string, string> = {
  'spark.kubernetes.local.dirs.tmpfs': 'true',
  'spark.kubernetes.scheduler.name': 'mine',
  // Of several Spark shuffles the order.
  'spark.local.dir': '/a',
};

/** Reasons of differences that there are. */
const used = new Set<string>();

describe.each(versions)('Spark $version', ({ version, lack }) => {
  beforeEach((context) => {
    if (lack) context.skip(lack);
  });

  test.each<[string, Job, Record<string, string>]>([
    ['a file of the user’s own', ownFile, {}],
    ['a jar', jar, {}],
    ['every property that shapes a driver', { ...readJob(['pi']), conf: {} }, everyProperty],
    ['scratch space in memory', { ...readJob(['pi']), conf: {} }, scratchInMemory],
  ])('makes of %s what we make of it, but for what the table accepts', slow, async (_, job, conf) => {
    const kube = connect();
    const profile = profileOf(version, conf);
    await deployed(kube, profile);
    const context = contextOf(kube, profile, await administrator(version));
    const [ours, theirs] = [await submitted(context, 'native', job), await submitted(context, 'spark-submit', job)];
    const found = differences(leaves(await objectsOf(kube, ours.driver)), leaves(await objectsOf(kube, theirs.driver)));
    expect(found.filter((line) => !accepted.some(({ match }) => match.test(line)))).toEqual([]);
    for (const { match, reason } of accepted) if (found.some((line) => match.test(line))) used.add(reason);
    expect(existsSync(join(theirs.folder, 'spark-submit'))).toBe(false);
  });

  test('that is not allowed to make pods says so in one line and leaves nothing behind', slow, async () => {
    const kube = connect();
    const profile = profileOf(version);
    await deployed(kube, profile);
    const context = contextOf(kube, profile, kubeconfigOf('nobody', await rsaUser('nobody', [])));
    await expect(submitted(context, 'spark-submit', ownFile)).rejects.toMatchObject({
      message: 'nobody may not create pods',
      hint: 'ask an administrator of the cluster for that permission',
    });
    expect(await objectsOfRuns(kube, profile.namespace)).toEqual([]);
  });
});

test('a token that the API server does not know is shown in one line', slow, async (context) => {
  const [newest] = versions;
  if (newest?.lack) context.skip(newest.lack);
  const profile = profileOf('4.3.0');
  const stranger = contextOf(connect(), profile, kubeconfigOf('stranger', { token: 'no-such-token' }));
  await expect(submitted(stranger, 'spark-submit', jar)).rejects.toThrow(
    `${controlPlane.server} rejects these credentials`,
  );
});

test('the table accepts nothing that is no difference', (context) => {
  if (versions.every(({ lack }) => lack)) context.skip('nothing was compared');
  expect(accepted.map(({ reason }) => reason).filter((reason) => !used.has(reason))).toEqual([]);
});
