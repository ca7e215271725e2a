// The keys of a profile for local clusters.
import * as z from 'zod';
import { cidr, filePath, quantity, size } from './shapes.ts';

/** Host and port as in image references: https://github.com/distribution/reference/blob/main/reference.go */
const registryHost = /^[a-zA-Z0-9]([\w.-]*[a-zA-Z0-9])?(:\d+)?$/;

const registry = z.strictObject({
  endpoint: z
    .string()
    .regex(/^https?:\/\/[^/\s?#@]+(\/[^\s?#]*)?$/, 'expected an address such as https://mirror.example.com:5000')
    .describe('Address of the mirror, with https or http.'),
  ca: filePath
    .optional()
    .describe(
      "File with the authority of the mirror's certificate, in PEM; by default the authorities that this machine trusts.",
    ),
  credentials: z
    .strictObject({
      username: z
        .string()
        .regex(/^[^:\s]+$/, 'expected a name without ":"')
        .describe('User name.'),
      passwordFile: filePath.describe('File that contains only the password.'),
    })
    .optional()
    .describe('User that nodes pull as; by default anonymous.'),
});

/** Settings of cluster: local. */
export const local = z.strictObject({
  nodes: z.int().min(1).max(9).default(1).describe('Number of nodes; the first node also runs the control plane.'),
  binaries: filePath
    .optional()
    .describe(
      'Folder with kube-apiserver, kubelet, etcd, containerd and the other programs, which are used unchanged.',
    ),
  range: z
    .string()
    .regex(cidr, 'expected a network such as 10.198.0.0/15')
    .optional()
    .describe(
      'Range for all networks of the cluster, a /8 to /18; by default the first of 198.18.0.0/15, 10.198.0.0/15, 172.30.0.0/15 and 100.126.0.0/15 that this machine does not use.',
    ),
  nodeNetwork: z
    .string()
    .regex(cidr, 'expected a network such as 198.18.7.0/24')
    .optional()
    .describe('Addresses of host and nodes, a /24; by default the first free one of the range.'),
  podSubnet: z
    .string()
    .regex(cidr, 'expected a network such as 198.19.0.0/17')
    .optional()
    .describe(
      'Addresses of pods, an equal part for each node, visible only inside the cluster; by default from the range, such as 198.19.0.0/17.',
    ),
  serviceSubnet: z
    .string()
    .regex(cidr, 'expected a network such as 198.19.128.0/20')
    .optional()
    .describe(
      'Addresses of services, visible only inside the cluster; by default from the range, such as 198.19.128.0/20.',
    ),
  networkPolicies: z
    .boolean()
    .default(true)
    .describe(
      'Whether NetworkPolicies are enforced. Needs a kernel with NFQUEUE. With local.binaries, that folder also needs the program kube-network-policies.',
    ),
  systemReserved: z
    .strictObject({
      cpu: quantity.optional().describe('CPU that each node reserves.'),
      memory: size.optional().describe('Memory that each node reserves.'),
    })
    .prefault({})
    .describe("What each node reserves, kubelet's systemReserved; every node sees the whole machine."),
  containerLogs: z
    .strictObject({
      maxSize: size
        .default('64Mi')
        .describe('Size at which the kubelet starts a new log file of a container, its containerLogMaxSize.'),
      maxFiles: z
        .int()
        .min(2)
        .default(10)
        .describe(
          "Number of log files of a container that a node keeps, kubelet's containerLogMaxFiles; the kubelet compresses older files.",
        ),
    })
    .prefault({})
    .describe("How much of a container's log a node keeps; by default 640 MB of text, most of it compressed."),
  registries: z
    .record(z.string().regex(registryHost, 'expected the host of a registry such as docker.io or quay.io'), registry)
    .default({})
    .describe(
      "Registries that nodes pull from instead of those in images' names, such as docker.io: {endpoint: https://mirror.example.com, ca: FILE, credentials: {username: NAME, passwordFile: FILE}}. Nodes use only the endpoint.",
    ),
});
