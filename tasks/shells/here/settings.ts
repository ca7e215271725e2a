// The properties and files of a driver on this machine. Pure.
import { join } from 'node:path';
import type { FileContent } from '../../core/types.ts';
import { managedBy } from '../../kube/render.ts';
import { propertiesText } from '../../spark/conf.ts';
import { executorTemplate } from '../../spark/pod-security.ts';
import { driverProperties } from '../../spark/verbatim.ts';
import { type RunRequest, runLabels } from '../../submission/driver.ts';
import { ednText } from '../conf-text.ts';
import { clientProperties } from '../session.ts';
import { type Credentials, templateFile } from './credentials.ts';
import type { DriverPorts } from './ports.ts';
import { hereStorage } from './storage.ts';

/** Files of a session, by name. */
export const sessionFiles = {
  properties: 'spark.properties',
  map: 'conf.edn',
  script: 'script',
  conf: 'conf',
  owner: 'pid',
} as const;

interface Place {
  address: string;
  ports: DriverPorts;
  /** The pod that owns the executors; without one they stay when the driver is killed. */
  keeper?: string;
}

/** Every property of a driver here, whose files are in `folder`. */
export function hereProperties(
  request: RunRequest,
  { address, ports, keeper }: Place,
  credentials: Credentials,
  folder: string,
): Record<string, string> {
  return clientProperties(request, {
    ...credentials.properties,
    ...hereStorage(request.profile),
    'spark.driver.host': address,
    'spark.driver.bindAddress': address,
    'spark.driver.port': `${ports.driver}`,
    'spark.driver.blockManager.port': `${ports.blockManager}`,
    'spark.ui.port': `${ports.ui}`,
    // Another port would not be one that was tried.
    'spark.port.maxRetries': '0',
    // Everyone in the network of this machine can connect to those ports.
    'spark.authenticate': 'true',
    'spark.network.crypto.enabled': 'true',
    'spark.kubernetes.driver.pod.name': keeper,
    'spark.kubernetes.authenticate.driver.serviceAccountName': undefined,
    'spark.kubernetes.executor.podTemplateFile': templateFile(folder),
    'spark.kubernetes.executor.disableConfigMap': 'true',
    'spark.kubernetes.driver.ownPersistentVolumeClaim': 'false',
  });
}

/** The pod template of executors; those without a keeper belong to no run that `gc` would end. */
export function templateContent(
  { profile, names }: RunRequest,
  properties: Record<string, string>,
  folder: string,
): FileContent {
  const labels = properties['spark.kubernetes.driver.pod.name'] ? runLabels(names) : { ...managedBy };
  return {
    path: templateFile(folder),
    content: JSON.stringify(executorTemplate(profile, properties, labels), null, 2),
    mode: 0o600,
  };
}

/** The files of a session. */
export const settingsFiles = (
  request: RunRequest,
  properties: Record<string, string>,
  credentials: Credentials,
  folder: string,
): FileContent[] => [
  ...credentials.files,
  templateContent(request, properties, folder),
  {
    path: join(folder, sessionFiles.properties),
    content: propertiesText(driverProperties(properties), 'Properties of a session'),
    mode: 0o600,
  },
  { path: join(folder, sessionFiles.map), content: ednText(driverProperties(properties)), mode: 0o600 },
];
