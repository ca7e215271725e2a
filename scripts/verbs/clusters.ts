// Verbs that make, show and end a cluster.
import type { VerbGroup } from '../verb.ts';
import { none, one } from '../words.ts';

export const clusterVerbs: VerbGroup = {
  heading: 'Clusters:',
  verbs: {
    demo: {
      summary: 'From nothing to pi: cluster, image, access, SparkPi',
      takes: none,
      examples: { demo: 'on this machine', 'demo --profile minikube-none': 'with minikube' },
      load: async () => (await import('../../tasks/demo.ts')).demo,
    },
    deploy: {
      summary: 'Bring up a cluster that can run Spark jobs',
      takes: none,
      examples: {
        'deploy --set local.nodes=3': 'three nodes on this machine',
        'deploy --profile gke --dry-run': 'show what Google Kubernetes Engine would be asked for',
      },
      load: async () => (await import('../../tasks/deploy.ts')).deploy,
    },
    status: {
      summary: 'Show each part of the cluster, or one run',
      takes: one('[run]', 'run'),
      examples: { status: 'the cluster', 'status pi-1a2b': 'one run' },
      load: async () => (await import('../../tasks/status.ts')).status,
    },
    kubeconfig: {
      summary: "Add the cluster to the user's own kubeconfig, or take it out",
      actions: {
        merge: { summary: 'Add the cluster, so that kubectl finds it', takes: none },
        remove: { summary: 'Take the cluster out', takes: none },
      },
      examples: { 'kubeconfig merge': 'then: kubectl --context local get pods' },
      load: async () => (await import('../../tasks/kubeconfig.ts')).kubeconfig,
    },
    dns: {
      summary: 'Look at CoreDNS, repair a forwarding loop of it, or undo the repair',
      usual: 'check',
      actions: {
        check: { summary: 'Look at CoreDNS', takes: none },
        repair: { summary: 'Forward to other name servers, and prove that names are answered', takes: none },
        undo: { summary: 'Put the original Corefile back', takes: none },
      },
      load: async () => (await import('../../tasks/dns.ts')).dns,
    },
    destroy: {
      summary: 'End the cluster and remove all of it',
      takes: none,
      examples: { 'destroy --dry-run': 'show what would be removed' },
      load: async () => (await import('../../tasks/destroy.ts')).destroy,
    },
  },
};
