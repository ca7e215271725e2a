// The account of the enforcer of NetworkPolicies, and its token on every node.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Exec } from '../../../core/types.ts';
import { tokenClaims } from '../../../kube/kubeconfig/account-token.ts';
import type { Profile } from '../../../profile/schema.ts';
import { applyTemplate } from '../../../steps/apply.ts';
import type { Step } from '../../../steps/types.ts';
import { renewalMs } from '../control-plane/pki.ts';
import { layoutOf, type NodeLayout } from '../layout.ts';
import { isEnforcing, tokenFile } from './policies.ts';

const account = { name: 'network-policies', namespace: 'kube-system' };

/** A year in seconds, as long as the certificates of the cluster. */
const tokenSeconds = 365 * 24 * 3600;

const tokenPath = (node: NodeLayout): string => join(node.folder, 'pki', tokenFile);

/** Whether a node has a token of this account that does not end soon. */
function hasToken(node: NodeLayout, account: string): boolean {
  const claims = tokenClaims(tokenOn(node));
  return claims?.account === account && claims.expires * 1000 > Date.now() + renewalMs;
}

const tokenOn = (node: NodeLayout): string =>
  existsSync(tokenPath(node)) ? readFileSync(tokenPath(node), 'utf8') : '';

/** The nodes that are to have it. */
const wantedOn = async (profile: Profile, read: Exec): Promise<NodeLayout[]> =>
  (await layoutOf(profile, read)).nodes.filter(isEnforcing);

const needless = 'NetworkPolicies are not enforced';

/** The enforcer waits for its token. */
export const enforcerSteps = (profile: Profile): Step[] => {
  const grant = applyTemplate('Grant the enforcer access to NetworkPolicies', 'local-network-policies', {});
  return [
    {
      ...grant,
      skip: async (context) =>
        (await wantedOn(profile, context.read)).length === 0 ? needless : ((await grant.skip?.(context)) ?? false),
    },
    {
      title: 'Give the enforcer its token',
      skip: async ({ kube, read }) => {
        const nodes = await wantedOn(profile, read);
        if (nodes.length === 0) return needless;
        const live = await kube.get({ apiVersion: 'v1', kind: 'ServiceAccount', ...account }).catch(() => undefined);
        const uid = live?.metadata.uid ?? 'none';
        return nodes.every((node) => hasToken(node, uid)) && 'already there';
      },
      run: async ({ kube, read, write }) => {
        const content = await kube.issueToken(account, tokenSeconds);
        const nodes = await wantedOn(profile, read);
        await write(nodes.map((node) => ({ path: tokenPath(node), content, mode: 0o600, shown: '(hidden)' })));
      },
    },
  ];
};
