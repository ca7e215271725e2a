// The programs of a node and their settings: pure, one function a program. Paths are those inside the node.
import type { Command } from '../../lib/types.ts';
import { apiPort, type Layout, type NodeLayout } from './layout.ts';
import { pauseImage } from './system-images.ts';

/** One supervised program. */
export interface Component {
  name: string;
  command: Command;
  /** Started only when the API server is ready: earlier, it would end for good. */
  needsApi?: true;
  /** A socket that must be there first. */
  awaits?: string;
  /** Runs in the host's network instead of the node's. */
  hostNetwork?: true;
  /** Environment beyond PATH. */
  env?: Record<string, string>;
}

const pki = (file: string): string => `/run/node/pki/${file}`;
const config = (file: string): string => `/run/node/config/${file}`;
const containerdSocket = '/run/containerd/containerd.sock';
/** etcd and the API server accept nothing older (CIS 1.2.26). */
const tls = 'VersionTLS12';

const etcd = (): Component => ({
  name: 'etcd',
  command: [
    'etcd',
    '--name=etcd',
    '--data-dir=/var/lib/etcd',
    '--listen-client-urls=https://127.0.0.1:2379',
    '--advertise-client-urls=https://127.0.0.1:2379',
    '--listen-peer-urls=https://127.0.0.1:2380',
    '--initial-advertise-peer-urls=https://127.0.0.1:2380',
    '--initial-cluster=etcd=https://127.0.0.1:2380',
    '--client-cert-auth',
    '--peer-client-cert-auth',
    ...['', 'peer-'].flatMap((kind) => [
      `--${kind}trusted-ca-file=${pki('etcd-ca.crt')}`,
      `--${kind}cert-file=${pki('etcd.crt')}`,
      `--${kind}key-file=${pki('etcd.key')}`,
    ]),
    '--log-level=warn',
  ],
});

const apiServer = (layout: Layout, node: NodeLayout): Component => ({
  name: 'kube-apiserver',
  command: [
    'kube-apiserver',
    `--advertise-address=${node.address}`,
    `--bind-address=${node.address}`,
    `--secure-port=${apiPort}`,
    '--allow-privileged=true',
    '--anonymous-auth=false',
    '--authorization-mode=Node,RBAC',
    '--enable-admission-plugins=NodeRestriction',
    `--client-ca-file=${pki('ca.crt')}`,
    `--tls-cert-file=${pki('apiserver.crt')}`,
    `--tls-private-key-file=${pki('apiserver.key')}`,
    `--tls-min-version=${tls}`,
    '--etcd-servers=https://127.0.0.1:2379',
    `--etcd-cafile=${pki('etcd-ca.crt')}`,
    `--etcd-certfile=${pki('apiserver-etcd-client.crt')}`,
    `--etcd-keyfile=${pki('apiserver-etcd-client.key')}`,
    `--encryption-provider-config=${pki('encryption.json')}`,
    `--kubelet-certificate-authority=${pki('ca.crt')}`,
    `--kubelet-client-certificate=${pki('apiserver-kubelet-client.crt')}`,
    `--kubelet-client-key=${pki('apiserver-kubelet-client.key')}`,
    '--kubelet-preferred-address-types=InternalIP',
    `--requestheader-client-ca-file=${pki('front-proxy-ca.crt')}`,
    '--requestheader-allowed-names=front-proxy-client',
    '--requestheader-extra-headers-prefix=X-Remote-Extra-',
    '--requestheader-group-headers=X-Remote-Group',
    '--requestheader-username-headers=X-Remote-User',
    `--proxy-client-cert-file=${pki('front-proxy-client.crt')}`,
    `--proxy-client-key-file=${pki('front-proxy-client.key')}`,
    '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
    `--service-account-key-file=${pki('service-account.pub')}`,
    `--service-account-signing-key-file=${pki('service-account.key')}`,
    '--service-account-extend-token-expiration=false',
    `--service-cluster-ip-range=${layout.serviceSubnet}`,
    `--audit-policy-file=${config('audit-policy.json')}`,
    '--audit-log-path=/run/node/logs/audit.log',
    '--audit-log-maxage=30',
    '--audit-log-maxbackup=2',
    '--audit-log-maxsize=50',
    '--profiling=false',
  ],
});

