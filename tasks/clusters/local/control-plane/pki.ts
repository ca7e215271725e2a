// Certificates and kubeconfigs of a local cluster: authorities last as long as the cluster, what they issue for a year.
import { randomBytes, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import {
  type CertificateRequest,
  createAuthority,
  issue,
  type KeyPair,
  serviceAccountKeys,
} from '../../../core/certificates.ts';
import type { FileContent } from '../../../core/types.ts';
import type { Layout, NodeLayout } from '../layout.ts';

const secret = 0o600;

/** The kubeconfig user people get; bound to cluster-admin by a ClusterRoleBinding, not by system:masters (CIS 5.1.7). */
export const administrator = 'firesteel-admin';
/** The client the API server is towards kubelets; bound to system:kubelet-api-admin. */
export const kubeletClient = 'kube-apiserver-kubelet-client';

/** Used once, to bind the administrator; stays in the cluster's folder for emergencies. */
export const breakGlassKubeconfig = (layout: Layout): string => join(layout.folder, 'pki', 'break-glass.kubeconfig');

function kubeconfigFile(path: string, layout: Layout, authority: KeyPair, user: string, pair: KeyPair): FileContent {
  const base64 = (pem: string) => Buffer.from(pem).toString('base64');
  const content = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': layout.name,
    clusters: [
      {
        name: layout.name,
        cluster: { server: layout.server, 'certificate-authority-data': base64(authority.certificatePem) },
      },
    ],
    users: [
      {
        name: user,
        user: { 'client-certificate-data': base64(pair.certificatePem), 'client-key-data': base64(pair.keyPem) },
      },
    ],
    contexts: [{ name: layout.name, context: { cluster: layout.name, user } }],
  };
  return { path, content: `${JSON.stringify(content, null, 2)}\n`, mode: secret };
}

const pairFiles = (folder: string, name: string, pair: KeyPair): FileContent[] => [
  { path: join(folder, `${name}.crt`), content: pair.certificatePem },
  { path: join(folder, `${name}.key`), content: pair.keyPem, mode: secret },
];

/** CIS 1.2.27: Secrets are encrypted at rest. https://kubernetes.io/docs/tasks/administer-cluster/encrypt-data/ */
function encryptionConfiguration(path: string): FileContent {
  const content = {
    apiVersion: 'apiserver.config.k8s.io/v1',
    kind: 'EncryptionConfiguration',
    resources: [
      {
        resources: ['secrets'],
        providers: [
          { secretbox: { keys: [{ name: 'one', secret: randomBytes(32).toString('base64') }] } },
          { identity: {} },
        ],
      },
    ],
  };
  return { path, content: JSON.stringify(content), mode: secret };
}

/** What the API server is called and reached by. */
const serverNames = (layout: Layout, node: NodeLayout): Pick<CertificateRequest, 'dnsNames' | 'ipAddresses'> => ({
  dnsNames: [
    'kubernetes',
    'kubernetes.default',
    'kubernetes.default.svc',
    'kubernetes.default.svc.cluster.local',
    'localhost',
    node.name,
  ],
  ipAddresses: ['127.0.0.1', layout.apiService, node.address],
});

async function controlPlaneFiles(layout: Layout, node: NodeLayout, authority: KeyPair): Promise<FileContent[]> {
  const pki = join(node.folder, 'pki');
  const [etcdAuthority, frontProxyAuthority, accounts] = await Promise.all([
    createAuthority('etcd-ca'),
    createAuthority('front-proxy-ca'),
    serviceAccountKeys(),
  ]);
  const local = { dnsNames: ['localhost'], ipAddresses: ['127.0.0.1'] };
  const client = (commonName: string) => issue(authority, { commonName, usage: 'client' });
  const [server, toKubelet, etcd, toEtcd, frontProxy, manager, scheduler] = await Promise.all([
    issue(authority, { commonName: 'kube-apiserver', usage: 'server', ...serverNames(layout, node) }),
    client(kubeletClient),
    issue(etcdAuthority, { commonName: 'etcd', usage: 'both', ...local }),
    issue(etcdAuthority, { commonName: 'kube-apiserver-etcd-client', usage: 'client' }),
    issue(frontProxyAuthority, { commonName: 'front-proxy-client', usage: 'client' }),
    client('system:kube-controller-manager'),
    client('system:kube-scheduler'),
  ]);
  return [
    ...pairFiles(pki, 'apiserver', server),
    ...pairFiles(pki, 'apiserver-kubelet-client', toKubelet),
    { path: join(pki, 'etcd-ca.crt'), content: etcdAuthority.certificatePem },
    ...pairFiles(pki, 'etcd', etcd),
    ...pairFiles(pki, 'apiserver-etcd-client', toEtcd),
    { path: join(pki, 'front-proxy-ca.crt'), content: frontProxyAuthority.certificatePem },
    ...pairFiles(pki, 'front-proxy-client', frontProxy),
    { path: join(pki, 'service-account.key'), content: accounts.privatePem, mode: secret },
    { path: join(pki, 'service-account.pub'), content: accounts.publicPem },
    encryptionConfiguration(join(pki, 'encryption.json')),
    kubeconfigFile(join(pki, 'controller-manager.kubeconfig'), layout, authority, 'controller-manager', manager),
    kubeconfigFile(join(pki, 'scheduler.kubeconfig'), layout, authority, 'scheduler', scheduler),
  ];
}

