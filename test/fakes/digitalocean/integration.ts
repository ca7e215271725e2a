// What DigitalOcean does in a cluster that may pull from its registry: a secret in every namespace, those to come too, which
// accounts called default name. https://docs.digitalocean.com/products/container-registry/how-to/use-registry-docker-kubernetes/
import { setTimeout as sleep } from 'node:timers/promises';
import type { Kube, Manifest } from '../../../tasks/kube/types.ts';

const secretOf = (name: string, namespace: string, login: string): Manifest => {
  const auths = { 'registry.digitalocean.com': { auth: Buffer.from(login).toString('base64') } };
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace },
    type: 'kubernetes.io/dockerconfigjson',
    data: { '.dockerconfigjson': Buffer.from(JSON.stringify({ auths })).toString('base64') },
  };
};

/** Keeps the secret of a registry in every namespace until `signal` aborts; `login` is `USER:PASSWORD`. */
export async function keepSecrets(kube: Kube, registry: string, login: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    for (const { metadata } of await kube.list({ apiVersion: 'v1', kind: 'Namespace' })) {
      const ref = { apiVersion: 'v1', kind: 'Secret', name: registry, namespace: metadata.name };
      if (!(await kube.get(ref))) await kube.create(secretOf(registry, metadata.name, login));
      const account = { apiVersion: 'v1', kind: 'ServiceAccount', name: 'default', namespace: metadata.name };
      const found = await kube.get(account);
      if (found && !found['imagePullSecrets'])
        await kube.patch(account, [{ op: 'add', path: '/imagePullSecrets', value: [{ name: registry }] }]);
    }
    await sleep(1000, undefined, { signal }).catch(() => {});
  }
}
