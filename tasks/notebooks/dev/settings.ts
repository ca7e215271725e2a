// Settings of the parts of a dev stack: files in its folder, and variables. Pure.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectPath } from '../../core/paths.ts';
import type { FileContent } from '../../core/types.ts';
import type { Profile } from '../../profile/schema.ts';
import { propertiesText } from '../../spark/conf.ts';
import { recordFile, type Stack, stackPath, tokenFile } from './stack.ts';

/** What the parts call each other: containers by the names of their services. */
export const hostsOf = ({ kind }: Stack): { master: string; worker: string; lab: string } =>
  kind === 'containers'
    ? { master: 'master', worker: 'worker', lab: 'lab' }
    : { master: '127.0.0.1', worker: '127.0.0.1', lab: '127.0.0.1' };

/** The address sessions go to by spark-defaults.conf, so that no notebook names it. */
export const masterAddress = (stack: Stack): string => `spark://${hostsOf(stack).master}:${stack.ports.master}`;

/** Applications that find cores at the same time: of notebooks, many wait for a person. */
export const applications = 4;

/** Every property of sessions, master and worker; the profile's hold, but for those that are about Kubernetes. */
export function sparkDefaults(stack: Stack, { spark }: Profile, cores: number): Record<string, string> {
  const isContainer = stack.kind === 'containers';
  return {
    'spark.cores.max': `${cores}`,
    // Blank lines between two outputs are all that a notebook would see of it.
    'spark.ui.showConsoleProgress': 'false',
    ...Object.fromEntries(Object.entries(spark.conf).filter(([key]) => !key.startsWith('spark.kubernetes.'))),
    'spark.master': masterAddress(stack),
    'spark.driver.host': hostsOf(stack).lab,
    'spark.driver.bindAddress': isContainer ? '0.0.0.0' : '127.0.0.1',
    ...(isContainer ? { 'spark.ui.port': `${stack.ports.driver}` } : {}),
    // It runs the programs of every user who can reach it: it knows no secret.
    'spark.master.rest.enabled': 'false',
    'spark.authenticate': 'true',
    'spark.authenticate.secret': stack.secret,
  };
}

/** https://jupyter-server.readthedocs.io/en/latest/other/full-config.html */
export const labConfig = ({ kind, notebooks, ports }: Stack, isRoot: boolean): Record<string, unknown> => ({
  ServerApp: {
    ip: kind === 'containers' ? '0.0.0.0' : '127.0.0.1',
    port: ports.lab,
    port_retries: 0,
    open_browser: false,
    root_dir: notebooks,
    allow_root: isRoot,
    // What is started in a terminal, such as a cluster, is not a part of the stack and does not end with it.
    terminado_settings: { shell_command: ['env', `--unset=${markVariable}`, 'bash'] },
  },
});

/** It would ask a web site for news and newer versions, and the user whether it may. */
export const pageConfig = { disabledExtensions: { '@jupyterlab/apputils-extension:announcements': true } };

/** Tells the processes of the stack from all others; its value is the stack's folder. */
export const markVariable = 'FIRESTEEL_DEV';

/** Variables of every part: what they write lies in the stack's folder, and the user's own settings do not hold. */
export const commonVariables = (): Record<string, string> => ({
  SPARK_CONF_DIR: stackPath('conf'),
  SPARK_LOCAL_DIRS: stackPath('spark'),
  // Master and worker start others and compute nothing: the quick compiler and the plain collector suit them.
  SPARK_DAEMON_JAVA_OPTS: '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC',
  IPYTHONDIR: stackPath('ipython'),
  JUPYTER_CONFIG_DIR: stackPath('jupyter'),
  JUPYTER_DATA_DIR: stackPath('jupyter', 'data'),
  JUPYTER_RUNTIME_DIR: stackPath('jupyter', 'runtime'),
  JUPYTER_TOKEN_FILE: tokenFile(),
  KERAS_HOME: stackPath('keras'),
  MPLCONFIGDIR: stackPath('matplotlib'),
});

/** Where Jupyter finds its own files, of packages in a folder that is not Python's own. */
export const jupyterVariables = (packages: string): Record<string, string> => ({
  JUPYTERLAB_DIR: `${packages}/share/jupyter/lab`,
  JUPYTER_PATH: `${packages}/share/jupyter`,
  JUPYTER_CONFIG_PATH: `${packages}/etc/jupyter`,
});

const devFile = (name: string): string => readFileSync(projectPath('docker', 'dev', name), 'utf8');

/** Every file of the stack's folder. */
export function stackFiles(
  stack: Stack,
  profile: Profile,
  own: { token: string; cores: number; isRoot: boolean },
): FileContent[] {
  const file = (path: string, content: string): FileContent => ({ path, content, mode: 0o600 });
  const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
  const defaults = sparkDefaults(stack, profile, own.cores);
  const startup = (name: string) => join(stackPath('ipython'), 'profile_default', 'startup', name);
  return [
    file(recordFile(), json(stack)),
    file(tokenFile(), own.token),
    file(stackPath('conf', 'spark-defaults.conf'), propertiesText(defaults, 'written by firesteel dev up')),
    file(stackPath('conf', 'log4j2.properties'), devFile('log4j2.properties')),
    file(stackPath('jupyter', 'jupyter_server_config.json'), json(labConfig(stack, own.isRoot))),
    file(stackPath('jupyter', 'labconfig', 'page_config.json'), json(pageConfig)),
    file(startup('00-spark.py'), devFile('startup.py')),
    file(startup('05-waiting.py'), devFile('waiting.py')),
  ];
}
