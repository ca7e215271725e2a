// SparkPi from submit to end, beside spark-submit if SPARK_HOME names a distribution.
import { readFileSync } from 'node:fs';
import { Failure } from '../../tasks/core/failure.ts';
import { dataPath } from '../../tasks/core/paths.ts';
import type { Profile } from '../../tasks/profile/schema.ts';
import { exec, firesteel, inTurns } from './measure.ts';
import { noSparkHome, sparkHome, sparkSubmitCommand } from './spark-submit.ts';
import type { Row } from './statistics.ts';

const sparkRounds = 3;

/** `words` are the flags of the cluster it runs on; `folder` may be written to. */
export async function sparkRow(words: string[], profile: Profile, folder: string, image: string): Promise<Row> {
  const home = sparkHome();
  const submit = home && sparkSubmit(home, profile, folder, image);
  const [ours = [], theirs = []] = await inTurns('firesteel submit pi', sparkRounds, [
    () => firesteel(['submit', 'pi', ...words]),
    ...(submit ? [submit] : []),
  ]);
  const leftOut = submit ? {} : { leftOut: noSparkHome };
  return { what: 'firesteel submit pi', values: ours, peer: { name: 'spark-submit', values: theirs, ...leftOut } };
}

function sparkSubmit(home: string, profile: Profile, folder: string, image: string) {
  const kubeconfig = dataPath('clusters', profile.clusterName, 'kubeconfig');
  const { server } = JSON.parse(readFileSync(kubeconfig, 'utf8')).clusters[0].cluster;
  const command = sparkSubmitCommand(home, { profile, image, server, folder });
  return async () => {
    const lines: string[] = [];
    await exec(command, { env: { KUBECONFIG: kubeconfig }, onLine: (line) => lines.push(line) });
    // It exits with 0 whatever the driver did.
    if (!lines.some((line) => /exit code: 0/.test(line)))
      throw new Failure('spark-submit: the driver failed', { output: lines.slice(-20).join('\n') });
  };
}
