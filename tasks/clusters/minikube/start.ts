// The command that starts a minikube cluster, with every flag from the profile.
import { Failure } from '../../core/failure.ts';
import type { Command } from '../../core/types.ts';
import { quantityValue } from '../../kube/quantity.ts';
import type { Profile } from '../../profile/schema.ts';
import type { Setting } from '../made-with.ts';
import { minikubeCommand } from './command.ts';
import type { Driver } from './driver.ts';
import type { MadeConfig } from './status.ts';

/**
 * What has to be up before start is through. Not DNS and not the system's pods: a CoreDNS in a loop would keep it for
 * minutes beyond --wait-timeout, where deploy sees the loop in seconds.
 */
const waited = ['apiserver', 'default_sa', 'node_ready', 'kubelet'];

/** The file for kubelet's resolvConf, as minikube takes it. */
export const resolvConfKey = 'kubelet.resolv-conf';

/** A Kubernetes quantity as minikube takes sizes, in whole MiB, which it writes mb. pkg/util/utils.go, CalculateSizeInMB. */
export function megabytes(quantity: string): string {
  const bytes = quantityValue(quantity);
  if (bytes === undefined) throw new Failure(`"${quantity}" is not a size`, { hint: 'write the size as 8Gi' });
  return `${Math.floor(bytes / 2 ** 20)}mb`;
}

/** `minikube start` for this profile; `resolvConf` is the file kubelet's pods take their name servers from. */
export function startCommand(profile: Profile, driver: Driver, resolvConf?: string): Command {
  const { memory, cpus, diskSize, nodes, kubernetesVersion, containerRuntime, addons, waitTimeout, flags } =
    profile.minikube;
  const extraConfig = { ...(resolvConf ? { [resolvConfKey]: resolvConf } : {}), ...profile.minikube.extraConfig };
  return minikubeCommand(
    profile,
    'start',
    `--driver=${driver}`,
    `--container-runtime=${containerRuntime}`,
    ...(kubernetesVersion ? [`--kubernetes-version=${kubernetesVersion}`] : []),
    ...(memory ? [`--memory=${megabytes(memory)}`] : []),
    ...(cpus ? [`--cpus=${cpus}`] : []),
    ...(diskSize ? [`--disk-size=${megabytes(diskSize)}`] : []),
    // Driver none knows one node only, and refuses a word about it.
    ...(nodes > 1 ? [`--nodes=${nodes}`] : []),
    ...(addons.length > 0 ? [`--addons=${addons.join(',')}`] : []),
    ...Object.entries(extraConfig).map(([key, value]) => `--extra-config=${key}=${value}`),
    `--wait=${waited.join(',')}`,
    `--wait-timeout=${waitTimeout}`,
    // The kubeconfig then works alone, wherever it is copied or merged.
    '--embed-certs',
    '--interactive=false',
    '--output=json',
    ...flags,
  );
}

/** Settings that only a creation takes, with what a cluster has of them. */
export function requestedSettings({ minikube }: Profile, made: MadeConfig): Setting[] {
  const { KubernetesConfig: kubernetes = {} } = made;
  const size = (asked: string | undefined) => asked && megabytes(asked);
  const present = (mebibytes: number | undefined) => (mebibytes ? `${mebibytes}mb` : undefined);
  return [
    { key: 'minikube.memory', profile: size(minikube.memory), cluster: present(made.Memory) },
    { key: 'minikube.cpus', profile: minikube.cpus, cluster: made.CPUs || undefined },
    { key: 'minikube.diskSize', profile: size(minikube.diskSize), cluster: present(made.DiskSize) },
    { key: 'minikube.nodes', profile: minikube.nodes, cluster: made.Nodes?.length },
    {
      key: 'minikube.kubernetesVersion',
      profile: minikube.kubernetesVersion,
      cluster: kubernetes.KubernetesVersion || undefined,
    },
    {
      key: 'minikube.containerRuntime',
      profile: minikube.containerRuntime,
      cluster: kubernetes.ContainerRuntime || undefined,
    },
  ];
}
