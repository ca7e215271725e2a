// The configuration of a user's own driver program on this machine, with the files that it names.
import { dataPath } from '../../core/paths.ts';
import type { Profile } from '../../profile/schema.ts';
import { driverProperties } from '../../spark/verbatim.ts';
import type { SingleStep } from '../../steps/types.ts';
import { closeSession } from '../keeper.ts';
import type { SessionFlags } from '../session.ts';
import { driverCredentials, verifyKubeconfig } from './credentials.ts';
import { sessionRequest } from './session.ts';
import { hereProperties, templateContent } from './settings.ts';
import { findWay, fitted } from './way.ts';

/** Which shell stands for a program in this language: Python's executors need more memory beside the heap. */
const kindFor = (language: string): string => (language === 'python' ? 'pyspark' : 'spark-shell');

/** Where the files of a program's settings are: those of another cluster, namespace or name stay. */
export const ownFolder = ({ clusterName, namespace }: Profile, { name = clusterName }: SessionFlags): string =>
  dataPath('conf', clusterName, namespace, encodeURIComponent(name));

/** Finds the way, writes the files into `folder`, and gives `take` the properties. */
export const ownDriver = (
  language: string,
  flags: SessionFlags,
  folder: string,
  take: (properties: Record<string, string>) => void,
): SingleStep => ({
  title: 'Find an address that pods reach',
  run: async (context, out) => {
    await verifyKubeconfig(context);
    const kind = kindFor(language);
    const named = { ...flags, name: flags.name ?? context.profile.clusterName };
    const request = await fitted(context, sessionRequest(context, kind, named), out);
    const way = await findWay(context, request, `firesteel shell ${kind}`, out);
    if (!way) return;
    await closeSession(context.kube, way, context.signal);
    const credentials = await driverCredentials(context, folder);
    const properties = hereProperties(request, way, credentials, folder);
    // Spark makes new ones for each session, so that pods of two have other names.
    for (const key of ['spark.app.id', 'spark.app.submitTime', 'spark.kubernetes.executor.podNamePrefix'])
      delete properties[key];
    await context.mkdir(folder);
    await context.write([...credentials.files, templateContent(request, properties, folder)]);
    out.line(`the driver is ${credentials.account}`);
    take(driverProperties(properties));
  },
});
