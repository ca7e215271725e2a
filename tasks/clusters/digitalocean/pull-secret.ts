// Lets jobs use the pull secret that DigitalOcean gives only to accounts called default.
import type { V1Secret, V1ServiceAccount } from '@kubernetes/client-node';
import { until } from '../../core/wait.ts';
import type { KubeObject } from '../../kube/object.ts';
import type { Kube } from '../../kube/types.ts';
import type { Profile } from '../../profile/schema.ts';
import type { Context, SingleStep } from '../../steps/types.ts';
import { registryHost } from './registry.ts';

/** How long DigitalOcean may take to bring its secret, in seconds. */
const secretSeconds = 180;

type Account = KubeObject<V1ServiceAccount>;

function isForOurs({ type, data }: KubeObject<V1Secret>): boolean {
  const text = data?.['.dockerconfigjson'];
  if (type !== 'kubernetes.io/dockerconfigjson' || !text) return false;
  return Buffer.from(text, 'base64').toString().includes(registryHost);
}

/** The name of the secret with credentials of the registry; undefined if there is none yet. */
async function secretName(kube: Kube, namespace: string): Promise<string | undefined> {
  const secrets = (await kube.list({ apiVersion: 'v1', kind: 'Secret', namespace })) as KubeObject<V1Secret>[];
  return secrets.find(isForOurs)?.metadata.name;
}

const accountRefs = ({ serviceAccounts, namespace }: Profile) =>
  Object.values(serviceAccounts).map((name) => ({ apiVersion: 'v1', kind: 'ServiceAccount', name, namespace }));

async function jobAccounts({ kube }: Pick<Context, 'kube'>, profile: Profile): Promise<Account[]> {
  const found = await Promise.all(accountRefs(profile).map((ref) => kube.get(ref)));
  return found.flatMap((account) => account ?? []) as Account[];
}

/** Names the secret in the accounts of drivers and executors. */
export const allowAccounts = (profile: Profile): SingleStep => ({
  title: 'Allow jobs to pull from the registry',
  skip: async (context) => {
    const accounts = await jobAccounts(context, profile);
    if (accounts.length === 0) return 'there are no service accounts for jobs yet';
    const secret = await secretName(context.kube, profile.namespace);
    const isNamed = ({ imagePullSecrets = [] }: Account) => imagePullSecrets.some(({ name }) => name === secret);
    return secret !== undefined && accounts.every(isNamed) && 'jobs can already pull';
  },
  run: async (context, out) => {
    const { kube, signal } = context;
    const name = await until<string>({
      for: `secret for ${registryHost} in namespace ${profile.namespace}`,
      seconds: secretSeconds,
      everyMs: 1000,
      signal,
      onSeen: out.line,
      hint: 'open the registry in the control panel and integrate it with this cluster',
      probe: async () => {
        const found = await secretName(kube, profile.namespace);
        return found ? { done: found } : { seen: 'DigitalOcean has not created the secret yet' };
      },
    });
    for (const { metadata, imagePullSecrets: named = [] } of await jobAccounts(context, profile)) {
      if (named.some((one) => one.name === name)) continue;
      await kube.patch({ apiVersion: 'v1', kind: 'ServiceAccount', ...metadata }, [
        { op: 'add', path: '/imagePullSecrets', value: [...named, { name }] },
      ]);
      out.line(metadata.name);
    }
  },
});
