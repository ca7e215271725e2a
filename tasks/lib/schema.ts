// Every key a profile can have, with its default and what it means. The JSON Schema and the README's table come from here.
import { z } from 'zod';

/** JSON Schema types of a text that may be written bare, as in `cpu: 2`: the reader takes it as the text it is. */
const bareNumber = ['string', 'number'];
const dnsLabel = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const cidr = /^\d{1,3}(\.\d{1,3}){3}\/\d{1,2}$/;
/** Kubernetes quantity: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ */
const quantity = z
  .string()
  .regex(/^\d+(\.\d+)?(m|k|M|G|T|Ki|Mi|Gi|Ti)?$/, 'expected a quantity such as 500m, 2 or 4Gi')
  .meta({ type: bareNumber });

/** Registry and path of an image reference: https://github.com/distribution/reference/blob/main/reference.go */
const imageRepository = /^[a-zA-Z0-9][\w.-]*(:\d+)?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*$/;

const labelName = (most: number) =>
  z
    .string()
    .max(most, `expected at most ${most} characters`)
    .regex(dnsLabel, 'expected lower-case letters, digits and "-", beginning and ending with a letter or digit');

const local = z.strictObject({
  nodes: z.int().min(1).max(9).default(1).describe('How many nodes; the first one also runs the control plane.'),
  binaries: z
    .string()
    .optional()
    .describe('A folder that holds kube-apiserver, kubelet, etcd, containerd and the others, to be used as they are.'),
  nodeNetwork: z
    .string()
    .regex(cidr, 'expected a network such as 198.18.7.0/24')
    .optional()
    .describe('Addresses of host and nodes, a /24; by default the first free one of 198.18.0.0/16.'),
  podSubnet: z
    .string()
    .regex(cidr, 'expected a network such as 198.19.0.0/17')
    .default('198.19.0.0/17')
    .describe('Addresses of pods, a /24 of it for each node; seen only inside the cluster.'),
  serviceSubnet: z
    .string()
    .regex(cidr, 'expected a network such as 198.19.128.0/20')
    .default('198.19.128.0/20')
    .describe('Addresses of services; seen only inside the cluster.'),
  systemReserved: z
    .strictObject({ cpu: quantity.optional(), memory: quantity.optional() })
    .prefault({})
    .describe("What each node keeps from pods, kubelet's systemReserved: every node sees the whole machine."),
  upstreamDns: z
    .array(z.ipv4())
    .optional()
    .describe('Name servers for names outside the cluster; by default those of the host.'),
});

const context = z.strictObject({
  context: z.string().optional().describe('The kubeconfig context to use; never the current one by accident.'),
  kubeconfig: z
    .string()
    .optional()
    .describe('Kubeconfig file; by default the first of $KUBECONFIG, else ~/.kube/config.'),
});

export const profileSchema = z.strictObject({
  cluster: z.enum(['local', 'context']).default('local').describe('Kind of cluster.'),
  clusterName: labelName(40)
    .optional()
    .describe("Name of the cluster, to run several side by side; by default the profile's name."),
  namespace: labelName(63).default('spark').describe('Namespace of Spark jobs.'),
  serviceAccounts: z
    .strictObject({
      driver: labelName(63)
        .default('spark-driver')
        .describe('Account of drivers; may make executors in its namespace.'),
      executor: labelName(63).default('spark-executor').describe('Account of executors; no rights at all.'),
    })
    .prefault({})
    .describe('Service accounts.'),
  image: z
    .strictObject({
      builder: z
        .enum(['docker-image-tool'])
        .default('docker-image-tool')
        .describe(
          "How the Spark image is built: docker-image-tool is the distribution's own bin/docker-image-tool.sh.",
        ),
      repository: z
        .string()
        .regex(imageRepository, 'expected a registry and path in lower case, such as quay.io/me')
        .optional()
        .describe('Registry and path before the image name, the -r of docker-image-tool.sh, as in quay.io/me.'),
      base: z
        .string()
        .regex(/^[\w.:/@-]+$/, 'expected an image reference, such as eclipse-temurin:17-jre')
        .optional()
        .describe('Image to build on; by default a minimal Debian with Java and Python, made on this machine.'),
    })
    .prefault({})
    .describe('The Spark image.'),
  spark: z
    .strictObject({
      version: z
        .string({
          error: (issue) =>
            typeof issue.input === 'number' ? 'expected a text: put the version in quotes' : undefined,
        })
        .regex(/^\d+\.\d+\.\d+$/, 'expected a version such as "4.3.0"')
        .default('4.3.0')
        .describe('Spark version, fetched from PyPI, or from the Apache archive if archive is set.'),
      home: z.string().optional().describe('An unpacked Spark distribution to use instead of fetching one.'),
      archive: z
        .string()
        .optional()
        .describe('Address or path of an Apache release (spark-*.tgz), checked against its .sha512 and .asc.'),
      conf: z
        .record(z.string(), z.string().meta({ type: [...bareNumber, 'boolean'] }))
        .default({})
        .describe('Spark properties for every job, by their own names, such as spark.executor.memory: 2g.'),
    })
    .prefault({})
    .describe('Spark.'),
  local: local.prefault({}).describe('Settings of cluster: local.'),
  context: context.prefault({}).describe('Settings of cluster: context.'),
});

/** A profile as tasks see it: every default filled in, `name` from the file's name. */
export type Profile = z.output<typeof profileSchema> & { name: string; clusterName: string };
export type ClusterKind = Profile['cluster'];

/** JSON Schema of a profile file, for editors and for looking up keys: profiles/schema.json is this. */
export const profileJsonSchema = (): Record<string, unknown> =>
  z.toJSONSchema(profileSchema, { target: 'draft-7', io: 'input' });
