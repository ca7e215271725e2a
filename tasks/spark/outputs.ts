// The folder for outputs in the driver pod, and the container that serves it afterwards. Pure.
import { readFileSync } from 'node:fs';
import { projectPath } from '../core/paths.ts';
import type { SparkJob } from './job.ts';
import { type Container, driverContainer } from './pod.ts';
import { containerSecurityContext } from './pod-security.ts';
import { ownVolumes } from './volumes.ts';

/** Where the driver has the folder; FIRESTEEL_OUTPUTS says so to the job. */
const outputsFolder = '/opt/spark/outputs';

/** The container beside the driver's. */
export const outputsContainer = 'firesteel-outputs';

/** Its port, in the pod alone. */
export const outputsPort = 7090;

/** How long outputs stay in the cluster once the driver has ended, in seconds. */
const outputsSeconds = 3600;

const volume = `spark.kubernetes.driver.volumes.emptyDir.${ownVolumes.outputs}`;

/** The job with a folder for its outputs. */
export const withOutputs = <Job extends SparkJob>(job: Job): Job => ({
  ...job,
  keepsOutputs: true,
  conf: {
    ...job.conf,
    'spark.kubernetes.driverEnv.FIRESTEEL_OUTPUTS': outputsFolder,
    [`${volume}.mount.path`]: outputsFolder,
    [`${volume}.mount.readOnly`]: 'false',
  },
});

/** What that container requests. */
export const outputsRequests = { cpu: '10m', memory: '32Mi' };

/** Runs docker/outputs/hand-out.py with the image's Python. Every user who may forward ports of the pod may read the folder. */
export const outputsBeside = (image: string): Container => ({
  name: outputsContainer,
  image,
  imagePullPolicy: 'IfNotPresent',
  command: ['python3', '-I', '-c', readFileSync(projectPath('docker', 'outputs', 'hand-out.py'), 'utf8')],
  args: [outputsFolder, `${outputsPort}`, `${outputsSeconds}`, driverContainer],
  env: [{ name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
  resources: { requests: outputsRequests, limits: { memory: '128Mi' } },
  securityContext: containerSecurityContext,
  volumeMounts: [{ name: ownVolumes.outputs, mountPath: outputsFolder, readOnly: true }],
});
