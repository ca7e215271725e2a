// Every key of a profile with default and meaning; the JSON Schema and profiles/README.md are generated from it.
import * as z from 'zod';
import { classroom } from './blocks/classroom.ts';
import { context, digitalocean, gke, kind, minikube } from './blocks/clusters.ts';
import { connect } from './blocks/connect.ts';
import { decommission, dynamicAllocation, spot } from './blocks/elastic.ts';
import { local } from './blocks/local.ts';
import { notebook } from './blocks/notebooks.ts';
import { bareNumber, filePath, labelName, size, versionText } from './blocks/shapes.ts';
import { standalone } from './blocks/standalone.ts';
import { storage } from './blocks/storage.ts';

/** Registry and path of an image reference: https://github.com/distribution/reference/blob/main/reference.go */
const imageRepository = /^[a-zA-Z0-9][\w.-]*(:\d+)?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*$/;

/** Kinds of cluster; each may have a block of settings of the same name. */
export const clusterKinds = ['local', 'minikube', 'kind', 'gke', 'digitalocean', 'context'] as const;

export const profileSchema = z.strictObject({
  cluster: z.enum(clusterKinds).default('local').describe('Kind of cluster.'),
  clusterName: labelName(40)
    .optional()
    .describe("Name of the cluster, to run several side by side; by default the profile's name."),
  namespace: labelName(63).default('spark').describe('Namespace of Spark jobs.'),
  serviceAccounts: z
    .strictObject({
      driver: labelName(63)
        .default('spark-driver')
        .describe('Service account of drivers; it may create executors in its namespace.'),
      executor: labelName(63).default('spark-executor').describe('Service account of executors; it has no rights.'),
    })
    .prefault({})
    .describe('Service accounts.'),
  dns: z
    .strictObject({
      upstream: z
        .array(
          z
            .ipv4()
            .refine((address) => !/^(127|0)\./.test(address), 'expected an address that pods can reach, not loopback'),
        )
        .min(1)
        .max(15)
        .optional()
        .describe("Name servers for names outside the cluster; by default the host's servers that pods can reach."),
      repair: z
        .boolean()
        .default(true)
        .describe('Whether deploy repairs a forwarding loop of CoreDNS; if false, deploy fails and reports the loop.'),
    })
    .prefault({})
    .describe('Cluster DNS.'),
  image: z
    .strictObject({
      builder: z
        .enum(['docker-image-tool', 'minikube'])
        .default('docker-image-tool')
        .describe(
          "How the Spark image is built: docker-image-tool is the distribution's own bin/docker-image-tool.sh; minikube runs that script in the Docker engine of the minikube node, like its option -m.",
        ),
      repository: z
        .string()
        .regex(imageRepository, 'expected a registry and path in lower case, such as quay.io/me')
        .optional()
        .describe('Registry and path before the image name, the -r of docker-image-tool.sh, as in quay.io/me.'),
      platforms: z
        .array(z.string().regex(/^linux\/[a-z0-9]+(\/v\d+)?$/, 'expected a platform such as linux/arm64'))
        .min(1)
        .optional()
        .describe(
          "Platforms of nodes, such as [linux/amd64, linux/arm64]: one image for all, the -X of docker-image-tool.sh, which builds and pushes in one step. Needs image.repository, image.base, and a running Docker with buildx, logged in to the registry. By default this machine's.",
        ),
      base: z
        .string()
        .regex(/^[\w.:/@-]+$/, 'expected an image reference, such as eclipse-temurin:17-jre')
        .optional()
        .describe('Base image; by default a minimal Debian with Java and Python, made on this machine.'),
    })
    .prefault({})
    .describe('The Spark image.'),
  spark: z
    .strictObject({
      version: versionText
        .default('4.3.0')
        .describe('Spark version, downloaded from PyPI, or from the Apache archive if archive is set.'),
      home: filePath.optional().describe('Folder of an unpacked Spark distribution to use instead of a download.'),
      archive: filePath
        .optional()
        .describe(
          'Address or path of an Apache release (spark-*.tgz), checked against its .sha512; with a file KEYS beside the archive or in docker/spark/, also against its .asc.',
        ),
      conf: z
        .record(z.string(), z.string().meta({ type: [...bareNumber, 'boolean'] }))
        .default({})
        .describe('Spark properties for every job, by their Spark names, such as spark.executor.memory: 2g.'),
      notSecrets: z
        .array(z.string().min(1))
        .default([])
        .describe('Names of properties and variables in conf that look like secrets but are not.'),
    })
    .prefault({})
    .describe('Spark.'),
  dynamicAllocation: dynamicAllocation.prefault({}).describe('Dynamic allocation of executors.'),
  decommission: decommission.prefault({}).describe('Decommissioning of executors.'),
  spot: spot.prefault({}).describe('Executors on spot nodes.'),
  history: z
    .strictObject({
      size: size.default('10Gi').describe('Size of the claim for event logs of runs.'),
      storageClass: z.string().optional().describe("Storage class of the claim; by default the cluster's."),
      accessMode: z
        .enum(['ReadWriteOnce', 'ReadWriteMany'])
        .default('ReadWriteOnce')
        .describe(
          'Access mode of the claim: ReadWriteMany for several nodes in a cloud, which attaches other volumes to one node only.',
        ),
    })
    .prefault({})
    .describe('Settings of firesteel history up.'),
  connect: connect.prefault({}).describe('Settings of firesteel connect up.'),
  storage: storage.optional().describe('Remote file system that jobs read and write.'),
  notebook: notebook.prefault({}).describe('Settings of firesteel notebook up.'),
  standalone: standalone.prefault({}).describe('Settings of firesteel standalone.'),
  classroom: classroom.prefault({}).describe('Settings of firesteel classroom.'),
  local: local.prefault({}).describe('Settings of cluster: local.'),
  minikube: minikube.prefault({}).describe('Settings of cluster: minikube.'),
  kind: kind.prefault({}).describe('Settings of cluster: kind.'),
  gke: gke.prefault({}).describe('Settings of cluster: gke.'),
  digitalocean: digitalocean.prefault({}).describe('Settings of cluster: digitalocean.'),
  context: context.prefault({}).describe('Settings of cluster: context.'),
});

/** A profile as tasks see it: every default filled in, `name` from the file's name. */
export type Profile = z.output<typeof profileSchema> & {
  name: string;
  clusterName: string;
  /** It says itself which Spark it means: no job may take another. */
  namesSpark?: boolean;
};
export type ClusterKind = Profile['cluster'];

/** JSON Schema of a profile file, for editors and for looking up keys: profiles/schema.json is this. */
export const profileJsonSchema = (): Record<string, unknown> =>
  z.toJSONSchema(profileSchema, { target: 'draft-7', io: 'input' });
