// SparkPi from submit to end, beside spark-submit if SPARK_HOME names a distribution.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../../tasks/lib/failure.ts';
import { dataPath } from '../../tasks/lib/paths.ts';
import type { Profile } from '../../tasks/lib/schema.ts';
import type { Command } from '../../tasks/lib/types.ts';
import { readJob } from '../../tasks/spark/job.ts';
import { containerSecurityContext, podSecurityContext } from '../../tasks/spark/restricted.ts';
import { exec, firesteel, inTurns } from './measure.ts';
import type { Row } from './statistics.ts';

const sparkRounds = 3;

/** `words` are the flags of the cluster it runs on; `folder` may be written to. */
export async function sparkRow(words: string[], profile: Profile, folder: string, image: string): Promise<Row> {
  const home = process.env['SPARK_HOME'];
  const submit = home && existsSync(home) ? await sparkSubmit(home, profile, folder, image) : undefined;
  const [ours = [], theirs = []] = await inTurns(sparkRounds, [
    () => firesteel(['submit', 'pi', ...words]),
    ...(submit ? [submit] : []),
  ]);
  const leftOut = submit ? {} : { leftOut: 'SPARK_HOME is not set' };
  return { what: 'firesteel submit pi', seconds: ours, peer: { name: 'spark-submit', seconds: theirs, ...leftOut } };
}

/** The same job, properties and rights; a pod template is how spark-submit keeps to the restricted standard. */
async function sparkSubmit(home: string, profile: Profile, folder: string, image: string) {
  const job = readJob(['pi']);
  const template = join(folder, 'pod.yaml');
  const containers = [{ name: 'spark', securityContext: containerSecurityContext }];
  const pod = { apiVersion: 'v1', kind: 'Pod', spec: { securityContext: podSecurityContext, containers } };
  writeFileSync(template, JSON.stringify(pod));
  const kubeconfig = dataPath('clusters', profile.clusterName, 'kubeconfig');
  const { server } = JSON.parse(readFileSync(kubeconfig, 'utf8')).clusters[0].cluster;
  const properties = {
    ...job.conf,
    'spark.kubernetes.namespace': profile.namespace,
    'spark.kubernetes.container.image': image,
    'spark.kubernetes.authenticate.driver.serviceAccountName': profile.serviceAccounts.driver,
    'spark.kubernetes.authenticate.executor.serviceAccountName': profile.serviceAccounts.executor,
    'spark.kubernetes.driver.podTemplateFile': template,
    'spark.kubernetes.executor.podTemplateFile': template,
  };
  const command: Command = [
    ...([join(home, 'bin', 'spark-submit'), '--master', `k8s://${server}`, '--deploy-mode', 'cluster'] as const),
    ...Object.entries(properties).flatMap(([key, value]) => ['--conf', `${key}=${value}`]),
    ...[job.resource, ...job.args],
  ];
  return async () => {
    const lines: string[] = [];
    await exec(command, { env: { KUBECONFIG: kubeconfig }, onLine: (line) => lines.push(line) });
    // It exits with 0 whatever the driver did.
    if (!lines.some((line) => /exit code: 0/.test(line)))
      throw new Failure('spark-submit: the driver failed', { output: lines.slice(-20).join('\n') });
  };
}
