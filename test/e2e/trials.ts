// Tiny pods in the places of drivers and executors, each with something wrong, and what is said of it.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pauseImage } from '../../tasks/clusters/local/images/system-images.ts';
import type { Manifest } from '../../tasks/kube/types.ts';
import type { RunRecord } from '../../tasks/record/run-folder.ts';

/** Where the tiny pods are. */
export const namespace = 'trials';
export type Spec = Record<string, unknown>;

/** One tiny pod in the place of a driver or an executor, and what is said of it. */
export interface Trial {
  says: RegExp;
  role?: 'driver' | 'executor';
  /** What the container runs, by busybox's shell. */
  sh?: string;
  container?: Spec;
  spec?: Spec;
}

/** A command of the tiny image. */
export const shell = (script: string): string[] => ['/busybox', 'sh', '-c', script];
/** The header of a program for 64-bit ARM, which no machine of another kind starts. */
const armProgram =
  "/busybox printf '\\177ELF\\2\\1\\1\\0\\0\\0\\0\\0\\0\\0\\0\\0\\2\\0\\267\\0\\1\\0\\0\\0' > /shared/program; /busybox chmod 755 /shared/program";
const shared = { volumeMounts: [{ name: 'shared', mountPath: '/shared' }] };
const executorOf = (driver: string): Spec => ({
  image: 'SPARK',
  command: ['/opt/entrypoint.sh', 'executor'],
  env: Object.entries({
    SPARK_DRIVER_URL: `spark://CoarseGrainedScheduler@${driver}`,
    SPARK_EXECUTOR_MEMORY: '256m',
    SPARK_EXECUTOR_ID: '1',
    SPARK_EXECUTOR_CORES: '1',
    SPARK_APPLICATION_ID: 'spark-1',
    SPARK_EXECUTOR_POD_IP: '127.0.0.1',
    SPARK_RESOURCE_PROFILE_ID: '0',
    SPARK_EXECUTOR_POD_NAME: 'x',
  }).map(([name, value]) => ({ name, value })),
});

/** Every trial by its name. */
export const trials: Record<string, Trial> = {
  cpu: {
    container: { resources: { requests: { cpu: '900' } } },
    says: /driver: no node is large enough: it needs 900 cpu, there is [\d.]+ cpu on why-1\n→ submit again with --set spark\.conf\.spark\.kubernetes\.driver\.request\.cores=\d+m/,
  },
  selector: {
    spec: { nodeSelector: { disk: 'ssd' } },
    says: /driver: no node has the labels disk=ssd\n→ correct spark\.kubernetes\.node\.selector/,
  },
  claim: {
    spec: { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] },
    says: /driver: volume claim data does not exist\n→ create the claim data/,
  },
  'image-absent': {
    container: { image: 'spark:absent', imagePullPolicy: 'Never' },
    says: /driver: image spark:absent is not on node why-1\n→ load the image into the cluster: firesteel build/,
  },
  'image-name': {
    container: { image: 'Spark:Oh No' },
    says: /driver: "Spark:Oh No" is not an image name\n→ correct image\.repository/,
  },
  registry: {
    role: 'executor',
    container: { image: '127.0.0.1:9/spark:1' },
    says: /executor 1: cannot pull image 127\.0\.0\.1:9\/spark:1: the registry cannot be reached from the node\n→ /,
  },
  secret: {
    container: { env: [{ name: 'KEY', valueFrom: { secretKeyRef: { name: 'store', key: 'key' } } }] },
    says: /driver: secret store does not exist\n→ create secret store/,
  },
  mount: {
    spec: { volumes: [{ name: 'settings', configMap: { name: 'settings' } }] },
    container: { volumeMounts: [{ name: 'settings', mountPath: '/settings' }] },
    says: /driver: volume cannot be mounted: settings: configmap "settings" not found\n→ create what is missing/,
  },
  init: {
    spec: { initContainers: [{ name: 'fetch', image: pauseImage, command: shell('exit 3') }] },
    says: /driver: init container fetch: failed with exit code 3, so no other container of the pod starts\n→ /,
  },
  memory: {
    role: 'executor',
    sh: '/busybox tail /dev/zero',
    container: { resources: { limits: { memory: '16Mi' } } },
    says: /executor 1: out of memory: used more than 16Mi\n→ raise spark\.executor\.memoryOverhead/,
  },
  heap: {
    role: 'executor',
    sh: 'exit 52',
    says: /executor 1: Java heap is full \(exit code 52\)\n→ raise spark\.executor\.memory/,
  },
  architecture: {
    spec: {
      volumes: [{ name: 'shared', emptyDir: {} }],
      initContainers: [{ name: 'make', image: pauseImage, command: shell(armProgram), ...shared }],
    },
    container: { command: ['/shared/program'], ...shared },
    says: /driver: image \S+ (?:is built for|contains a program for) an architecture that the node does not have\n→ name the architectures of the nodes in image\.platforms/,
  },
  mode: {
    role: 'executor',
    sh: '/etc',
    says: /executor 1: cannot execute a program \(exit code 126\)\n→ /,
  },
  program: {
    role: 'executor',
    sh: 'no-such-program',
    says: /executor 1: a program is not in the image \(exit code 127\)\n→ /,
  },
  'own-code': { sh: 'exit 127', says: /driver: ended with exit code 127\n→ read its log/ },
  evicted: {
    role: 'executor',
    spec: { volumes: [{ name: 'shared', emptyDir: { sizeLimit: '1Mi' } }] },
    container: shared,
    sh: '/busybox dd if=/dev/zero of=/shared/x bs=1M count=20; /busybox sleep 600',
    says: /executor 1: Evicted: Usage of EmptyDir volume "shared" exceeds the limit "1Mi"\.\n→ raise that volume's sizeLimit/,
  },
  deadline: {
    sh: '/busybox sleep 600',
    spec: { activeDeadlineSeconds: 1 },
    says: /driver: DeadlineExceeded: Pod was active on the node longer than the specified deadline\n→ ask an administrator of the cluster to raise activeDeadlineSeconds/,
  },
  preempted: {
    sh: '/busybox sleep 600',
    container: { resources: { requests: { cpu: '1100m' } } },
    says: /driver: preempted: a pod of higher priority took its place\n→ /,
  },
  dns: {
    role: 'executor',
    container: executorOf('gone-driver-svc.trials.svc:7078'),
    says: /executor 1: cannot reach the driver: DNS does not know gone-driver-svc\.trials\.svc\n→ check that the driver's service/,
  },
  refused: {
    role: 'executor',
    container: executorOf('127.0.0.1:7078'),
    says: /executor 1: cannot reach the driver: \S*127\.0\.0\.1:7078 refuses connections\n→ check that the driver still runs/,
  },
};

