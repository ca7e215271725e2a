// Verbs that make, show and end a cluster.
import type { VerbGroup } from '../verb.ts';
import { none, one } from '../words.ts';

export const clusterVerbs: VerbGroup = {
  heading: 'Clusters:',
  verbs: {
    demo: {
      summary: 'Create a cluster, build the image and run SparkPi',
      takes: none,
      examples: { demo: 'on this machine', 'demo --profile minikube-none': 'with minikube' },
      load: async () => (await import('../../tasks/demo.ts')).demo,
    },
    deploy: {
      summary: 'Bring up a cluster that can run Spark jobs',
      takes: none,
      examples: {
        'deploy --set local.nodes=3': 'three nodes on this machine',
        'deploy --profile gke --dry-run': 'show what would be created in Google Cloud',
      },
      load: async () => (await import('../../tasks/deploy.ts')).deploy,
    },
    status: {
      summary: 'Show the state of the cluster and its parts, or of one run',
      takes: one('[run]', 'run'),
      examples: { status: 'the cluster', 'status pi-1a2b': 'one run' },
      load: async () => (await import('../../tasks/status.ts')).status,
    },
    kubeconfig: {
      summary: 'Add the cluster to your kubeconfig, or remove its entry',
      actions: {
        merge: { summary: 'Add the cluster to your kubeconfig, for kubectl', takes: none },
        remove: { summary: "Remove the cluster's entry from your kubeconfig", takes: none },
      },
      examples: { 'kubeconfig merge': 'then: kubectl --context local get pods' },
      load: async () => (await import('../../tasks/kubeconfig.ts')).kubeconfig,
    },
    dns: {
      summary: 'Check CoreDNS, repair a forwarding loop, or undo the repair',
      usual: 'check',
      actions: {
        check: { summary: 'Check CoreDNS', takes: none },
        repair: { summary: 'Point CoreDNS to other name servers, and check that CoreDNS answers', takes: none },
        undo: { summary: 'Restore the original Corefile', takes: none },
      },
      load: async () => (await import('../../tasks/dns.ts')).dns,
    },
    destroy: {
      summary: 'Delete the cluster and everything that belongs to it',
      takes: none,
      examples: { 'destroy --dry-run': 'show what would be removed' },
      load: async () => (await import('../../tasks/destroy.ts')).destroy,
    },
  },
};
