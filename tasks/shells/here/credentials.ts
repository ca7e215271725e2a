// Credentials of a driver on this machine: a token of the driver's account, or the kubeconfig's user.
import { join } from 'node:path';
import { Failure } from '../../core/failure.ts';
import type { FileContent } from '../../core/types.ts';
import { httpStatusOf, isUnreachable } from '../../kube/failure.ts';
import { type ClusterAccess, openAccess } from '../../kube/kubeconfig/client-config.ts';
import type { Context } from '../../steps/types.ts';
import { clientSettings } from '../../submission/engines/spark-submit/client.ts';

/** What a driver needs of the API: properties that name files, the files, its environment. */
export interface Credentials {
  properties: Record<string, string>;
  files: FileContent[];
  env: Record<string, string>;
  /** Who the driver is, for people. */
  account: string;
}

/** A working day and the night after it; a cluster may give less. */
const tokenSeconds = 24 * 3600;
const forbidden = 403;

const submissionPrefix = 'spark.kubernetes.authenticate.submission.';
const clientPrefix = 'spark.kubernetes.authenticate.';

/** Files are to be written in `folder`, which only this user may read. */
export async function driverCredentials(context: Context, folder: string): Promise<Credentials> {
  const { cluster, kube, profile } = context;
  const { namespace, serviceAccounts } = profile;
  const access = await (await openAccess(cluster.kubeconfig(profile)))();
  const account = { name: serviceAccounts.driver, namespace };
  const token = await kube.issueToken(account, tokenSeconds).catch((error: unknown) => {
    if (httpStatusOf(error) === forbidden) return undefined;
    throw error;
  });
  const own = token === undefined ? access : asAccount(access, token);
  const { properties, files, env } = clientSettings(own, folder, profile.spark.version);
  return {
    properties: Object.fromEntries(
      Object.entries(properties).map(([key, value]) => [key.replace(submissionPrefix, clientPrefix), value]),
    ),
    files,
    env,
    account:
      token === undefined ? "your kubeconfig's user" : `ServiceAccount ${namespace}/${account.name}, for one day`,
  };
}

/** The same server, with nothing of the kubeconfig's user. */
const asAccount = ({ tls, ...access }: ClusterAccess, token: string): ClusterAccess => ({
  ...access,
  tls: { ...tls, cert: undefined, key: undefined },
  headers: { Authorization: `Bearer ${token}` },
});

/** The pod template of executors, beside the credentials. */
export const templateFile = (folder: string): string => join(folder, 'executor.json');

/** A kubeconfig that Spark's client cannot express is found before anything is made; none, as in a dry run, is no problem. */
export async function verifyKubeconfig({ cluster, profile }: Context): Promise<void> {
  const access = await openAccess(cluster.kubeconfig(profile)).then(
    (read) => read(),
    (error: unknown) => {
      if (isUnreachable(error)) return undefined;
      throw error;
    },
  );
  if (!access) return;
  if (access.tls.servername || !access.tls.rejectUnauthorized)
    throw new Failure(
      `Spark on this machine cannot use this kubeconfig: it has ${
        access.tls.servername ? 'a tls-server-name' : 'insecure-skip-tls-verify'
      }`,
      { hint: 'name a context with the certificate of its server, or run the driver in the cluster' },
    );
}