/** A driver beside an executor on trial, for a run is more than its executors. */
export const goodDriver: Trial = { sh: '/busybox sleep 600', says: /^/ };

/** The folder that a submit would have made. */
export function writeRun(runs: string, name: string): RunRecord {
  const run: RunRecord = {
    id: `t-${name}`,
    appId: `spark-${name}`,
    job: name,
    args: [],
    profile: 'why',
    namespace,
    driverPod: `t-${name}-driver`,
    image: pauseImage,
    executors: 1,
    startedAt: '2020-01-01T00:00:00Z',
  };
  const folder = join(runs, run.id);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'run.json'), JSON.stringify(run));
  return run;
}

/** The pod of a trial; `sparkImage` stands for SPARK. */
export function podOf(
  run: RunRecord,
  sparkImage: string,
  { role = 'driver', sh = 'exit 0', container, spec }: Trial,
): Manifest {
  const labels = { 'firesteel/run': run.id, 'spark-app-selector': run.appId, 'spark-role': role };
  const image = container?.['image'] === 'SPARK' ? { image: sparkImage } : {};
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: role === 'driver' ? run.driverPod : `${run.id}-exec-1`,
      namespace,
      labels: { ...labels, ...(role === 'executor' ? { 'spark-exec-id': '1' } : {}) },
    },
    spec: {
      restartPolicy: 'Never',
      automountServiceAccountToken: false,
      terminationGracePeriodSeconds: 0,
      ...spec,
      containers: [
        {
          name: `spark-kubernetes-${role}`,
          image: pauseImage,
          imagePullPolicy: 'IfNotPresent',
          command: shell(sh),
          ...container,
          ...image,
        },
      ],
    },
  };
}

/** A quota of a namespace. */
export const quota = (hard: Record<string, string>): Manifest => ({
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  metadata: { name: 'team' },
  spec: { hard },
});

/** Limits that are too small for Spark. */
const limitRange: Manifest = {
  apiVersion: 'v1',
  kind: 'LimitRange',
  metadata: { name: 'small' },
  spec: { limits: [{ type: 'Container', max: { memory: '512Mi' } }] },
};

/** Jobs that can never fit: what their namespace refuses, or what they ask for; and what is said of it. */
export const misfits: Record<string, { says: RegExp; refusal?: Manifest; set?: string }> = {
  quota: {
    refusal: quota({ 'requests.memory': '512Mi' }),
    says: /driver and 1 executor request \d+ MiB requests\.memory; quota team allows 512 MiB requests\.memory\n→ raise quota team/,
  },
  range: {
    refusal: limitRange,
    says: /the driver requests \d+ MiB memory; the namespace's LimitRange allows at most 512 MiB memory\n→ change the LimitRange/,
  },
  large: {
    set: 'spark.conf.spark.driver.memory=900g',
    says: /the driver requests 1260 GiB memory; no node has more than [\d.]+ GiB memory for pods\n→ this fits: --set spark\.conf\.spark\.driver\.memory=\d+[mg]$/m,
  },
};
