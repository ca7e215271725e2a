// The programs of a node and their flags, one pure function a program, with paths inside the node.
import { join } from 'node:path';
import { projectPath } from '../../../core/paths.ts';
import type { Command } from '../../../core/types.ts';
import { addressesIn, apiPort, type Layout, type NodeLayout } from '../layout.ts';
import { policyQueue, tokenFile } from '../network/policies.ts';
import { enforcer } from '../programs/binaries.ts';
import { config, containerdSocket, pki, tls } from './settings.ts';

/** One supervised program. */
export interface Component {
  name: string;
  command: Command;
  /** Started only when the API server is ready: earlier, it would end for good. */
  needsApi?: true;
  /** Sockets and files that must be there first. */
  awaits?: readonly string[];
  /** Runs in the host's network instead of the node's, and in the host's mounts as well if it says `mounts`. */
  host?: 'network' | 'mounts';
  /** Files of the node's folder `config` that it reads at its start only. */
  reads?: readonly string[];
  /** Environment beyond PATH. */
  env?: Record<string, string>;
  /** Lines of shell for when it has ended. */
  onEnd?: string;
  /** Asked to end it waits a minute for clients that watch, and killed it loses nothing. */
  endsLate?: true;
  /** Started again a second after its end, however often it ends. */
  isUrgent?: true;
}

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
  endsLate: true,
  reads: ['audit-policy.json'],
  command: [
    'kube-apiserver',
    `--advertise-address=${node.address}`,
    `--bind-address=${node.address}`,
    `--secure-port=${apiPort}`,
    '--allow-privileged=true',
    '--anonymous-auth=false',
    '--authorization-mode=Node,RBAC',
    '--enable-admission-plugins=NodeRestriction,DenyServiceExternalIPs',
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
    '--audit-log-maxbackup=10',
    '--audit-log-maxsize=100',
    '--profiling=false',
  ],
});

/**
 * The user of Spark's images. Upstream's provisioner keeps a volume for the user who made its folder, and no fsGroup changes
 * that; so it is them who make it. Reading its keys is the one right of root's that is left to it.
 */
const asSparkUser = [
  'setpriv',
  '--reuid=185',
  '--regid=0',
  '--clear-groups',
  ...['inh-caps', 'ambient-caps', 'bounding-set'].map((set) => `--${set}=-all,+dac_override`),
] as const;

/** Upstream's own number of finished pods that are kept. */
const mostKeptPods = 12_500;
/** Addresses of the pod network for each finished pod that is kept. */
const addressesPerKeptPod = 32;
const keptPods = (podSubnet: string): number =>
  Math.max(1, Math.min(mostKeptPods, Math.floor(addressesIn(podSubnet) / addressesPerKeptPod)));

const controllerManager = ({ podSubnet }: Layout): Component => ({
  name: 'kube-controller-manager',
  needsApi: true,
  command: [
    ...asSparkUser,
    'kube-controller-manager',
    '--enable-hostpath-provisioner=true',
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
    // They go before their addresses come again.
    `--terminated-pod-gc-threshold=${keptPods(podSubnet)}`,
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
const containerd = (proxyEnv: Record<string, string>, enforces: boolean): Component => ({
  name: 'containerd',
  reads: ['containerd.toml'],
  // The enforcer does not look for another containerd by itself.
  ...(enforces ? { onEnd: `rm -f ${nriSocket}\ns6-svc -r ../${enforcer}` } : {}),
  command: ['containerd', `--config=${config('containerd.toml')}`],
  env: proxyEnv,
});

const kubelet = (node: NodeLayout): Component => ({
  name: 'kubelet',
  reads: ['kubelet.json'],
  awaits: [containerdSocket],
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
  reads: ['kube-proxy.json'],
  command: ['kube-proxy', `--config=${config('kube-proxy.json')}`],
});

/** Where containerd announces pods before their first process starts: https://github.com/containerd/nri */
const nriSocket = '/run/nri/nri.sock';

/** Judges every new connection of pods by the NetworkPolicies: https://github.com/kubernetes-sigs/kube-network-policies */
const networkPolicies = (layout: Layout, node: NodeLayout): Component => ({
  name: enforcer,
  needsApi: true,
  awaits: [nriSocket, pki(tokenFile)],
  isUrgent: true,
  env: { KUBERNETES_SERVICE_HOST: layout.nodes[0]?.address ?? '', KUBERNETES_SERVICE_PORT: String(apiPort) },
  command: [
    enforcer,
    `--hostname-override=${node.name}`,
    `--nfqueue-id=${policyQueue}`,
    '--fail-open=false',
    '--metrics-bind-address=127.0.0.1:10247',
    // At 2 it logs every packet.
    '--v=0',
  ],
});

/** The way out of the cluster: a user-mode network, so that the host needs no forwarding and no rules. */
const outside = (layout: Layout): Component => ({
  name: 'slirp4netns',
  host: 'network',
  command: [
    'slirp4netns',
    '--mtu=65520',
    '--disable-host-loopback',
    '--disable-dns',
    `--cidr=${layout.outsideNetwork}`,
    '--netns-type=path',
    '/run/netns/node',
    'outside',
  ],
});

/** Answers for external names, from the name servers that the host has at the moment. */
const resolver = ({ binaries, resolver: { address, port } }: Layout): Component => ({
  name: 'resolver',
  host: 'mounts',
  command: ['sh', projectPath('docker', 'node', 'resolver.sh'), join(binaries, 'coredns'), address, String(port)],
});

/** What runs on a node, in the order in which it should come up. */
export function componentsOf(
  layout: Layout,
  node: NodeLayout,
  { proxyEnv = {}, enforces }: { proxyEnv?: Record<string, string>; enforces: boolean },
): Component[] {
  const onlyFirst = [etcd(), apiServer(layout, node), controllerManager(layout), scheduler(), resolver(layout)];
  return [
    ...(node.number === 1 ? onlyFirst : []),
    outside(layout),
    containerd(proxyEnv, enforces),
    ...(enforces ? [networkPolicies(layout, node)] : []),
    kubelet(node),
    kubeProxy(),
  ];
}