/** Node authorizer's naming: https://kubernetes.io/docs/reference/access-authn-authz/node/ */
async function nodeFiles(layout: Layout, node: NodeLayout, authority: KeyPair): Promise<FileContent[]> {
  const pki = join(node.folder, 'pki');
  const [client, server, proxy] = await Promise.all([
    issue(authority, { commonName: `system:node:${node.name}`, organizations: ['system:nodes'], usage: 'client' }),
    issue(authority, { commonName: node.name, usage: 'server', dnsNames: [node.name], ipAddresses: [node.address] }),
    issue(authority, { commonName: 'system:kube-proxy', usage: 'client' }),
  ]);
  return [
    { path: join(pki, 'ca.crt'), content: authority.certificatePem },
    ...pairFiles(pki, 'kubelet', server),
    kubeconfigFile(join(pki, 'kubelet.kubeconfig'), layout, authority, 'kubelet', client),
    kubeconfigFile(join(pki, 'kube-proxy.kubeconfig'), layout, authority, 'kube-proxy', proxy),
  ];
}

/** All files for an authority, whose key stays in the cluster's own folder and is given to no node. */
async function filesSignedBy(authority: KeyPair, layout: Layout): Promise<FileContent[]> {
  const [first] = layout.nodes;
  const [controlPlane, nodes, admin, breakGlass] = await Promise.all([
    first ? controlPlaneFiles(layout, first, authority) : [],
    Promise.all(layout.nodes.map((node) => nodeFiles(layout, node, authority))),
    // RSA: the Kubernetes clients of Spark before 4.0 cannot read EC keys.
    issue(authority, { commonName: administrator, usage: 'client', key: 'rsa' }),
    issue(authority, { commonName: 'break-glass', organizations: ['system:masters'], usage: 'client' }),
  ]);
  return [
    ...pairFiles(join(layout.folder, 'pki'), 'ca', authority),
    kubeconfigFile(breakGlassKubeconfig(layout), layout, authority, 'break-glass', breakGlass),
    ...controlPlane,
    ...nodes.flat(),
    // Last: its presence says that all the others are there.
    kubeconfigFile(layout.kubeconfig, layout, authority, administrator, admin),
  ];
}

/** All of them for a new cluster. */
export const pkiFiles = async (layout: Layout): Promise<FileContent[]> =>
  filesSignedBy(await createAuthority(`${layout.name}-ca`), layout);

/** What tokens of accounts, stored Secrets and kubeconfigs elsewhere depend on. */
const kept = ['ca.crt', 'ca.key', 'service-account.key', 'service-account.pub', 'encryption.json'];

/**
 * New certificates for a cluster that is there, by its own authority. Those of etcd and of the front proxy get new
 * authorities, which only programs of the first node know.
 */
export async function renewedPkiFiles(layout: Layout): Promise<FileContent[]> {
  const read = (name: string) => readFileSync(join(layout.folder, 'pki', name), 'utf8');
  const files = await filesSignedBy({ certificatePem: read('ca.crt'), keyPem: read('ca.key') }, layout);
  return files.filter(({ path }) => !kept.includes(basename(path)));
}

/** Milliseconds before the end of certificates or tokens from which on deploy renews them. */
export const renewalMs = 30 * 24 * 3_600_000;

/** Whether the certificates of a cluster end soon: all are issued at once, and that of the kubeconfig is written last. */
export function areCertificatesEnding({ kubeconfig }: Layout): boolean {
  try {
    const { users } = JSON.parse(readFileSync(kubeconfig, 'utf8')) as {
      users: { user: { 'client-certificate-data': string } }[];
    };
    const certificate = new X509Certificate(Buffer.from(users[0]?.user['client-certificate-data'] ?? '', 'base64'));
    return Date.parse(certificate.validTo) < Date.now() + renewalMs;
  } catch {
    // Someone else wrote that file.
    return false;
  }
}
