// The files in a notebook server's ConfigMap, for Spark, Jupyter and IPython. Pure but for reading ours.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseAge } from '../../core/age.ts';
import { projectPath } from '../../core/paths.ts';
import { secretPatterns } from '../../core/secret-names.ts';
import { reservedProperties } from '../../profile/conf-rules.ts';
import type { Profile } from '../../profile/schema.ts';
import { propertiesText } from '../../spark/conf.ts';
import { executorTemplate } from '../../spark/pod-security.ts';
import { driverProperties } from '../../spark/verbatim.ts';
import { pageConfig } from '../dev/settings.ts';
import { type PipSettings, pipProgram } from '../pip-settings.ts';
import { defaultsFile, executorTemplateFile, fixedProperties, sessionProperties, settingsFolder } from './conf.ts';
import { executorLabels, labPort } from './names.ts';

/** The folder that JupyterLab shows: the claim. */
export const workFolder = '/home/spark/work';

/** A folder of Jupyter's configuration, beside the one of its packages. */
export const labConfigFolder = '/etc/firesteel-lab';

/** Seconds between two looks for idle kernels. */
const cullInterval = 60;

/** https://jupyter-server.readthedocs.io/en/latest/other/full-config.html */
const labConfig = ({ notebook }: Profile): Record<string, unknown> => ({
  ServerApp: {
    ip: '0.0.0.0',
    port: labPort,
    port_retries: 0,
    open_browser: false,
    root_dir: workFolder,
    // A login shell would set a PATH that lacks pip.
    terminado_settings: { shell_command: ['bash'] },
  },
  // A page that is open keeps no kernel; one that computes is not idle.
  MappingKernelManager: {
    cull_idle_timeout: (parseAge(notebook.kernelIdleTimeout) ?? 0) / 1000,
    cull_interval: cullInterval,
    cull_connected: true,
    cull_busy: false,
  },
});

/** What docker/lab/10-custom-conf.py leaves out of a notebook's customSparkConf. */
const keptProperties = ({ spark }: Profile, fixed: Record<string, string>) => ({
  fixed: [...new Set([...Object.keys(fixed), ...reservedProperties])].sort(),
  ...secretPatterns(spark.notSecrets),
});

/** Each is read once: the servers of a class have the same ones. */
const ownFile = (...path: string[]): string => {
  const file = projectPath('docker', ...path);
  const text = ownFiles.get(file) ?? readFileSync(file, 'utf8');
  ownFiles.set(file, text);
  return text;
};
const ownFiles = new Map<string, string>();
const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** The folder of programs of ours, on PATH. */
export const programFolder = '/etc/firesteel-bin';

/** Where pip finds the certificate authorities of the machine that made the server. */
export const authoritiesFile = `${settingsFolder}/authorities.pem`;

/** What the files are made from, beside the profile. */
export interface LabParts {
  image: string;
  /** Name of the server's objects. */
  object: string;
  /** Properties of executors that nobody chose. */
  executors?: Readonly<Record<string, string>>;
  pip?: PipSettings;
}

/** The content of the ConfigMap, by the folder that has it in the pod. */
export function settingsFiles(
  profile: Profile,
  { image, object, executors = {}, pip }: LabParts,
): Record<string, Record<string, string>> {
  const properties = sessionProperties(profile, image, object, executors);
  return {
    '/opt/spark/conf': {
      [defaultsFile]: propertiesText(driverProperties(properties), 'written by firesteel notebook up'),
      'log4j2.properties': ownFile('dev', 'log4j2.properties'),
    },
    '/etc/jupyter': { 'jupyter_server_config.json': json(labConfig(profile)) },
    [`${labConfigFolder}/labconfig`]: { 'page_config.json': json(pageConfig) },
    '/etc/ipython/startup': {
      '00-spark.py': ownFile('dev', 'startup.py'),
      '05-waiting.py': ownFile('dev', 'waiting.py'),
      '10-custom-conf.py': ownFile('lab', '10-custom-conf.py'),
      '20-packages.py': ownFile('lab', '20-packages.py'),
    },
    [settingsFolder]: {
      [executorTemplateFile]: json(executorTemplate(profile, properties, executorLabels(object))),
      'kept-properties.json': json(keptProperties(profile, fixedProperties(profile, image, object))),
      'clone.py': ownFile('lab', 'clone.py'),
      ...(pip?.authorities ? { [basename(authoritiesFile)]: pip.authorities } : {}),
    },
    [programFolder]: { pip: pipProgram, pip3: pipProgram },
  };
}
