// Opens PySpark on a standalone cluster in a separate pod.
import { pullSecretsOf } from '../access/pull-secrets.ts';
import { refOf } from '../kube/ref.ts';
import type { Kube, Manifest } from '../kube/types.ts';
import type { Profile } from '../profile/schema.ts';
import { orCleanUp, waitForPod } from '../shells/keeper.ts';
import { isTerminal, joinTerminal, readScript, showOutput, untilAsked } from '../shells/terminal.ts';
import { confFolder } from '../spark/driver-container.ts';
import { driverContainer } from '../spark/pod.ts';
import { storageAccess } from '../spark/pod-access.ts';
import { containerSecurityContext, podSecurityContext } from '../spark/pod-security.ts';
import { podCores, podMemory } from '../spark/size.ts';
import type { Context, Show, SingleStep } from '../steps/types.ts';
import { neededSet } from './count.ts';
import { names, partLabels } from './names.ts';
import {
  applicationFile,
  confVolume,
  fromPod,
  scriptsFolder,
  scriptsVolume,
  secretEnv,
  settingsMounts,
} from './objects.ts';

/** The pod of a shell that waits for its process. */
export interface ShellPod {
  name: string;
  namespace: string;
}

const scriptFile = '/tmp/script.py';
/** The id of the shell's process, which docker/standalone/hold.sh waits for. */
const processFile = '/tmp/shell.pid';

/** Python runs beside the driver's JVM, as in jobs. */
const pythonOverhead = { 'spark.kubernetes.memoryOverheadFactor': '0.4' };
/** CPU that a shell requests where nobody says: it waits for a person most of the time. */
const idleCores = { 'spark.driver.cores': '100m' };

/** A driver without a program: a person's process is the program. It ends when that has ended. */
export function shellPod(
  profile: Profile,
  image: string,
  name: string,
  pullSecrets: readonly { name: string }[] = [],
): Manifest {
  const { namespace, serviceAccounts, spark } = profile;
  const memory = `${podMemory('driver', { ...pythonOverhead, ...spark.conf })}Mi`;
  const limit = spark.conf['spark.kubernetes.driver.limit.cores'];
  const access = storageAccess(profile);
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels: partLabels('driver') },
    spec: {
      restartPolicy: 'Never',
      serviceAccountName: serviceAccounts.executor,
      ...(pullSecrets.length > 0 ? { imagePullSecrets: [...pullSecrets] } : {}),
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: podSecurityContext,
      terminationGracePeriodSeconds: 5,
      containers: [
        {
          name: driverContainer,
          image,
          imagePullPolicy: 'IfNotPresent',
          args: ['bash', `${scriptsFolder}/hold.sh`, processFile],
          env: [
            secretEnv,
            fromPod('POD_IP', 'status.podIP'),
            { name: 'SPARK_CONF_DIR', value: confFolder },
            ...access.env,
          ],
          resources: {
            requests: { cpu: podCores('driver', { ...idleCores, ...spark.conf }), memory },
            limits: { ...(limit ? { cpu: limit } : {}), memory },
          },
          securityContext: containerSecurityContext,
          volumeMounts: [...settingsMounts, ...access.mounts],
        },
      ],
      volumes: [confVolume(applicationFile), scriptsVolume, ...access.volumes],
    },
  };
}

/** The process in it: PySpark's shell, or a script that comes through standard input and whose length says where it ends. */
export function shellCommand(length: number | undefined, terminal = 'xterm'): string[] {
  const host = '--conf spark.driver.host="$POD_IP" --conf spark.driver.bindAddress="$POD_IP"';
  const programs = '/opt/spark/bin';
  const script =
    length === undefined
      ? `export TERM=${terminal.replaceAll(/[^\w.+-]/g, '')}; exec ${programs}/pyspark ${host}`
      : `umask 077; head -c ${length} >${scriptFile}; exec ${programs}/spark-submit ${host} ${scriptsFolder}/run.py ${scriptFile} </dev/null`;
  return ['bash', '-c', `echo $$ >${processFile}; ${script}`];
}

/** Makes the pod and waits until it runs; `take` receives its name. */
export const startShell = (suffix: string, take: (pod: ShellPod) => void): SingleStep => ({
  title: 'Start the pod of the shell',
  run: async (context, out) => {
    const { kube, profile } = context;
    const set = await neededSet(context);
    // The same Spark and Python as the workers have.
    const image = set.spec?.template.spec?.containers[0]?.image ?? '';
    const pod = shellPod(profile, image, `${names.shell}-${suffix}`, await pullSecretsOf(context));
    await kube.create(pod);
    // In a dry run there is nothing to wait for.
    if (!(await kube.get(refOf(pod)))) return;
    const remove = (kube: Kube) => kube.remove(refOf(pod));
    await orCleanUp(context, () => waitForPod(context, pod, out), remove);
    take({ name: pod.metadata.name, namespace: profile.namespace });
  },
});

/** Stays with the shell to its end, and removes the pod; the exit code of the process. */
export async function showShell({ kube }: Context, pod: ShellPod, show: Show): Promise<number> {
  try {
    const script = isTerminal() ? undefined : await readScript();
    const shell = await kube.openProcess(pod, {
      container: driverContainer,
      tty: script === undefined,
      command: shellCommand(script?.length, process.env['TERM']),
    });
    return await untilAsked(async () => {
      if (script) await shell.write(script);
      return script === undefined ? joinTerminal(shell) : showOutput(shell, show);
    }, shell.close);
  } finally {
    await kube.remove({ apiVersion: 'v1', kind: 'Pod', ...pod });
  }
}
