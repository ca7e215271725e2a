// Configures Spark's own Kubernetes client: addresses as properties, credentials as files. Pure.
import { createPrivateKey } from 'node:crypto';
import { join } from 'node:path';
import { Failure } from '../../../core/failure.ts';
import type { FileContent } from '../../../core/types.ts';
import type { ClusterAccess } from '../../../kube/kubeconfig/client-config.ts';
import { isAtLeast } from '../../../spark/versions.ts';

export interface ClientSettings {
  /** https://spark.apache.org/docs/latest/running-on-kubernetes.html#spark-properties */
  properties: Record<string, string>;
  /** Credentials, readable for their owner only; the properties name them. */
  files: FileContent[];
  /** Environment of the process: nothing of the user's own kubeconfig, pod or proxy. */
  env: Record<string, string>;
}

const prefix = 'spark.kubernetes.authenticate.submission.';

/** Files are to be written in `folder`. Failure for access that no property of Spark's can express. */
export function clientSettings(access: ClusterAccess, folder: string, version: string): ClientSettings {
  const lack = unsupported(access, version);
  if (lack)
    throw new Failure(`spark-submit cannot use this kubeconfig: ${lack}`, {
      hint: 'omit --engine, or name a context with a certificate or a token',
    });
  const { server, proxy, tls, headers } = access;
  const token = /^Bearer (.+)$/s.exec(String(headers['Authorization']))?.[1];
  const contents: Record<string, string | undefined> = {
    caCertFile: tls.ca,
    clientCertFile: tls.cert,
    clientKeyFile: tls.key && readableKey(tls.key),
    oauthTokenFile: token,
  };
  const given = Object.entries(contents).flatMap(([key, content]) => (content ? [{ key, content }] : []));
  return {
    properties: {
      'spark.master': `k8s://${server}`,
      ...Object.fromEntries(given.map(({ key }) => [prefix + key, join(folder, key)])),
    },
    files: given.map(({ key, content }) => ({ path: join(folder, key), content, mode: 0o600, shown: '(hidden)' })),
    env: {
      // Whatever this file has goes before the files above.
      KUBECONFIG: '/dev/null',
      KUBERNETES_AUTH_TRYSERVICEACCOUNT: 'false',
      ...(tls.key && isEc(tls.key) ? { KUBERNETES_CERTS_CLIENT_KEY_ALGO: 'EC' } : {}),
      ...(proxy ? { HTTP_PROXY: proxy, HTTPS_PROXY: proxy } : {}),
    },
  };
}

const isEc = (pem: string): boolean => createPrivateKey(pem).asymmetricKeyType === 'ec';

/** The forms its client reads: SEC 1 of an EC key, PKCS #8 of any other. */
const readableKey = (pem: string): string =>
  createPrivateKey(pem)
    .export({ type: isEc(pem) ? 'sec1' : 'pkcs8', format: 'pem' })
    .toString();

/** What of this access Spark's client does not have; undefined if it has all. */
function unsupported({ tls, headers }: ClusterAccess, version: string): string | undefined {
  const { Authorization = '', ...others } = headers;
  if (String(Authorization).startsWith('Basic ')) return 'it has a password';
  if (Object.keys(others).length > 0) return 'it impersonates another user';
  if (tls.servername) return 'it has a tls-server-name';
  // spark.kubernetes.trust.certificates would be the driver's as well.
  if (!tls.rejectUnauthorized) return 'it has insecure-skip-tls-verify';
  if (tls.key && !isAtLeast(version, '4.0') && isEc(tls.key))
    return `its client key is an EC key, which Spark ${version} cannot read`;
  return undefined;
}
