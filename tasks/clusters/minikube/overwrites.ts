// What driver none changes on the machine it makes a node, said before it does.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Profile } from '../../lib/schema.ts';
import type { Exec } from '../../lib/types.ts';
import { isOurs } from '../ours.ts';
import { findDriver } from './status.ts';

/** pkg/minikube/bootstrapper/kubeadm, pkg/minikube/cruntime and pkg/drivers/none of minikube. */
const touched: [path: string, what: string][] = [
  ['/etc/kubernetes', 'overwritten by the new control plane; destroy removes its manifests and addons'],
  ['/var/lib/minikube', 'overwritten: certificates, etcd and its data; destroy removes it'],
  ['/var/lib/kubelet', "kubelet's configuration overwritten; destroy empties it"],
  ['/data/minikube', 'destroy removes it'],
  ['/etc/cni/net.d', 'other networks renamed to *.mk_disabled; destroy does not rename them back'],
  ['/etc/containerd/config.toml', 'edited, and containerd restarted'],
  ['/run/containerd/containerd.sock', 'destroy removes every pod of this container runtime'],
  ['/etc/crictl.yaml', 'overwritten'],
  ['/etc/systemd/system/kubelet.service.d', 'overwritten'],
  ['/etc/hosts', 'gets names such as control-plane.minikube.internal'],
];

/** A line for each; none once the cluster is ours. `root` is another place to look below. */
export async function minikubeOverwrites(profile: Profile, read: Exec, root = '/'): Promise<string[]> {
  if (profile.minikube.driver !== 'none') return [];
  if (isOurs(profile) && (await findDriver(profile, read)) === 'none') return [];
  return touched.filter(([path]) => existsSync(join(root, path))).map(([path, what]) => `${path}: ${what}`);
}
