// The command line of the distribution's own spark-submit for our job pi: the same properties and the same rights.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from '../../tasks/core/types.ts';
import { readJob } from '../../tasks/jobs/job.ts';
import type { Profile } from '../../tasks/profile/schema.ts';
import { containerSecurityContext, podSecurityContext } from '../../tasks/spark/pod-security.ts';

/** $SPARK_HOME, if it names a distribution. */
export function sparkHome(): string | undefined {
  const home = process.env['SPARK_HOME'];
  return home && existsSync(join(home, 'bin', 'spark-submit')) ? home : undefined;
}

/** Without a storage it brings no file, and runs what is in the image. */
const program = 'local:///opt/spark/examples/src/main/python/pi.py';

/** Why spark-submit is left out where there is no `sparkHome`. */
export const noSparkHome = 'SPARK_HOME names no distribution';

interface Target {
  profile: Profile;
  image: string;
  /** Address of the API server. */
  server: string;
  /** A folder that may be written to. */
  folder: string;
}

/** Its kubeconfig goes into the environment, as $KUBECONFIG. */
export function sparkSubmitCommand(home: string, { profile, image, server, folder }: Target, more = {}): Command {
  const job = readJob(['pi']);
  const template = join(folder, 'pod.yaml');
  // A pod template is how spark-submit keeps to the restricted standard.
  const containers = [{ name: 'spark', securityContext: containerSecurityContext }];
  const pod = { apiVersion: 'v1', kind: 'Pod', spec: { securityContext: podSecurityContext, containers } };
  writeFileSync(template, JSON.stringify(pod));
  const properties = {
    ...job.conf,
    'spark.kubernetes.namespace': profile.namespace,
    'spark.kubernetes.container.image': image,
    'spark.kubernetes.authenticate.driver.serviceAccountName': profile.serviceAccounts.driver,
    'spark.kubernetes.authenticate.executor.serviceAccountName': profile.serviceAccounts.executor,
    'spark.kubernetes.driver.podTemplateFile': template,
    'spark.kubernetes.executor.podTemplateFile': template,
    ...more,
  };
  return [
    ...([join(home, 'bin', 'spark-submit'), '--master', `k8s://${server}`, '--deploy-mode', 'cluster'] as const),
    ...Object.entries(properties).flatMap(([key, value]) => ['--conf', `${key}=${value}`]),
    ...[program, ...job.args],
  ];
}
