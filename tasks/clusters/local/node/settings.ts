// The settings files of a node's programs, one pure function a file, with paths inside the node.
import type { Profile } from '../../../profile/schema.ts';
import { thisPlatform } from '../../../toolbox/release.ts';
import { registriesFolder } from '../images/registries.ts';
import { pauseImage } from '../images/system-images.ts';
import type { Layout, NodeLayout } from '../layout.ts';

export const pki = (file: string): string => `/run/node/pki/${file}`;
export const config = (file: string): string => `/run/node/config/${file}`;
export const containerdSocket = '/run/containerd/containerd.sock';
/** The API server and kubelets accept nothing older. */
export const tls = 'VersionTLS12';

/** One that does not fit the file system would keep containerd from serving anything. */
const snapshotters = ['blockfile', 'btrfs', 'devmapper', 'erofs', 'native', 'overlayfs', 'zfs'];

/** https://github.com/containerd/containerd/blob/main/docs/cri/config.md */
export const containerdToml = (snapshotter: string): string => `version = 3
root = "/var/lib/containerd"
state = "/run/containerd"
disabled_plugins = ${JSON.stringify(snapshotters.filter((name) => name !== snapshotter).map((name) => `io.containerd.snapshotter.v1.${name}`))}

[grpc]
  address = "${containerdSocket}"

[plugins.'io.containerd.transfer.v1.local']
  unpack_config = [{ platform = "linux/${thisPlatform().arch}", snapshotter = "${snapshotter}" }]

[plugins.'io.containerd.cri.v1.images']
  snapshotter = "${snapshotter}"
  [plugins.'io.containerd.cri.v1.images'.pinned_images]
    sandbox = "${pauseImage}"
  [plugins.'io.containerd.cri.v1.images'.registry]
    config_path = "${config(registriesFolder)}"

[plugins.'io.containerd.cri.v1.runtime']
  # Without CAP_SYS_RESOURCE the -998 of sandboxes is refused and every one of them dies.
  restrict_oom_score_adj = true
  [plugins.'io.containerd.cri.v1.runtime'.cni]
    bin_dirs = ["/usr/lib/cni", "/opt/cni/bin"]
    conf_dir = "/run/node/config/cni"
  [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc.options]
      SystemdCgroup = false
`;

/** https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/ */
export const kubeletConfiguration = (
  layout: Layout,
  node: NodeLayout,
  { systemReserved, containerLogs }: Pick<Profile['local'], 'systemReserved' | 'containerLogs'>,
): object => ({
  apiVersion: 'kubelet.config.k8s.io/v1beta1',
  kind: 'KubeletConfiguration',
  address: node.address,
  authentication: {
    anonymous: { enabled: false },
    webhook: { enabled: true },
    x509: { clientCAFile: pki('ca.crt') },
  },
  authorization: { mode: 'Webhook' },
  tlsCertFile: pki('kubelet.crt'),
  tlsPrivateKeyFile: pki('kubelet.key'),
  tlsMinVersion: tls,
  readOnlyPort: 0,
  containerRuntimeEndpoint: `unix://${containerdSocket}`,
  cgroupDriver: 'cgroupfs',
  cgroupRoot: `/${node.cgroup}`,
  failCgroupV1: false,
  failSwapOn: false,
  clusterDomain: 'cluster.local',
  clusterDNS: [layout.dnsService],
  resolvConf: config('resolv.conf'),
  volumePluginDir: '/var/lib/kubelet/volume-plugins',
  seccompDefault: true,
  podPidsLimit: 4096,
  serializeImagePulls: false,
  systemReserved,
  containerLogMaxSize: containerLogs.maxSize,
  containerLogMaxFiles: containerLogs.maxFiles,
  // Percentages of a big disk are many gigabytes; and an image that was loaded cannot be pulled again, so never collect.
  evictionHard: {
    'memory.available': '100Mi',
    'nodefs.available': '1%',
    'imagefs.available': '1%',
    'nodefs.inodesFree': '1%',
  },
  imageGCHighThresholdPercent: 100,
});

/** https://kubernetes.io/docs/reference/config-api/kube-proxy-config.v1alpha1/ */
export const kubeProxyConfiguration = (layout: Layout, node: NodeLayout): object => ({
  apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
  kind: 'KubeProxyConfiguration',
  clientConnection: { kubeconfig: pki('kube-proxy.kubeconfig') },
  hostnameOverride: node.name,
  bindAddress: node.address,
  clusterCIDR: layout.podSubnet,
  mode: 'iptables',
  healthzBindAddress: '127.0.0.1:10256',
  metricsBindAddress: '127.0.0.1:10249',
  nodePortAddresses: ['primary'],
  iptables: { minSyncPeriod: '100ms' },
  // These sysctls belong to the host, not to the node's network.
  conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: '0s', tcpCloseWaitTimeout: '0s' },
});

/** Pods get a point-to-point link each, so that all traffic is routed and sees the node's rules. https://www.cni.dev/plugins/current/main/ptp/ */
export const cniConfiguration = (node: NodeLayout): object => ({
  cniVersion: '1.0.0',
  name: 'firesteel',
  plugins: [
    {
      type: 'ptp',
      ipam: {
        type: 'host-local',
        dataDir: '/run/cni',
        ranges: [[{ subnet: node.podCidr }]],
        routes: [{ dst: '0.0.0.0/0' }],
      },
    },
    { type: 'portmap', capabilities: { portMappings: true } },
  ],
});

/** Who changed what, without contents; reads and the components' own chatter are left out. */
export const auditPolicy: object = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  rules: [
    {
      level: 'None',
      resources: [
        { group: 'coordination.k8s.io', resources: ['leases'] },
        { group: '', resources: ['events'] },
      ],
    },
    { level: 'Metadata' },
  ],
};
