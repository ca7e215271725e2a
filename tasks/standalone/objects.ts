// The objects of a standalone cluster: templates/standalone.yaml filled in. Pure but for reading it.
import { readFileSync } from 'node:fs';
import { shortHash } from '../core/files/hash.ts';
import { projectPath } from '../core/paths.ts';
import { renderTemplate } from '../kube/render.ts';
import type { Manifest } from '../kube/types.ts';
import type { Profile } from '../profile/schema.ts';
import { propertiesText } from '../spark/conf.ts';
import { confFolder } from '../spark/driver-container.ts';
import { elasticDriverSpec } from '../spark/elastic.ts';
import type { EnvVar } from '../spark/pod.ts';
import { storageAccess } from '../spark/pod-access.ts';
import { containerSecurityContext, podSecurityContext } from '../spark/pod-security.ts';
import {
  applicationProperties,
  daemonProperties,
  heapPercent,
  keptMebibytes,
  recoveryFolder,
  secretVariable,
} from './conf.ts';
import { masterHost, masterUrl, names, partLabel, partLabels, ports } from './names.ts';

/** Where pods have docker/standalone/. */
export const scriptsFolder = '/etc/firesteel';

/** Where sessions in a shell have their properties. */
export const applicationFile = 'application.conf';
const daemonFile = 'daemon.conf';
const logFile = 'log4j2.properties';
const scriptNames = ['daemon.sh', 'ready.sh', 'decommission.sh', 'hold.sh', 'run.py'];

/** CPU that the master requests: it is idle but for the starts and ends of applications. */
const masterCpu = '100m';

/** The variable with the secret, for every container that speaks with the cluster. */
export const secretEnv: EnvVar = {
  name: secretVariable,
  valueFrom: { secretKeyRef: { name: names.secret, key: 'secret' } },
};

export const fromPod = (name: string, fieldPath: string): EnvVar => ({
  name,
  valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath } },
});

const fromLimit = (name: string, resource: string, divisor: string): EnvVar => ({
  name,
  valueFrom: { resourceFieldRef: { resource, divisor } },
});

const texts = (variables: Record<string, string>): EnvVar[] =>
  Object.entries(variables).map(([name, value]) => ({ name, value }));

/** The volume with properties under the name that Spark looks for. */
export const confVolume = (file: string) => ({
  name: 'conf',
  configMap: {
    name: names.settings,
    items: [
      { key: file, path: 'spark-defaults.conf' },
      // A shell is for a person: Spark's own words there are warnings.
      ...(file === applicationFile ? [{ key: logFile, path: logFile }] : []),
    ],
  },
});

export const scriptsVolume = {
  name: 'scripts',
  configMap: { name: names.settings, items: scriptNames.map((key) => ({ key, path: key })) },
};

/** Where every pod has both. */
export const settingsMounts = [
  { name: 'conf', mountPath: confFolder },
  { name: 'scripts', mountPath: scriptsFolder },
];

/** JVMs of the daemons: a restarted master has another address, and the heap is small. */
const daemonOptions = '-Dsun.net.inetaddr.ttl=5 -XX:+UseSerialGC -XX:TieredStopAtLevel=1';

/** Every object of a cluster but the secret; `request` is the CPU that a worker requests. */
export async function clusterObjects(
  profile: Profile,
  image: string,
  request: string,
  pullSecrets: readonly { name: string }[] = [],
): Promise<Manifest[]> {
  const { namespace, serviceAccounts, standalone } = profile;
  const { master, worker, graceSeconds } = standalone;
  const scripts = Object.fromEntries(
    scriptNames.map((name) => [name, readFileSync(projectPath('docker', 'standalone', name), 'utf8')]),
  );
  const daemon = propertiesText(daemonProperties(profile), 'Properties of master and workers');
  const application = propertiesText(applicationProperties(profile), 'Properties of applications');
  // Executors are processes of a worker, and inherit its variables.
  const access = storageAccess(profile);
  const common = (pages: number) => [
    secretEnv,
    fromPod('POD_IP', 'status.podIP'),
    ...texts({ SPARK_CONF_DIR: confFolder, PAGES_PORT: `${pages}`, SPARK_DAEMON_JAVA_OPTS: daemonOptions }),
  ];
  return renderTemplate('standalone', {
    names,
    namespace,
    image,
    ports,
    partLabel,
    masterLabels: partLabels('master'),
    workerLabels: partLabels('worker'),
    serviceAccount: serviceAccounts.executor,
    pullSecrets,
    podSecurityContext: { ...podSecurityContext, fsGroupChangePolicy: 'OnRootMismatch' },
    containerSecurityContext,
    affinity: elasticDriverSpec(profile).affinity ?? {},
    files: {
      ...scripts,
      [daemonFile]: daemon,
      [applicationFile]: application,
      [logFile]: readFileSync(projectPath('docker', 'dev', logFile), 'utf8'),
    },
    // Sessions read their properties anew, and no daemon does.
    settings: shortHash([daemon, scripts]),
    scripts: scriptsFolder,
    masterMounts: [...settingsMounts, { name: 'recovery', mountPath: recoveryFolder }],
    masterVolumes: [
      confVolume(daemonFile),
      scriptsVolume,
      { name: 'recovery', persistentVolumeClaim: { claimName: names.master } },
    ],
    workerMounts: [...settingsMounts, { name: 'data', mountPath: '/var/data' }, ...access.mounts],
    workerVolumes: [confVolume(daemonFile), scriptsVolume, { name: 'data', emptyDir: {} }, ...access.volumes],
    graceSeconds,
    claim: {
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: master.size } },
      ...(master.storageClass ? { storageClassName: master.storageClass } : {}),
    },
    masterProbe: probe('master'),
    workerProbe: probe('worker'),
    masterResources: { requests: { cpu: masterCpu, memory: master.memory }, limits: { memory: master.memory } },
    workerResources: {
      requests: { cpu: request, memory: worker.memory },
      limits: { cpu: `${worker.cores}`, memory: worker.memory },
    },
    masterEnv: [
      ...common(ports.masterPages),
      ...texts({ MASTER_HOST: masterHost(profile), MASTER_PORT: `${ports.master}`, SPARK_DAEMON_MEMORY: '512m' }),
    ],
    workerEnv: [
      ...common(ports.workerPages),
      fromLimit('LIMIT_CORES', 'limits.cpu', '1'),
      fromLimit('LIMIT_MEBIBYTES', 'limits.memory', '1Mi'),
      ...texts({
        KEPT_MEBIBYTES: `${keptMebibytes}`,
        HEAP_PERCENT: `${heapPercent}`,
        MASTER_URL: masterUrl(profile),
        WORKER_PORT: `${ports.worker}`,
        SPARK_DAEMON_MEMORY: '256m',
        SPARK_LOCAL_DIRS: '/var/data/spark',
      }),
      ...access.env,
    ],
  });
}

const probe = (part: string) => ({
  exec: { command: ['bash', `${scriptsFolder}/ready.sh`, part] },
  periodSeconds: 3,
  timeoutSeconds: 5,
});