const controllerManager = (): Component => ({
  name: 'kube-controller-manager',
  needsApi: true,
  command: [
    'kube-controller-manager',
    ...['kubeconfig', 'authentication-kubeconfig', 'authorization-kubeconfig'].map(
      (flag) => `--${flag}=${pki('controller-manager.kubeconfig')}`,
    ),
    '--bind-address=127.0.0.1',
    '--leader-elect=false',
    '--use-service-account-credentials=true',
    // Upstream's 5 s is meant for thousands of nodes; a new node stays tainted as not ready for as long.
    '--node-monitor-period=1s',
    // Its controllers fetch some eighty accounts and tokens at start; at upstream's 20 a second that is 4 s.
    '--kube-api-qps=200',
    '--kube-api-burst=400',
    `--root-ca-file=${pki('ca.crt')}`,
    `--service-account-private-key-file=${pki('service-account.key')}`,
    '--profiling=false',
  ],
});

const scheduler = (): Component => ({
  name: 'kube-scheduler',
  needsApi: true,
  command: [
    'kube-scheduler',
    ...['kubeconfig', 'authentication-kubeconfig', 'authorization-kubeconfig'].map(
      (flag) => `--${flag}=${pki('scheduler.kubeconfig')}`,
    ),
    '--bind-address=127.0.0.1',
    '--leader-elect=false',
    '--profiling=false',
  ],
});

/** Proxy settings are for image pulls only; nothing else in the cluster leaves it by them. */
const containerd = (proxyEnv: Record<string, string>): Component => ({
  name: 'containerd',
  command: ['containerd', `--config=${config('containerd.toml')}`],
  env: proxyEnv,
});

const kubelet = (node: NodeLayout): Component => ({
  name: 'kubelet',
  awaits: containerdSocket,
  command: [
    'kubelet',
    `--config=${config('kubelet.json')}`,
    `--kubeconfig=${pki('kubelet.kubeconfig')}`,
    `--hostname-override=${node.name}`,
    `--node-ip=${node.address}`,
  ],
});

const kubeProxy = (): Component => ({
  name: 'kube-proxy',
  needsApi: true,
  command: ['kube-proxy', `--config=${config('kube-proxy.json')}`],
});

/** The way out of the cluster: a user-mode network, so that the host needs no forwarding and no rules. */
const outside = (layout: Layout): Component => ({
  name: 'slirp4netns',
  hostNetwork: true,
  command: [
    'slirp4netns',
    '--configure',
    '--mtu=65520',
    '--disable-host-loopback',
    `--cidr=${layout.outsideNetwork}`,
    '--netns-type=path',
    '/run/netns/node',
    'outside',
  ],
});

/** What runs on a node, in the order in which it should come up. */
export function componentsOf(layout: Layout, node: NodeLayout, proxyEnv: Record<string, string>): Component[] {
  const controlPlane = [etcd(), apiServer(layout, node), controllerManager(), scheduler()];
  return [
    ...(node.number === 1 ? controlPlane : []),
    outside(layout),
    containerd(proxyEnv),
    kubelet(node),
    kubeProxy(),
  ];
}

/** https://github.com/containerd/containerd/blob/main/docs/cri/config.md */
export const containerdToml = (snapshotter: string): string => `version = 3
root = "/var/lib/containerd"
state = "/run/containerd"

[grpc]
  address = "${containerdSocket}"

[plugins.'io.containerd.cri.v1.images']
  snapshotter = "${snapshotter}"
  [plugins.'io.containerd.cri.v1.images'.pinned_images]
    sandbox = "${pauseImage}"

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
  systemReserved: Record<string, string | undefined>,
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
