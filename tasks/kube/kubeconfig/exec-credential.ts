// firesteel as a credential plug-in of kubectl and other clients: its kubeconfig user and its output.
// Contract: https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins
import { projectPath } from '../../core/paths.ts';

/** A token and when it ends. */
export interface BearerToken {
  token: string;
  /** Left out if nobody knows. */
  expires?: Date;
}

const apiVersion = 'client.authentication.k8s.io/v1';

/** A token counts as ended this much earlier, in milliseconds, so that none ends on its way. */
const earlyMs = 30_000;

/** What a credential plug-in prints. */
export const execCredential = ({ token, expires }: BearerToken): string =>
  JSON.stringify({
    apiVersion,
    kind: 'ExecCredential',
    status: {
      token,
      ...(expires ? { expirationTimestamp: new Date(expires.getTime() - earlyMs).toISOString() } : {}),
    },
  });

/** The words that start this very firesteel again, from any folder: its bundle, or its sources. */
function ownCommand(): string[] {
  if (!import.meta.url.endsWith('.ts')) return [process.execPath, projectPath('dist', 'firesteel.js')];
  return [process.execPath, '--import', import.meta.resolve('tsx'), projectPath('scripts', 'firesteel.ts')];
}

/** A kubeconfig's user whose token comes from `firesteel credential ...args` whenever the last one has ended. */
export function execUser(...args: string[]): Record<string, unknown> {
  const [command, ...own] = ownCommand();
  return {
    exec: {
      apiVersion,
      command,
      args: [...own, 'credential', ...args],
      interactiveMode: 'Never',
      provideClusterInfo: false,
    },
  };
}
