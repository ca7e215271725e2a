// Verbs that create, show and remove a cluster.
import type { VerbGroup } from '../verb.ts';
import { many, none, one } from '../words.ts';

export const clusterVerbs: VerbGroup = {
  heading: 'Clusters:',
  verbs: {
    demo: {
      summary: 'Create a cluster, build the image and run SparkPi',
      takes: none,
      examples: { demo: 'on this machine', 'demo --profile minikube-none': 'with minikube' },
      load: async () => (await import('../../../tasks/demo.ts')).demo,
    },
    deploy: {
      summary: 'Bring up a cluster that can run Spark jobs',
      takes: none,
      examples: {
        'deploy --set local.nodes=3': 'three nodes on this machine',
        'deploy --profile gke --dry-run': 'show what would be created in Google Cloud',
      },
      load: async () => (await import('../../../tasks/deploy.ts')).deploy,
    },
    status: {
      summary: 'Show the state of the cluster and its parts, or of one run',
      takes: one('[run]', 'run'),
      examples: { status: 'the cluster', 'status pi-1a2b': 'one run' },
      load: async () => (await import('../../../tasks/status.ts')).status,
    },
    standalone: {
      summary: "Run Spark's own master and workers in the cluster",
      usual: 'status',
      actions: {
        up: { summary: 'Start master and workers, or bring them up to date', takes: none },
        scale: {
          summary: 'Set the number of workers; removed workers hand over their blocks',
          takes: { ...one('<number>'), example: '5' },
        },
        autoscale: {
          summary: 'Let Kubernetes set the number of workers by their CPU',
          takes: none,
          flags: {
            '--min <number>': 'minimum number of workers; by default 1',
            '--max <number>': 'maximum number of workers',
            '--cpu <percent>': 'CPU that workers use on average, in percent of their request; by default 80',
            '--off': 'remove the autoscaler, and keep the present number of workers',
          },
        },
        status: { summary: 'Show master, workers and applications', takes: none },
        ui: { summary: 'Forward the pages of master, workers and applications to this machine', takes: none },
        shell: { summary: 'Open PySpark in a pod; a script on standard input runs and ends', takes: none },
        submit: {
          summary: 'Run a job on the workers and exit with its exit code',
          takes: { ...many('<job or file> [-- arguments]', 'job'), example: 'pi' },
          flags: {
            '--name <name>': 'the name of the run; a second submit under that name resumes the run',
            '--class <name>': 'main class of a jar',
            '--data <which>':
              'data that the workers can read: image:/path, storage:path, s3a://…, or a data set added with --way remote',
          },
        },
        down: { summary: 'End master, workers and all that runs on them', takes: none },
      },
      examples: {
        'standalone up --set standalone.workers=3': 'a master and three workers',
        'standalone submit pi': 'a job on them',
      },
      load: async ({ min, max, cpu, off, name, class: mainClass, data }) =>
        (await import('../../../tasks/standalone.ts')).standaloneWith({
          min,
          max,
          cpu,
          off: off !== undefined,
          name,
          class: mainClass,
          data,
        }),
    },
    kubeconfig: {
      summary: 'Add the cluster to your kubeconfig, or remove its entry',
      actions: {
        merge: { summary: 'Add the cluster to your kubeconfig, for kubectl', takes: none },
        remove: { summary: "Remove the cluster's entry from your kubeconfig", takes: none },
      },
      examples: { 'kubeconfig merge': 'then: kubectl --context local get pods' },
      load: async () => (await import('../../../tasks/kubeconfig.ts')).kubeconfig,
    },
    dns: {
      summary: 'Check CoreDNS, repair a forwarding loop, or undo the repair',
      usual: 'check',
      actions: {
        check: { summary: 'Check CoreDNS', takes: none },
        repair: { summary: 'Change the name servers of CoreDNS, and check that CoreDNS answers', takes: none },
        undo: { summary: 'Restore the original Corefile', takes: none },
      },
      load: async () => (await import('../../../tasks/dns.ts')).dns,
    },
    destroy: {
      summary: 'Delete the cluster and everything that belongs to it',
      takes: none,
      examples: { 'destroy --dry-run': 'show what would be removed' },
      load: async () => (await import('../../../tasks/destroy.ts')).destroy,
    },
  },
};
