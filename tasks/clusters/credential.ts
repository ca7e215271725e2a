// credential: the credential plug-in that our kubeconfigs name; kubectl and other clients call it.
import { usageFailure } from '../core/failure.ts';
import { type BearerToken, execCredential } from '../kube/kubeconfig/exec-credential.ts';

/** A request for a token ends by itself, in milliseconds: the caller of a plug-in waits for it. */
const patienceMs = 60_000;

/** Of each cloud, by its name in `firesteel credential NAME ...`; only the one that is requested is loaded. */
const sources: Record<string, (args: string[]) => Promise<BearerToken>> = {
  google: async () => (await import('./gke/api/credentials.ts')).openCredentials().token(),
  digitalocean: async ([id = '']) =>
    (await import('./digitalocean/credentials.ts')).clusterToken(id, AbortSignal.timeout(patienceMs)),
};

/** A token as one line of JSON, with which the caller continues until it ends. Usage Failure if nobody knows such a cloud. */
export async function credential([name = '', ...args]: string[]): Promise<string> {
  const source = Object.hasOwn(sources, name) ? sources[name] : undefined;
  if (!source) throw usageFailure(`credential "${name}": expected ${Object.keys(sources).join(' or ')}`);
  return execCredential(await source(args));
}
