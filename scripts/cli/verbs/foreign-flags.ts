// Flags of spark-submit and kubectl that people paste, and what firesteel has in their place.

/** What to write for a flag that is a property of Spark. */
const properties: Readonly<Record<string, string>> = {
  '--driver-class-path': 'spark.driver.extraClassPath',
  '--driver-cores': 'spark.driver.cores',
  '--driver-java-options': 'spark.driver.extraJavaOptions',
  '--driver-library-path': 'spark.driver.extraLibraryPath',
  '--driver-memory': 'spark.driver.memory',
  '--executor-cores': 'spark.executor.cores',
  '--executor-memory': 'spark.executor.memory',
};

const inTheCluster = 'drivers always run in the cluster: omit this flag';
const ofYarn = 'omit this flag, which YARN alone reads';
const kerberos = '--engine spark-submit, with spark.kerberos.keytab and spark.kerberos.principal under spark.conf';

/** What to do in the place of any other flag. */
const advice: Readonly<Record<string, string>> = {
  '--archives': 'for packages use --requirements; for files, list them under files in job.yaml',
  '--deploy-mode': inTheCluster,
  '--exclude-packages': 'firesteel excludes no dependencies: bring the jars with --jars',
  '--files': 'list the files under files in job.yaml',
  '--keytab': `use ${kerberos}`,
  '--kill': 'use firesteel kill RUN',
  '--master': 'the profile names the cluster: use --profile',
  '--principal': `use ${kerberos}`,
  '--properties-file': 'put its properties under conf in job.yaml, or under spark.conf in a profile',
  '--proxy-user': 'set SPARK_USER under env in job.yaml',
  '--queue': ofYarn,
  '--remote': 'the profile names the cluster: use --profile',
  '--repositories': 'set DEFAULT_ARTIFACT_REPOSITORY in the environment of this shell',
  '--status': 'use firesteel status RUN',
  '--supervise': 'omit this flag, which standalone clusters alone read',
  '--total-executor-cores': 'use --num-executors, and --set spark.conf.spark.executor.cores=NUMBER',
};

const forPrograms = 'use --json for programs';
const everyYes = 'use --yes';
const onlyShown = 'use --dry-run';
const repeated = 'repeat the command with the program watch';
const uncoloured = 'set NO_COLOR=1 in the environment';
const leftRunning = 'press Ctrl-C once the driver runs: the job keeps running';

/** Flags of kubectl, apt and others. */
const ofOthers: Readonly<Record<string, string>> = {
  '-d': leftRunning,
  '-f': 'use --profile FILE.yaml for a profile, or firesteel logs RUN -f to follow a run',
  '-o': forPrograms,
  '-w': repeated,
  '--auto-approve': everyYes,
  '--color': uncoloured,
  '--context': 'a profile names the context: use --profile',
  '--detach': leftRunning,
  '--diff': onlyShown,
  '--follow': 'use firesteel logs RUN -f',
  '--force': everyYes,
  '--format': forPrograms,
  '--kubeconfig': 'a profile names the kubeconfig: use --profile',
  '--no-color': uncoloured,
  '--no-input': everyYes,
  '--non-interactive': everyYes,
  '--output': forPrograms,
  '--plan': onlyShown,
  '--tail': 'pipe the log into tail -n NUMBER',
  '--values': 'use --profile FILE.yaml',
  '--version': 'use firesteel version',
  '--watch': repeated,
  '-n': 'use --set namespace=NAME',
  '-p': 'use --profile NAME',
  '-v': 'use --verbose',
  '-V': 'use --version',
  '-y': everyYes,
  '--assume-yes': everyYes,
  '--cluster': 'use --set clusterName=NAME',
  '--cluster-name': 'use --set clusterName=NAME',
  '--debug': 'use --verbose',
  '--image': 'use --set image.base=IMAGE',
  '--namespace': 'use --set namespace=NAME',
};

/** What stands in the place of an option of another tool, such as `--driver-memory` or `--driver-memory=2g`. */
export function insteadOf(option: string): string | undefined {
  const [, flag = option, value] = /^([^=]+)=(.*)$/s.exec(option) ?? [];
  if (flag === '--conf' || flag === '-c') return `use --set spark.conf.${value || 'PROPERTY=VALUE'}`;
  if (Object.hasOwn(properties, flag)) return `use --set spark.conf.${properties[flag]}=${value || 'VALUE'}`;
  return [advice, ofOthers].find((table) => Object.hasOwn(table, flag))?.[flag];
}
