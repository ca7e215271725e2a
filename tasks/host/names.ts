// Checks the name servers of this machine, one after the other.
import { promises as dns } from 'node:dns';
import { type Check, type Finding, notAvailable, ok } from '../steps/check.ts';

/** A name that will not go away (RFC 2606). */
const outsideName = 'example.com';
const askMs = 2000;

/** Whether a server answers, be it that there is no such name. */
const answers = (server: string): Promise<boolean> => {
  const resolver = new dns.Resolver({ timeout: askMs, tries: 1 });
  resolver.setServers([server]);
  return resolver.resolve4(outsideName).then(
    () => true,
    ({ code }: NodeJS.ErrnoException) => code === dns.NOTFOUND || code === dns.NODATA,
  );
};

/** Each of these servers; `hasProxy`: a proxy looks names up, so that nothing is lost without them. */
export async function namesFinding(servers: readonly string[], hasProxy: boolean): Promise<Finding> {
  if (servers.length === 0) return { state: 'missing', seen: 'no name server is set in /etc/resolv.conf', remedies };
  const found = await Promise.all(servers.map(answers));
  const silent = servers.filter((_, i) => !found[i]);
  if (silent.length === 0) return ok(`${servers.join(', ')} answer${servers.length > 1 ? '' : 's'}`);
  const seen = `${silent.join(', ')} ${silent.length > 1 ? 'do' : 'does'} not answer for ${outsideName}`;
  if (silent.length < servers.length) return { state: 'partial', seen: `${seen}: each look-up waits`, remedies };
  return hasProxy ? notAvailable(`${seen}; the proxy looks up names outside`) : { state: 'missing', seen, remedies };
}

const remedies = [{ text: 'set name servers that answer in /etc/resolv.conf, or connect to a network' }];

export const namesCheck = (hasProxy: () => boolean): Check => ({
  name: 'dns',
  title: 'Name servers',
  category: 'Network',
  affects: 'downloads, and names outside the cluster in pods',
  run: () => namesFinding(dns.getServers(), hasProxy()),
});
