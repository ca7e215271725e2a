// Starts, awaits and removes the S3 server in the cluster.
import { pullSecretsOf } from '../access/pull-secrets.ts';
import { Failure } from '../core/failure.ts';
import { until } from '../core/wait.ts';
import { type Deployment, isServing } from '../kube/deployment.ts';
import { renderTemplate } from '../kube/render.ts';
import type { Kube, Manifest, Ref } from '../kube/types.ts';
import type { Profile } from '../profile/schema.ts';
import type { Pod } from '../spark/pod.ts';
import { containerSecurityContext, podSecurityContext } from '../spark/pod-security.ts';
import { storageBucket, storageSecret, storageServer } from '../spark/storage.ts';
import { applyObjects } from '../steps/apply.ts';
import { removal } from '../steps/removal.ts';
import type { Context, Step } from '../steps/types.ts';
import { whatKeeps } from './pod.ts';

/** A new volume in a cloud takes a minute, and so does a first pull; seconds. */
const startSeconds = 300;

const { name, port, keys } = storageServer;

/** The objects of templates/storage.yaml for a profile. */
async function serverObjects(context: Context, image: string): Promise<Manifest[]> {
  const { namespace, serviceAccounts, storage } = context.profile;
  if (!storage) return [];
  const { size, storageClass, credentials } = storage;
  return renderTemplate('storage', {
    name,
    namespace,
    image,
    port,
    bucket: storageBucket(storage),
    secret: storageSecret(storage) ?? keys,
    accessKey: credentials.accessKey,
    secretKey: credentials.secretKey,
    serviceAccount: serviceAccounts.executor,
    pullSecrets: await pullSecretsOf(context),
    podSecurityContext,
    containerSecurityContext: { ...containerSecurityContext, readOnlyRootFilesystem: true },
    resources: { requests: { cpu: '50m', memory: '128Mi' }, limits: { memory: '512Mi' } },
    claim: {
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: size } },
      ...(storageClass ? { storageClassName: storageClass } : {}),
    },
  });
}

const serverRefs = ({ namespace }: Profile): Ref[] => [
  { apiVersion: 'apps/v1', kind: 'Deployment', name, namespace },
  { apiVersion: 'v1', kind: 'Service', name, namespace },
  { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', name, namespace },
];

/** The claim with all objects, and the Secret with the key. */
const keptRefs = ({ namespace }: Profile): Ref[] => [
  { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name, namespace },
  { apiVersion: 'v1', kind: 'Secret', name: keys, namespace },
];

/** Starts the server of `state.storage`, and waits until it answers. */
export const startServer: Step[] = [
  applyObjects({
    title: 'Start the S3 server',
    manifests: (context) => {
      const { storage } = context.state;
      if (!storage) throw new Failure('there is no image of the S3 server');
      return serverObjects(context, storage);
    },
  }),
  {
    title: 'Wait for the S3 server',
    observes: true,
    run: async ({ kube, profile, signal }, out) => {
      const [deployment] = serverRefs(profile);
      await until({
        for: 'S3 server',
        seconds: startSeconds,
        everyMs: 300,
        signal,
        onSeen: out.line,
        hint: `inspect its pod: kubectl --namespace ${profile.namespace} describe pod --selector app.kubernetes.io/name=${name}`,
        probe: async () => {
          const live = deployment && ((await kube.get(deployment)) as Deployment | undefined);
          if (live && isServing(live)) return { done: true };
          const pod = live && (await newestPod(kube, live));
          return { seen: pod ? await whatKeeps(kube, pod) : 'its pod is not ready' };
        },
      });
    },
  },
];

/** The pod of the present settings, once the Deployment has made one. */
async function newestPod(kube: Kube, { metadata, status }: Deployment): Promise<Pod | undefined> {
  if (status?.observedGeneration !== metadata.generation || !status?.updatedReplicas) return undefined;
  const labelSelector = `app.kubernetes.io/name=${name}`;
  const pods = await kube.list({ apiVersion: 'v1', kind: 'Pod', namespace: metadata.namespace ?? '', labelSelector });
  const madeAt = (pod: Pod) => pod.metadata.creationTimestamp ?? '';
  return (pods as Pod[]).sort((a, b) => madeAt(b).localeCompare(madeAt(a)))[0];
}

/** Ends the server; its claim and its key stay. */
export const stopServer = removal('Stop the S3 server', ({ profile }) => serverRefs(profile), { named: true });

/** Removes what the server held, for good. */
export const removeObjects = removal('Remove all objects and the key', ({ profile }) => keptRefs(profile), {
  named: true,
});

/** What `removeObjects` would remove, a line each. */
export const heldObjects = (profile: Profile): string[] => [
  `claim ${name} in namespace ${profile.namespace}, with all objects of the S3 server`,
];
