// The capacity of a cluster that does not exist yet, from its profile. Pure.
import type { Capacity } from '../../steps/cluster.ts';
import type { Room } from './room.ts';

/** What kubeadm's own pods request: https://github.com/kubernetes/kubernetes/blob/v1.36.3/cmd/kubeadm/app/phases/controlplane/manifests.go */
const kubeadmOwn = { cores: 0.75, mebibytes: 170 };

/** More than anybody asks for, of what nothing is known. */
const plenty = 2 ** 50;

const amounts = ({ cores = plenty / 1000, mebibytes = plenty / 2 ** 20 }) => ({
  cpu: cores * 1000,
  memory: mebibytes * 2 ** 20,
});

/** Kubernetes' own pods count for the first node; a node takes as many pods as there are. */
export function roomOf({ nodes, own = kubeadmOwn, ...each }: Capacity): Room {
  const taken = amounts(own);
  const nodeRoom = (number: number) => ({
    node: {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: number === 1 ? 'the node' : `node ${number}` },
      spec: {},
    },
    whole: { ...amounts(each), pods: plenty },
    held: number === 1 ? taken : {},
    kept: number === 1 ? taken : {},
    isOpen: true,
  });
  return {
    nodes: Array.from({ length: nodes }, (_, i) => nodeRoom(i + 1)),
    grows: false,
    isSeen: true,
    pods: [],
    quotas: [],
    limits: [],
  };
}
