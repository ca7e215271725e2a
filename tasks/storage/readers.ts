// Lets pods of other namespaces read the data sets of the S3 server without a key, and nothing else of it.
import { Failure } from '../core/failure.ts';
import { managedBy, selectorText } from '../kube/render.ts';
import type { Manifest, Ref } from '../kube/types.ts';
import type { Storage } from '../profile/blocks/storage.ts';
import type { Profile } from '../profile/schema.ts';
import { storageBucket, storageEndpoint, storageServer } from '../spark/storage.ts';
import { applyObjects } from '../steps/apply.ts';
import { removal } from '../steps/removal.ts';
import type { Context, SingleStep } from '../steps/types.ts';
import { askServer } from './head.ts';

/** Who reads: a name among all readers, and the labels of their namespaces. */
export interface Readers {
  name: string;
  namespaces: Readonly<Record<string, string>>;
}

/** Labels of the server's pod. */
export const serverPods = { 'app.kubernetes.io/name': storageServer.name } as const;

/** On the policies that let readers in. */
const readersLabel = { 'firesteel/opens': storageServer.name } as const;

/** The storage as readers have it: the same bucket without a key. Undefined if it opens only to keys. */
export function storageOfReaders(profile: Pick<Profile, 'storage' | 'namespace'>): Storage | undefined {
  const { storage } = profile;
  if (storage?.credentials.anonymous) return storage;
  if (!storage?.service) return undefined;
  const { accessKey, secretKey, keyFile } = storage.credentials;
  return {
    ...storage,
    service: false,
    endpoint: storageEndpoint(profile),
    bucket: storageBucket(storage),
    credentials: { accessKey, secretKey, keyFile, workloadIdentity: false, anonymous: true },
  };
}

const accessOf = ({ name }: Readers, { namespace }: Profile): Ref => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  name: `${storageServer.name}-${name}`,
  namespace,
});

const accessPolicy = (readers: Readers, profile: Profile): Manifest => {
  const { name, namespace, ...kind } = accessOf(readers, profile);
  return {
    ...kind,
    metadata: { name, namespace, labels: { ...managedBy, ...readersLabel } },
    spec: {
      podSelector: { matchLabels: { ...serverPods } },
      policyTypes: ['Ingress'],
      ingress: [
        {
          from: [{ namespaceSelector: { matchLabels: { ...readers.namespaces } } }],
          ports: [{ protocol: 'TCP', port: storageServer.port }],
        },
      ],
    },
  };
};

/** Everyone reads the data sets, and lists the bucket, which Hadoop does to find folders. */
const readPolicy = (bucket: string) => ({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: '*', Action: ['s3:GetObject'], Resource: [`arn:aws:s3:::${bucket}/data/*`] },
    { Effect: 'Allow', Principal: '*', Action: ['s3:ListBucket'], Resource: [`arn:aws:s3:::${bucket}`] },
  ],
});

/** What the server is asked of the rights to the bucket. Failure if it does not answer. */
async function askPolicy(context: Context, method: 'GET' | 'PUT' | 'DELETE', body?: string): Promise<Response> {
  return askServer(context, { method, query: '?policy', ...(body ? { body } : {}) }).catch((cause: unknown) => {
    context.signal.throwIfAborted();
    if (cause instanceof Failure && cause.hint) throw cause;
    throw new Failure('the S3 server does not answer', { hint: 'start it: firesteel data up', cause });
  });
}

/** Opens the data sets of the profile's S3 server to readers; no step without such a server. */
export function openToReaders(profile: Profile, readers: Readers): SingleStep[] {
  const { storage } = profile;
  if (!storage?.service) return [];
  const wanted = JSON.stringify(readPolicy(storageBucket(storage)));
  return [
    {
      title: 'Let readers open the data sets without a key',
      skip: async (context) => {
        const answer = await askPolicy({ ...context, profile }, 'GET');
        return answer.ok && (await answer.text()) === wanted && 'already up to date';
      },
      run: async (context, out) => {
        await context.change(`allow reading data/ of bucket ${storageBucket(storage)}`, async () => {
          const answer = await askPolicy({ ...context, profile }, 'PUT', wanted);
          if (!answer.ok) throw new Failure(`the S3 server answers ${answer.status}: ${await answer.text()}`);
        });
        out.line(`data/ of bucket ${storageBucket(storage)}`);
      },
    },
    applyObjects({ title: 'Let readers reach the S3 server', manifests: () => [accessPolicy(readers, profile)] }),
  ];
}

/** Closes the S3 server to readers again; with the last of them, nobody reads without a key any more. */
export function closeToReaders(profile: Profile, readers: Readers): SingleStep[] {
  if (!profile.storage?.service) return [];
  const access = accessOf(readers, profile);
  return [
    removal('Close the S3 server to its readers', () => [access], { named: true }),
    {
      title: 'Close the data sets to all without a key',
      skip: async ({ kube }) => {
        const { apiVersion, kind } = access;
        const labelSelector = selectorText(readersLabel);
        const left = await kube.list({ apiVersion, kind, namespace: profile.namespace, labelSelector });
        return left.some(({ metadata }) => metadata.name !== access.name) && 'others still read them';
      },
      run: async (context, out) => {
        await context.change('forbid reading without a key', async () => {
          const answer = await askPolicy({ ...context, profile }, 'DELETE').catch((error: Failure) => error);
          // A server that does not run answers nobody.
          if (answer instanceof Error) out.line(answer.message);
        });
      },
    },
  ];
}
