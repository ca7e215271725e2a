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
});

const minikube = z.strictObject({
  driver: z
    .enum(['none', 'docker', 'vm', 'kvm2', 'qemu2', 'virtualbox', 'vfkit', 'krunkit'])
    .default('docker')
    .describe(
      '--driver: where the node is; vm takes the first of kvm2, qemu2, virtualbox (macOS: vfkit, krunkit, qemu2) that this machine has.',
    ),
  memory: quantity
    .optional()
    .describe('--memory of the node, such as 8Gi; minikube accepts 1800 MB or more. Not with driver none.'),
  cpus: z.int().min(2).optional().describe('--cpus of the node. Not with driver none.'),
  diskSize: quantity.optional().describe('--disk-size of the node, such as 20G. Not with driver none.'),
  nodes: z.int().min(1).max(9).default(1).describe('--nodes. Driver none has one.'),
  kubernetesVersion: z
    .string()
    .regex(/^v\d+\.\d+\.\d+$/, 'expected a version such as v1.35.1')
    .optional()
    .describe("--kubernetes-version; by default minikube's own."),
  containerRuntime: z
    .enum(['docker', 'containerd', 'cri-o'])
    .default('containerd')
    .describe('--container-runtime. With docker the image is loaded through minikube docker-env.'),
  addons: z
    .array(z.string().regex(/^[a-z0-9-]+$/))
    .default([])
    .describe('--addons to enable.'),
  extraConfig: z
    .record(z.string(), z.string().meta({ type: [...bareNumber, 'boolean'] }))
    .default({})
    .describe(
      '--extra-config by component.key, such as kubelet.max-pods: 110. kubelet.resolv-conf given here is taken as it is.',
    ),
  waitTimeout: z
    .string()
    .regex(/^(\d+[hms])+$/, 'expected a duration such as 6m or 1m30s')
    .default('10m')
    .describe('--wait-timeout: how long the parts may take to come up.'),
  flags: z
    .array(z.string().regex(/^--[a-z0-9-]+(=.*)?$/, 'expected a flag such as --cni=calico'))
    .default([])
    .describe('Further flags of minikube start, as they are.'),
});

const kind = z.strictObject({
  image: z
    .string()
    .optional()
    .describe('--image: node image, such as kindest/node:v1.35.0; by default the one kind was released with.'),
  workers: z
    .int()
    .min(0)
    .max(9)
    .default(0)
    .describe('Nodes beside the control plane; with none, it runs the pods itself.'),
  waitTimeout: z
    .string()
    .regex(/^(\d+[hms])+$/, 'expected a duration such as 5m')
    .default('5m')
    .describe('--wait: how long the control plane may take to be ready.'),
});

const context = z.strictObject({
  context: z.string().optional().describe('The kubeconfig context to use; never the current one by accident.'),
  kubeconfig: z
    .string()
    .optional()
    .describe('Kubeconfig file; by default the first of $KUBECONFIG, else ~/.kube/config.'),
});

export const profileSchema = z.strictObject({
  cluster: z.enum(['local', 'minikube', 'kind', 'context']).default('local').describe('Kind of cluster.'),
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
  dns: z
    .strictObject({
      upstream: z
        .array(
          z
            .ipv4()
            .refine((address) => !address.startsWith('127.'), 'expected an address that pods can reach, no loopback'),
        )
        .min(1)
        .max(15)
        .optional()
        .describe('Name servers for names outside the cluster; by default those of the host that pods can reach.'),
      repair: z
        .boolean()
        .default(true)
        .describe('Whether deploy repairs a forwarding loop of CoreDNS; if not, deploy fails and says what it saw.'),
    })
    .prefault({})
    .describe('Cluster DNS.'),
  image: z
    .strictObject({
      builder: z
        .enum(['docker-image-tool', 'minikube'])
        .default('docker-image-tool')
        .describe(
          "How the Spark image is built: docker-image-tool is the distribution's own bin/docker-image-tool.sh; minikube is the same in the Docker of the minikube node, as with its -m.",
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
  minikube: minikube.prefault({}).describe('Settings of cluster: minikube.'),
  kind: kind.prefault({}).describe('Settings of cluster: kind.'),
  context: context.prefault({}).describe('Settings of cluster: context.'),
});

/** A profile as tasks see it: every default filled in, `name` from the file's name. */
export type Profile = z.output<typeof profileSchema> & { name: string; clusterName: string };
export type ClusterKind = Profile['cluster'];

/** JSON Schema of a profile file, for editors and for looking up keys: profiles/schema.json is this. */
export const profileJsonSchema = (): Record<string, unknown> =>
  z.toJSONSchema(profileSchema, { target: 'draft-7', io: 'input' });
