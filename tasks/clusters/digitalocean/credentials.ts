// Fetches tokens for a cluster's API on request, and keeps none.
import type { BearerToken } from '../../kube/kubeconfig/exec-credential.ts';
import type { DoCredentials } from './answers.ts';
import { type Api, openApi } from './api.ts';

/** The lifetime of a token, in seconds; each one shows up in the account's list of tokens until it ends. */
const tokenSeconds = 3600;

/** Address, authority and a fresh token of a cluster. */
export const fetchCredentials = (api: Api, id: string, seconds = tokenSeconds): Promise<DoCredentials> =>
  api.get<DoCredentials>(
    `get access to cluster ${id}`,
    `/kubernetes/clusters/${encodeURIComponent(id)}/credentials?expiry_seconds=${seconds}`,
  );

/** What `firesteel credential digitalocean ID` prints: a token for the cluster with that id. */
export async function clusterToken(id: string, signal: AbortSignal): Promise<BearerToken> {
  const { token, expires_at: expires } = await fetchCredentials(openApi(signal), id);
  return { token, expires: new Date(expires) };
}
