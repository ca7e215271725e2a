// The image of a job as an OCI layout: only the layers on top of the Spark image.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { imageArchive } from '../../core/paths.ts';
import type { Command, FileContent } from '../../core/types.ts';
import { baseAnnotation, blobPath } from '../layout.ts';
import { fullName } from '../name.ts';
import type { ImageConfig, SavedImage, SavedLayer } from '../saved-image.ts';
import type { LayerTar } from './tar.ts';

/** Where the image has what a job brings. A volume at /opt/spark/job itself would hide it. */
export const layerPlaces = {
  /** On PYTHONPATH. */
  python: '/opt/spark/job/python',
  /** Each folder in it is on PYTHONPATH, which the entrypoint sees to. */
  modules: '/opt/spark/job/modules',
  /** On the class path of drivers and executors, behind Spark's own jars. */
  jars: '/opt/spark/job/jars',
  files: '/opt/spark/job/files',
  /** Jars of the profile's storage, on the class path behind those of the job. */
  storage: '/opt/spark/job/storage',
} as const;

/** The folder of these places. */
export const jobFolder = '/opt/spark/job';

/** Which of these places are there. */
export interface Places {
  python: boolean;
  jars: boolean;
  storage?: boolean;
}

/**
 * What goes before a variable's value. Spark takes both from the environment: PYTHONPATH in PythonRunner and
 * PythonWorkerFactory, SPARK_DIST_CLASSPATH in the launcher of the driver and in our entrypoint.
 */
export const layerEnv = ({ python, jars, storage }: Places): Record<string, string> => {
  const paths = [...(jars ? [`${layerPlaces.jars}/*`] : []), ...(storage ? [`${layerPlaces.storage}/*`] : [])];
  return {
    ...(python ? { PYTHONPATH: layerPlaces.python } : {}),
    ...(paths.length > 0 ? { SPARK_DIST_CLASSPATH: paths.join(':') } : {}),
  };
};

/** `NAME=value` lines with these values before those that are there. */
export function withVariables(lines: readonly string[], before: Readonly<Record<string, string>>): string[] {
  const names = Object.keys(before);
  const valueIn = (name: string) => lines.find((line) => line.startsWith(`${name}=`))?.slice(name.length + 1);
  return [
    ...lines.filter((line) => !names.some((name) => line.startsWith(`${name}=`))),
    ...names.map((name) => `${name}=${[before[name], valueIn(name)].filter(Boolean).join(':')}`),
  ];
}

/** The configuration of an image with more layers. No times: the same layers make the same image. */
const configWith = (
  { created, config = {}, rootfs, history = [], ...others }: ImageConfig,
  layers: readonly LayerTar[],
  env: Readonly<Record<string, string>>,
): ImageConfig => ({
  ...others,
  ...(created ? { created } : {}),
  config: { ...config, Env: withVariables(config.Env ?? [], env) },
  rootfs: { ...rootfs, diff_ids: [...rootfs.diff_ids, ...layers.map(({ digest }) => `sha256:${digest}`)] },
  history: [
    ...history,
    ...layers.map(({ about }) => ({ ...(created ? { created } : {}), created_by: `firesteel: ${about}` })),
  ],
});

/** Files of the layout; the names are those that its index and manifest.json refer to. */
export function layoutFiles(
  folder: string,
  names: { image: string; base: string },
  saved: SavedImage,
  layers: readonly LayerTar[],
  env: Readonly<Record<string, string>>,
): FileContent[] {
  const files: FileContent[] = [];
  const add = (name: string, value: object): void =>
    void files.push({ path: join(folder, name), content: JSON.stringify(value), shown: name });
  const addBlob = (mediaType: string, value: object) => {
    const text = JSON.stringify(value);
    const digest = `sha256:${createHash('sha256').update(text).digest('hex')}`;
    add(blobPath(digest), value);
    return { mediaType, digest, size: Buffer.byteLength(text) };
  };
  const all: Pick<SavedLayer, 'digest' | 'size' | 'packing'>[] = [...saved.layers, ...layers];
  const config = addBlob('application/vnd.oci.image.config.v1+json', configWith(saved.config, layers, env));
  const manifest = addBlob('application/vnd.oci.image.manifest.v1+json', {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config,
    layers: all.map(({ digest, size, packing }) => ({
      mediaType: `application/vnd.oci.image.layer.v1.tar${packing ? `+${packing}` : ''}`,
      digest: `sha256:${digest}`,
      size,
    })),
    annotations: { [baseAnnotation]: names.base },
  });
  add('index.json', {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.index.v1+json',
    manifests: [{ ...manifest, annotations: { 'io.containerd.image.name': fullName(names.image) } }],
  });
  add('oci-layout', { imageLayoutVersion: '1.0.0' });
  // What Docker, skopeo and minikube read of an archive.
  add('manifest.json', [
    { Config: blobPath(config.digest), RepoTags: [names.image], Layers: all.map(({ digest }) => blobPath(digest)) },
  ]);
  return files;
}

/** Brings an image that was built here into the engine, unless it is there. */
export const presentCommand = (image: string): Command => [
  'sh',
  '-c',
  'docker image inspect "$0" >/dev/null 2>&1 || docker load --input "$1"',
  image,
  imageArchive(image),
];
