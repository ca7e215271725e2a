// Makes the request that creates a hardened cluster, Standard or Autopilot.
import type { protos } from '@google-cloud/container';
import type { Profile } from '../../profile/schema.ts';
import type { Setting } from '../made-with.ts';
import { nodeAccount, ownLabel, parentOf, projectOf, workloadPool } from './names.ts';

/** google.container.v1.CreateClusterRequest; enums by their names. */
export type CreateClusterRequest = protos.google.container.v1.ICreateClusterRequest;

type GkeCluster = protos.google.container.v1.ICluster;
type NodePool = protos.google.container.v1.INodePool;

/** By its name like every enum here; the types have names only where there is one value, not a list. */
const systemOnly = ['SYSTEM_COMPONENTS'] as unknown as [1];

/** With its own account, what a node may do is up to the account's roles alone. */
const scopes = ['https://www.googleapis.com/auth/cloud-platform'];

/**
 * Pure: the same profile makes the same request.
 * https://cloud.google.com/kubernetes-engine/docs/reference/rest/v1/projects.locations.clusters#Cluster
 */
export function createClusterRequest(profile: Profile): CreateClusterRequest {
  const { gke } = profile;
  return {
    parent: parentOf(profile),
    cluster: {
      ...everywhere(profile),
      ...(gke.mode === 'autopilot' ? autopilot(profile) : standard(profile)),
    },
  };
}

/** Its read-only port tells everybody in the network what runs here. */
const kubelet = { insecureKubeletReadonlyPortEnabled: false };

/** Labels of the cluster and of its machines and disks. */
const labels = ({ gke }: Profile) => ({ ...gke.labels, [ownLabel.key]: ownLabel.value });

/** What both modes have. */
function everywhere(profile: Profile): GkeCluster {
  const { gke, clusterName } = profile;
  return {
    name: clusterName,
    resourceLabels: labels(profile),
    releaseChannel: { channel: gke.releaseChannel },
    ...(gke.version ? { initialClusterVersion: gke.version } : {}),
    ipAllocationPolicy: { useIpAliases: true },
    masterAuth: { clientCertificateConfig: { issueClientCertificate: false } },
    legacyAbac: { enabled: false },
    rbacBindingConfig: {
      enableInsecureBindingSystemUnauthenticated: false,
      enableInsecureBindingSystemAuthenticated: false,
    },
    securityPostureConfig: { mode: 'BASIC' },
    // Logs of jobs stay with the jobs; those of the system are what an audit asks for.
    loggingConfig: { componentConfig: { enableComponents: systemOnly } },
    ...(gke.authorizedNetworks ? { controlPlaneEndpointsConfig: endpoints(gke.authorizedNetworks) } : {}),
    ...(gke.encryptionKey ? { databaseEncryption: { state: 'ENCRYPTED', keyName: gke.encryptionKey } } : {}),
  };
}

const endpoints = (networks: string[]): GkeCluster['controlPlaneEndpointsConfig'] => ({
  ipEndpointsConfig: {
    enabled: true,
    enablePublicEndpoint: true,
    authorizedNetworksConfig: {
      enabled: true,
      cidrBlocks: networks.map((cidrBlock) => ({ cidrBlock })),
      // Else every machine that anybody has in Google's cloud could reach it.
      gcpPublicCidrsAccessEnabled: false,
    },
  },
});

/**
 * Autopilot has Workload Identity, shielded nodes, Dataplane V2, intra-node visibility, repair and upgrade of nodes by
 * itself and takes no word on them: https://cloud.google.com/kubernetes-engine/docs/resources/autopilot-standard-feature-comparison
 */
function autopilot(profile: Profile): GkeCluster {
  return {
    autopilot: { enabled: true },
    autoscaling: {
      autoprovisioningNodePoolDefaults: { serviceAccount: nodeAccount(profile), oauthScopes: scopes },
    },
    nodePoolAutoConfig: { nodeKubeletConfig: kubelet },
    networkConfig: { defaultEnablePrivateNodes: profile.gke.privateNodes },
  };
}

function standard(profile: Profile): GkeCluster {
  return {
    workloadIdentityConfig: { workloadPool: workloadPool(projectOf(profile)) },
    shieldedNodes: { enabled: true },
    networkConfig: {
      // Dataplane V2: without it a NetworkPolicy is accepted and does nothing.
      datapathProvider: 'ADVANCED_DATAPATH',
      enableIntraNodeVisibility: true,
      defaultEnablePrivateNodes: profile.gke.privateNodes,
    },
    monitoringConfig: {
      componentConfig: { enableComponents: systemOnly },
      // Its collectors would take from every node what a small executor needs.
      managedPrometheusConfig: { enabled: false },
    },
    nodePools: [nodePool(profile)],
  };
}

const nodePool = (profile: Profile): NodePool => ({
  name: 'default',
  initialNodeCount: profile.gke.nodes,
  management: { autoRepair: true, autoUpgrade: true },
  config: {
    machineType: profile.gke.machineType,
    diskType: profile.gke.diskType,
    diskSizeGb: profile.gke.diskSizeGb,
    spot: profile.gke.spot,
    imageType: 'COS_CONTAINERD',
    serviceAccount: nodeAccount(profile),
    oauthScopes: scopes,
    metadata: { 'disable-legacy-endpoints': 'true' },
    workloadMetadataConfig: { mode: 'GKE_METADATA' },
    shieldedInstanceConfig: { enableSecureBoot: true, enableIntegrityMonitoring: true },
    kubeletConfig: kubelet,
    resourceLabels: labels(profile),
  },
});

/** Settings that only a creation takes, with what a cluster has of them. */
export function requestedSettings({ gke }: Profile, cluster: GkeCluster): Setting[] {
  const { autopilot, releaseChannel, networkConfig, databaseEncryption, controlPlaneEndpointsConfig } = cluster;
  const pool = cluster.nodePools?.find(({ name }) => name === 'default');
  const blocks = controlPlaneEndpointsConfig?.ipEndpointsConfig?.authorizedNetworksConfig?.cidrBlocks ?? [];
  const everywhere: Setting[] = [
    { key: 'gke.mode', profile: gke.mode, cluster: autopilot?.enabled ? 'autopilot' : 'standard' },
    { key: 'gke.releaseChannel', profile: gke.releaseChannel, cluster: releaseChannel?.channel },
    { key: 'gke.privateNodes', profile: gke.privateNodes, cluster: networkConfig?.defaultEnablePrivateNodes },
    { key: 'gke.encryptionKey', profile: gke.encryptionKey ?? null, cluster: databaseEncryption?.keyName || null },
    {
      key: 'gke.authorizedNetworks',
      profile: gke.authorizedNetworks ?? [],
      cluster: blocks.map((one) => one.cidrBlock),
    },
  ];
  if (autopilot?.enabled || gke.mode === 'autopilot') return everywhere;
  return [
    ...everywhere,
    { key: 'gke.nodes', profile: gke.nodes, cluster: pool?.initialNodeCount },
    { key: 'gke.machineType', profile: gke.machineType, cluster: pool?.config?.machineType },
    { key: 'gke.diskType', profile: gke.diskType, cluster: pool?.config?.diskType },
    { key: 'gke.diskSizeGb', profile: gke.diskSizeGb, cluster: pool?.config?.diskSizeGb },
    { key: 'gke.spot', profile: gke.spot, cluster: pool?.config?.spot },
  ];
}
