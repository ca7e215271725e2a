// The keys of each kind of cluster, with their defaults and what they mean.
import * as z from 'zod';
import { bareNumber, cidr, filePath, labelName, size } from './shapes.ts';

/** Settings of cluster: minikube. */
export const minikube = z.strictObject({
  driver: z
    .enum(['none', 'docker', 'vm', 'kvm2', 'qemu2', 'virtualbox', 'vfkit', 'krunkit'])
    .default('docker')
    .describe(
      '--driver: where the node is; vm uses the first of kvm2, qemu2, virtualbox (macOS: vfkit, krunkit, qemu2) that this machine has.',
    ),
  memory: size
    .optional()
    .describe('--memory of the node, such as 8Gi; minikube accepts 1800 MB or more. Not with driver none.'),
  cpus: z.int().min(2).optional().describe('--cpus of the node. Not with driver none.'),
  diskSize: size.optional().describe('--disk-size of the node, such as 20G. Not with driver none.'),
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
      '--extra-config by component.key, such as kubelet.max-pods: 110. firesteel does not change a kubelet.resolv-conf given here.',
    ),
  waitTimeout: z
    .string()
    .regex(/^(\d+[hms])+$/, 'expected a duration such as 6m or 1m30s')
    .default('10m')
    .describe('--wait-timeout: how long the parts may take to start.'),
  flags: z
    .array(z.string().regex(/^--[a-z0-9-]+(=.*)?$/, 'expected a flag such as --cni=calico'))
    .default([])
    .describe('Further flags of minikube start, passed unchanged.'),
});

/** Settings of cluster: kind. */
export const kind = z.strictObject({
  image: z
    .string()
    .optional()
    .describe("--image: node image, such as kindest/node:v1.35.0; by default the image of kind's release."),
  workers: z
    .int()
    .min(0)
    .max(9)
    .default(0)
    .describe('Number of workers; without workers, the control plane runs the pods.'),
  waitTimeout: z
    .string()
    .regex(/^(\d+[hms])+$/, 'expected a duration such as 5m')
    .default('5m')
    .describe('--wait: how long the control plane may take to be ready.'),
});

/** Settings of cluster: gke. */
export const gke = z.strictObject({
  project: z
    .string()
    .regex(
      /^([a-z][a-z0-9.-]+:)?[a-z][-a-z0-9]{4,28}[a-z0-9]$/,
      'expected a project id such as spark-kubernetes-224613',
    )
    .optional()
    .describe('Id of the Google Cloud project, not its name or number; by default $GOOGLE_CLOUD_PROJECT.'),
  location: z
    .string()
    .regex(/^[a-z]+-[a-z]+\d+(-[a-z])?$/, 'expected a zone such as europe-west1-b, or a region such as europe-west1')
    .default('europe-west1-b')
    .describe('Zone or region; a region has nodes in three zones, three times as many.'),
  mode: z
    .enum(['standard', 'autopilot'])
    .default('standard')
    .describe('standard: you choose the nodes; autopilot: Google adds nodes for pods. Autopilot needs a region.'),
  nodes: z.int().min(1).max(1000).default(3).describe('Nodes in each zone. Not with autopilot.'),
  machineType: z
    .string()
    .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)+$/, 'expected a machine type such as e2-standard-2')
    .default('e2-standard-2')
    .describe(
      "Machine type of nodes. Types with shared cores, such as e2-medium, leave too little room next to GKE's own pods.",
    ),
  diskType: z.enum(['pd-standard', 'pd-balanced', 'pd-ssd']).default('pd-standard').describe('Boot disks of nodes.'),
  diskSizeGb: z.int().min(15).max(65536).default(30).describe('Size of boot disks, in GB.'),
  spot: z.boolean().default(false).describe('Spot machines: cheaper, but Google can take them back at any time.'),
  releaseChannel: z
    .enum(['RAPID', 'REGULAR', 'STABLE', 'EXTENDED'])
    .default('REGULAR')
    .describe('Release channel for automatic upgrades.'),
  version: z
    .string()
    .regex(/^\d+\.\d+(\.\d+(-gke\.\d+)?)?$/, 'expected a version such as "1.34" or 1.34.1-gke.1829001')
    .optional()
    .describe('Initial Kubernetes version; by default that of the release channel.'),
  serviceAccount: z
    .email('expected the e-mail address of a service account')
    .optional()
    .describe('Account of nodes; by default firesteel-nodes@PROJECT, made with the least roles that nodes need.'),
  privateNodes: z
    .boolean()
    .default(false)
    .describe('Whether nodes have no public address; downloads from outside Google then need Cloud NAT.'),
  authorizedNetworks: z
    .array(z.string().regex(cidr, 'expected a network such as 203.0.113.0/24'))
    .optional()
    .describe('Networks that may reach the control plane; by default any.'),
  encryptionKey: z
    .string()
    .regex(/^projects\/[^/]+\/locations\/[^/]+\/keyRings\/[^/]+\/cryptoKeys\/[^/]+$/, 'expected the full name of a key')
    .optional()
    .describe('Cloud KMS key that encrypts Secrets.'),
  labels: z
    .record(
      z.string().regex(/^[a-z][-_a-z0-9]{0,62}$/, 'expected a label such as team'),
      z.string().regex(/^[-_a-z0-9]{0,63}$/, 'expected lower-case letters, digits, "-" and "_"'),
    )
    .default({})
    .describe('Further labels of the cluster, as they appear on the bill.'),
  repository: labelName(63)
    .default('spark')
    .describe('Artifact Registry repository of images, in the region of the cluster; made if it is missing.'),
});

/** Settings of cluster: digitalocean. */
export const digitalocean = z.strictObject({
  region: z
    .string()
    .regex(/^[a-z]{3}\d$/, 'expected a region such as fra1')
    .default('fra1')
    .describe('Region of the cluster.'),
  size: z
    .string()
    .regex(/^[a-z0-9]+(-[a-z0-9.]+)+$/, 'expected a size such as s-2vcpu-4gb')
    .default('s-2vcpu-4gb')
    .describe('Size of nodes.'),
  nodes: z.int().min(1).max(512).default(3).describe('Number of nodes.'),
  version: z
    .string()
    .regex(/^(latest|\d+\.\d+(\.\d+-do\.\d+)?)$/, 'expected latest, or a version such as "1.34" or 1.34.1-do.0')
    .default('latest')
    .describe('Kubernetes version; "1.34" means its newest patch.'),
  registry: labelName(63)
    .optional()
    .describe('Container registry of the account; made with this name if there is none.'),
});

/** Settings of cluster: context. */
export const context = z.strictObject({
  context: z
    .string()
    .optional()
    .describe('The kubeconfig context to use; needed, because firesteel never takes the current one by itself.'),
  kubeconfig: filePath
    .optional()
    .describe('Kubeconfig file; by default the first of $KUBECONFIG that exists, else ~/.kube/config.'),
  loadBalancers: z
    .boolean()
    .default(false)
    .describe('Whether Services of type LoadBalancer get an address that students can reach.'),
});
