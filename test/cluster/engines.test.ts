// Native submission against the distribution's own spark-submit: the same job to the same API server, and what it then has.
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { issue } from '../../tasks/lib/certificates.ts';
import { createExec } from '../../tasks/lib/exec.ts';
import { writeFiles } from '../../tasks/lib/files.ts';
import { renderTemplate } from '../../tasks/lib/render.ts';
import type { Profile } from '../../tasks/lib/schema.ts';
import { profileSchema } from '../../tasks/lib/schema.ts';
import type { Context, Kube, Manifest } from '../../tasks/lib/types.ts';
import { findDistribution } from '../../tasks/spark/distribution.ts';
import type { RunRequest } from '../../tasks/spark/driver.ts';
import { engineNamed } from '../../tasks/spark/engine.ts';
import type { Job } from '../../tasks/spark/job.ts';
import { readJob } from '../../tasks/spark/job.ts';
import { newRunId, runNames } from '../../tasks/spark/names.ts';
import { runFolder } from '../../tasks/spark/run-folder.ts';
import { certificateUser, kubeconfigText } from './control-plane.ts';
import { accepted, differences, leaves, objectsOf } from './engine-differences.ts';
import { connect, controlPlane, needControlPlane } from './harness.ts';

needControlPlane();

const { signal } = new AbortController();
let data: string;
beforeAll(() => {
  data = mkdtempSync(join(tmpdir(), 'firesteel-test-'));
  vi.stubEnv('XDG_DATA_HOME', data);
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(data, { recursive: true });
});

const profileOf = (version: string, conf: Record<string, string> = {}): Profile => ({
  ...profileSchema.parse({
    namespace: `engines-${process.pid}-${Date.now().toString(36)}-${version.replaceAll('.', '')}`,
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

/** A kubeconfig whose key every Spark takes. */
async function administrator(): Promise<{ path: string; context: string }> {
  const { authority, server } = controlPlane;
  const user = await issue(authority, {
    commonName: 'admin',
    organizations: ['system:masters'],
    usage: 'client',
    key: 'rsa',
  });
  const path = join(data, 'kubeconfig');
  writeFileSync(path, kubeconfigText(server, authority.certificatePem, 'admin', certificateUser(user)));
  return { path, context: 'admin' };
}

async function contextOf(kube: Kube, profile: Profile): Promise<Context> {
  const source = await administrator();
  const exec = createExec(signal);
  const change: Context['change'] = (_what, action) => action();
  const cluster = { kubeconfig: () => source };
  return { kube, profile, cluster, run: exec, change, write: writeFiles, signal, state: {} } as unknown as Context;
}

async function deployed(kube: Kube, profile: Profile): Promise<void> {
  for (const template of ['namespace', 'access'])
    for (const manifest of await renderTemplate(template, profile)) await kube.apply(manifest);
}

async function submitted(context: Context, engine: string, job: Job): Promise<Manifest[]> {
  const { profile, kube } = context;
  const request: RunRequest = {
    job,
    profile,
    image: `registry.example/spark:${profile.spark.version}`,
    names: runNames(newRunId(job.name)),
    user: 'me',
  };
  const { objects, submit } = engineNamed(engine);
  const driver = await submit(context, request, objects(request));
  return objectsOf(kube, driver);
}

const ownFile: Job = {
  ...readJob(['pi']),
  name: 'Mein Jöb 2',
  resource: 'local:///opt/spark/job/my_job.py',
  args: ['--verbose', 'two words', '$HOME', "it's"],
  file: { name: 'my_job.py', content: 'print(1)\n' },
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
  'spark.pyspark.python': 'python3',
  'spark.ui.port': '4999',
  'spark.example.text': ' äöü \\ # ! = : \n end',
};

describe.each(versions)('Spark $version', ({ version, lack }) => {
  const jobs: [string, Job, Record<string, string>][] = [
    ['pi', readJob(['pi']), {}],
    ['a file of the user’s own', ownFile, {}],
    ['a jar', jar, {}],
    ['every property that shapes a driver', { ...readJob(['pi']), conf: {} }, everyProperty],
  ];

  test.each(jobs)('makes of %s what we make of it, but for what the table accepts', async (_, job, conf) => {
    const kube = connect();
    const profile = profileOf(version, conf);
    await deployed(kube, profile);
    const context = await contextOf(kube, profile);
    const [native, theirs] = await Promise.all(
      ['native', 'spark-submit'].map((engine) => submitted(context, engine, job)),
    );
    const found = differences(leaves(native ?? []), leaves(theirs ?? []));
    expect(found.filter((line) => !accepted.some(({ match }) => match.test(line)))).toEqual([]);
  });
});
