// Looks up DNS records at the servers of their zone, because other servers cache missing names.
import { promises as dns } from 'node:dns';

const options = { timeout: 3000, tries: 2 };

type Resolver = Pick<dns.Resolver, 'resolve4' | 'resolve6' | 'resolveTxt'>;

/**
 * Zones that a domain may be in, the nearest first; a domain of two labels is its own. The domain itself may not be there
 * yet, and to ask for it would be remembered.
 */
export function zonesAbove(domain: string): string[] {
  const labels = domain.split('.');
  const above = labels.slice(1, -1).map((_, i) => labels.slice(i + 1).join('.'));
  return above.length > 0 ? above : [domain];
}

/** The servers of the zone that a domain is in; none where they are not found. */
async function zoneServers(domain: string): Promise<Resolver[]> {
  for (const zone of zonesAbove(domain)) {
    const names = await dns.resolveNs(zone).catch(() => []);
    const addresses = (await Promise.all(names.map((name) => dns.resolve4(name).catch(() => [])))).flat();
    if (addresses.length === 0) continue;
    return [...new Set(addresses)].map((address) => {
      const resolver = new dns.Resolver(options);
      resolver.setServers([address]);
      return resolver;
    });
  }
  return [];
}

/** None if the server says that there is none, undefined if it says nothing. */
const answerOf = <T>(answer: Promise<T[]>): Promise<T[] | undefined> =>
  answer.catch(({ code }: NodeJS.ErrnoException) => (code === 'ENODATA' || code === 'ENOTFOUND' ? [] : undefined));

/** What all servers of the zone have that answer; where they have nothing or cannot be asked, what this machine's say. */
async function asked(domain: string, ask: (resolver: Resolver) => Promise<string[]>): Promise<string[]> {
  const servers = await zoneServers(domain);
  const answers = (await Promise.all(servers.map((server) => answerOf(ask(server))))).filter(
    (one) => one !== undefined,
  );
  const [first = []] = answers;
  const common = first.filter((text) => answers.every((answer) => answer.includes(text)));
  return common.length > 0 ? common : ((await answerOf(ask(dns))) ?? []);
}

/** Addresses of a host of a domain, none if there is no such host. */
export const addressesOf = (host: string, domain: string): Promise<string[]> =>
  asked(domain, async (resolver) => {
    const both = await Promise.all([answerOf(resolver.resolve4(host)), answerOf(resolver.resolve6(host))]);
    return both.flatMap((addresses) => addresses ?? []);
  });

/** Texts of a host of a domain. */
export const textsOf = (host: string, domain: string): Promise<string[]> =>
  asked(domain, async (resolver) => (await resolver.resolveTxt(host)).map((parts) => parts.join('')));
