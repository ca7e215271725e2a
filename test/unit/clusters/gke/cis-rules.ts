// CIS Google Kubernetes Engine Benchmark 1.8, section 5, as predicates over a request; and what hardening adds to it.
import { nodeRoles } from '../../../../tasks/clusters/gke/account-requests.ts';
import { nodeAccount, registryOf } from '../../../../tasks/clusters/gke/names.ts';
import type { CreateClusterRequest } from '../../../../tasks/clusters/gke/request.ts';
import type { Profile } from '../../../../tasks/profile/schema.ts';

type GkeCluster = NonNullable<CreateClusterRequest['cluster']>;
export type Kept = (cluster: GkeCluster, profile: Profile) => unknown;

export interface Rule {
  id: string;
  says: string;
  /** Whether a request keeps to it; a text says why that is not for the request to tell. */
  standard: Kept | string;
  /** Left out: as standard. A text: Autopilot has it by itself, or why not. */
  autopilot?: Kept | string;
  /** The profile's key that a person sets to keep to it: the shipped profiles leave it open. */
  key?: string;
}

const builtIn = 'Autopilot has it always';
const pools = ({ nodePools }: GkeCluster) => nodePools ?? [];
const everyPool =
  (kept: (pool: NonNullable<GkeCluster['nodePools']>[number]) => unknown): Kept =>
  (cluster) =>
    pools(cluster).length > 0 && pools(cluster).every(kept);
const isOwnAccount = (email: unknown, profile: Profile) =>
  email === nodeAccount(profile) && !/^(default|\d+-compute@developer\.gserviceaccount\.com)$/.test(String(email));

