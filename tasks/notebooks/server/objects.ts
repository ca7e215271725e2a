// The objects of a notebook server: templates/notebook.yaml filled in. Pure but for reading it.
import { shortHash } from '../../core/files/hash.ts';
import { layerPlaces } from '../../images/layer/image.ts';
import { managedBy, renderTemplate } from '../../kube/render.ts';
import type { Manifest } from '../../kube/types.ts';
import { type GitSource, parseGit } from '../../profile/blocks/notebooks.ts';
import type { Profile } from '../../profile/schema.ts';
import { tokenName } from '../../servers/names.ts';
import { settingsAnnotation } from '../../servers/state.ts';
import { tokenKey } from '../../servers/token.ts';
import { elasticDriverSpec } from '../../spark/elastic.ts';
import { type Container, driverContainer, type EnvVar, notebookLabel, roleLabel } from '../../spark/pod.ts';
import { storageAccess } from '../../spark/pod-access.ts';
import { containerSecurityContext, podSecurityContext } from '../../spark/pod-security.ts';
import { typedVariable, verbatim } from '../../spark/verbatim.ts';
import { labCommand, notebookPip, type PipSettings } from '../pip-settings.ts';
import { podVariables, settingsFolder } from './conf.ts';
import { labPort, mostSessions, serverLabels, sessionPorts } from './names.ts';
import { authoritiesFile, labConfigFolder, programFolder, settingsFiles, workFolder } from './settings.ts';
import type { LabSizes } from './sizes.ts';

/** Where the pod has the token as a file. */
const tokenFolder = '/etc/firesteel-token';
const scratchFolder = '/var/data/spark';
/** Packages that notebooks install. */
const userBase = `${workFolder}/.python`;

/** What one server is made of. */
export interface LabRequest {
  profile: Profile;
  /** Name of its objects. */
  object: string;
  /** Reference of the image of server and executors. */
  image: string;
  /** Repository to clone, as `URL@REF`, instead of the profile's. */
  git?: string | undefined;
  sizes: LabSizes;
  /** What pip in a notebook gets of this machine's. */
  pip: PipSettings;
  /** Hash of the token where that changes: JupyterLab reads it as it starts. */
  tokenHash?: string | undefined;
  /** How a person reaches Spark's pages of a session, with `{port}`; by a forward if not given. */
  pages?: string | undefined;
  /** With which its pods pull the image, beside what its nodes may pull. */
  pullSecrets: readonly { name?: string }[];
}

/** Every object of a server but the Secret with its token. */
export async function labObjects(request: LabRequest): Promise<Manifest[]> {
  const { profile, object, image, sizes, pip, pullSecrets, tokenHash } = request;
  const { size, storageClass } = profile.notebook;
  const folders = settingsFiles(profile, { image, object, executors: sizes.executors, pip });
  const files = Object.assign({}, ...Object.values(folders)) as Record<string, string>;
  const labels = serverLabels(object);
  const access = storageAccess(profile);
  const git = parseGit(request.git ?? profile.notebook.git ?? '');
  return renderTemplate('notebook', {
    name: object,
    namespace: profile.namespace,
    image,
    labels,
    podLabels: { ...labels, ...managedBy, [roleLabel]: 'driver' },
    executorLabels: { [notebookLabel]: object, [roleLabel]: 'executor' },
    container: driverContainer,
    port: labPort,
    ports: { driver: range(sessionPorts.driver), blockManager: range(sessionPorts.blockManager) },
    resources: sizes.server,
    command: labCommand(programFolder, `${userBase}/bin`),
    workFolder,
    files,
    settingsAnnotation,
    settings: shortHash([files, git ?? '', image, ...(tokenHash ? [tokenHash] : [])]),
    podSecurityContext: { ...podSecurityContext, fsGroupChangePolicy: 'OnRootMismatch' },
    containerSecurityContext,
    affinity: elasticDriverSpec(profile).affinity ?? {},
    pullSecrets,
    initContainers: git ? [cloneContainer(git, request)] : [],
    env: [...environment(request), ...access.env],
    mounts: [
      { name: 'work', mountPath: workFolder },
      { name: 'scratch', mountPath: scratchFolder },
      { name: 'token', mountPath: tokenFolder, readOnly: true },
      ...access.mounts,
      ...Object.keys(folders).map(settingsMount),
    ],
    volumes: [
      { name: 'work', persistentVolumeClaim: { claimName: object } },
      { name: 'scratch', emptyDir: sizes.scratch ? { sizeLimit: sizes.scratch } : {} },
      { name: 'token', secret: { secretName: tokenName(object), defaultMode: 0o440 } },
      ...access.volumes,
      ...Object.entries(folders).map(([folder, contents]) => ({
        name: settingsMount(folder).name,
        configMap: {
          name: object,
          items: Object.keys(contents).map((key) => ({ key, path: key })),
          ...(folder === programFolder ? { defaultMode: 0o555 } : {}),
        },
      })),
    ],
    claim: {
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: size } },
      ...(storageClass ? { storageClassName: storageClass } : {}),
    },
  });
}

/** What of the ConfigMap a folder of the pod has. */
const settingsMount = (mountPath: string) => ({
  name: mountPath.slice(1).replaceAll('/', '-'),
  mountPath,
  readOnly: true,
});

const range = (first: number) => ({ first, last: first + mostSessions - 1 });

function environment({ object, profile, pip, pages }: LabRequest): EnvVar[] {
  const share = `${layerPlaces.python}/share/jupyter`;
  const variables: Record<string, string> = {
    SPARK_CONF_DIR: '/opt/spark/conf',
    SPARK_LOCAL_DIRS: scratchFolder,
    JUPYTER_TOKEN_FILE: `${tokenFolder}/${tokenKey}`,
    // The packages are in their own folder, not where Python itself is.
    JUPYTERLAB_DIR: `${share}/lab`,
    JUPYTER_PATH: share,
    JUPYTER_CONFIG_PATH: `${layerPlaces.python}/etc/jupyter:${labConfigFolder}`,
    FIRESTEEL_NOTEBOOK: object,
    FIRESTEEL_PAGES: pages ?? `kubectl --namespace ${profile.namespace} port-forward $(${podVariables.name}) {port}`,
  };
  return [
    fromPod(podVariables.name, 'metadata.name'),
    fromPod(podVariables.address, 'status.podIP'),
    ...Object.entries(variables).map(([name, value]) => ({ name, value })),
    // What is installed in a notebook stays with the work.
    ...Object.entries(notebookPip(userBase, pip, authoritiesFile)).map(([name, value]) => typedVariable(name, value)),
  ];
}

const fromPod = (name: string, fieldPath: string): EnvVar => ({
  name,
  valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath } },
});

const cloneContainer = ({ url, ref, folder }: GitSource, { image, sizes }: LabRequest): Container => ({
  name: 'git',
  image,
  imagePullPolicy: 'IfNotPresent',
  args: ['python3', `${settingsFolder}/clone.py`, ...[url, ref ?? '', `${workFolder}/${folder}`].map(verbatim)],
  // A failure shows its last lines.
  terminationMessagePolicy: 'FallbackToLogsOnError',
  resources: sizes.server,
  securityContext: containerSecurityContext,
  volumeMounts: [{ name: 'work', mountPath: workFolder }, settingsMount(settingsFolder)],
});