export const rules: Rule[] = [
  { id: '5.1.1', says: 'image vulnerability scanning', standard: 'a setting of the project: containerscanning API' },
  { id: '5.1.2', says: 'few may push images', standard: 'a policy of the repository' },
  {
    id: '5.1.3',
    says: 'nodes only read images',
    standard: () =>
      nodeRoles.includes('roles/artifactregistry.reader') && !/writer|admin|editor|owner/i.test(nodeRoles.join()),
  },
  {
    id: '5.1.4',
    says: 'trusted images only',
    standard: (_, profile) => registryOf(profile).includes('-docker.pkg.dev/'),
  },
  {
    id: '5.2.1',
    says: 'not the default service account of Compute Engine',
    standard: (cluster, profile) =>
      pools(cluster).length > 0 && pools(cluster).every(({ config }) => isOwnAccount(config?.serviceAccount, profile)),
    autopilot: ({ autoscaling }, profile) =>
      isOwnAccount(autoscaling?.autoprovisioningNodePoolDefaults?.serviceAccount, profile),
  },
  {
    id: '5.2.2',
    says: 'Workload Identity',
    standard: ({ workloadIdentityConfig }, { gke }) =>
      workloadIdentityConfig?.workloadPool === `${gke.project}.svc.id.goog`,
    autopilot: builtIn,
  },
  {
    id: '5.3.1',
    says: 'Secrets are encrypted by a key of Cloud KMS',
    standard: ({ databaseEncryption }, { gke }) =>
      databaseEncryption?.state === 'ENCRYPTED' && databaseEncryption.keyName === gke.encryptionKey,
    key: 'encryptionKey',
  },
  {
    id: '5.4.1',
    says: 'GKE metadata server',
    standard: everyPool(
      ({ config }) =>
        config?.workloadMetadataConfig?.mode === 'GKE_METADATA' &&
        config.metadata?.['disable-legacy-endpoints'] === 'true',
    ),
    autopilot: builtIn,
  },
  {
    id: '5.5.1',
    says: 'Container-Optimized OS',
    standard: everyPool(({ config }) => config?.imageType === 'COS_CONTAINERD'),
    autopilot: builtIn,
  },
  {
    id: '5.5.2',
    says: 'auto-repair',
    standard: everyPool(({ management }) => management?.autoRepair),
    autopilot: builtIn,
  },
  {
    id: '5.5.3',
    says: 'auto-upgrade',
    standard: everyPool(({ management }) => management?.autoUpgrade),
    autopilot: builtIn,
  },
  {
    id: '5.5.4',
    says: 'release channel',
    standard: ({ releaseChannel }) =>
      ['RAPID', 'REGULAR', 'STABLE', 'EXTENDED'].includes(String(releaseChannel?.channel)),
  },
  { id: '5.5.5', says: 'shielded nodes', standard: ({ shieldedNodes }) => shieldedNodes?.enabled, autopilot: builtIn },
  {
    id: '5.5.6',
    says: 'integrity monitoring',
    standard: everyPool(({ config }) => config?.shieldedInstanceConfig?.enableIntegrityMonitoring),
    autopilot: builtIn,
  },
  {
    id: '5.5.7',
    says: 'secure boot',
    standard: everyPool(({ config }) => config?.shieldedInstanceConfig?.enableSecureBoot),
    autopilot: builtIn,
  },
  {
    id: '5.6.1',
    says: 'intra-node visibility; flow logs are a setting of the subnet',
    standard: ({ networkConfig }) => networkConfig?.enableIntraNodeVisibility,
    autopilot: builtIn,
  },
  { id: '5.6.2', says: 'VPC-native', standard: ({ ipAllocationPolicy }) => ipAllocationPolicy?.useIpAliases },
  {
    id: '5.6.3',
    says: 'authorized networks',
    standard: ({ controlPlaneEndpointsConfig }, { gke }) => {
      const networks = controlPlaneEndpointsConfig?.ipEndpointsConfig?.authorizedNetworksConfig;
      const blocks = networks?.cidrBlocks?.map(({ cidrBlock }) => cidrBlock);
      return (
        networks?.enabled &&
        networks.gcpPublicCidrsAccessEnabled === false &&
        JSON.stringify(blocks) === JSON.stringify(gke.authorizedNetworks)
      );
    },
    key: 'authorizedNetworks',
  },
  { id: '5.6.4', says: 'no public endpoint', standard: 'the command line is outside of the network of the cluster' },
  {
    id: '5.6.5',
    says: 'private nodes',
    standard: ({ networkConfig }) => networkConfig?.defaultEnablePrivateNodes,
    key: 'privateNodes',
  },
  { id: '5.6.6', says: 'firewall of nodes', standard: 'rules of the network' },
  { id: '5.6.7', says: "Google's certificates for load balancers", standard: 'we make no load balancer' },
  {
    id: '5.7.1',
    says: 'logging and monitoring',
    standard: ({ loggingConfig, monitoringConfig }) =>
      [loggingConfig, monitoringConfig].every((one) =>
        (one?.componentConfig?.enableComponents as unknown[] | undefined)?.includes('SYSTEM_COMPONENTS'),
      ),
    autopilot: ({ loggingConfig }) =>
      (loggingConfig?.componentConfig?.enableComponents as unknown[] | undefined)?.includes('SYSTEM_COMPONENTS'),
  },
  { id: '5.7.2', says: 'auditd of nodes', standard: 'a DaemonSet with root, against Pod Security' },
  {
    id: '5.8.1',
    says: 'no client certificate, no basic authentication',
    standard: ({ masterAuth }) =>
      masterAuth?.clientCertificateConfig?.issueClientCertificate === false &&
      masterAuth.username === undefined &&
      masterAuth.password === undefined,
  },
  { id: '5.8.2', says: 'Google Groups', standard: 'a setting of the organisation' },
  { id: '5.8.3', says: 'no ABAC', standard: ({ legacyAbac }) => legacyAbac?.enabled === false },
  { id: '5.9.1', says: 'own keys for volumes', standard: 'a setting of storage classes; jobs keep nothing on disks' },
  { id: '5.9.2', says: 'own keys for boot disks', standard: 'nothing of a job outlives its node on them' },
  { id: '5.10.1', says: 'no dashboard', standard: ({ addonsConfig }) => !addonsConfig?.kubernetesDashboard },
  { id: '5.10.2', says: 'no alpha', standard: ({ enableKubernetesAlpha }) => !enableKubernetesAlpha },
  { id: '5.10.3', says: 'sandbox', standard: 'Spark runs the code of the cluster’s user' },
  {
    id: '5.10.4',
    says: 'security posture',
    standard: ({ securityPostureConfig }) => securityPostureConfig?.mode === 'BASIC',
  },
  // Beyond the benchmark: https://cloud.google.com/kubernetes-engine/docs/how-to/hardening-your-cluster
  {
    id: 'Dataplane V2',
    says: 'a NetworkPolicy is enforced',
    standard: ({ networkConfig }) => networkConfig?.datapathProvider === 'ADVANCED_DATAPATH',
    autopilot: builtIn,
  },
  {
    id: 'RBAC',
    says: 'no rights for everybody',
    standard: ({ rbacBindingConfig }) =>
      rbacBindingConfig?.enableInsecureBindingSystemUnauthenticated === false &&
      rbacBindingConfig.enableInsecureBindingSystemAuthenticated === false,
  },
  {
    id: '4.2.4',
    says: "the kubelet's read-only port is shut",
    standard: everyPool(({ config }) => config?.kubeletConfig?.insecureKubeletReadonlyPortEnabled === false),
    autopilot: ({ nodePoolAutoConfig }) =>
      nodePoolAutoConfig?.nodeKubeletConfig?.insecureKubeletReadonlyPortEnabled === false,
  },
];
