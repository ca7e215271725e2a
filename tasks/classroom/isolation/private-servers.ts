// Finds the servers in private networks that the seats of a class need: storage, and what pip installs from.
import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import type { PipSettings } from '../../notebooks/pip-settings.ts';
import type { Profile } from '../../profile/schema.ts';
import { type Endpoint, privateNetworks } from './policies.ts';

const usualPorts: Record<string, number> = { 'http:': 80, 'https:': 443, 'hdfs:': 8020 };

const isPrivate = new BlockList();
for (const network of privateNetworks) {
  const [address = '', bits] = network.split('/');
  isPrivate.addSubnet(address, Number(bits), address.includes(':') ? 'ipv6' : 'ipv4');
}

/** The addresses that a profile and pip name. With the internet closed, pip's are closed as well. */
function urlsOf({ classroom, storage }: Profile, { variables }: Pick<PipSettings, 'variables'>): string[] {
  const pip = ['PIP_INDEX_URL', 'PIP_EXTRA_INDEX_URL', 'PIP_FIND_LINKS', 'PIP_PROXY'];
  const ofPip = classroom.internet ? pip.flatMap((name) => variables[name]?.split(/\s+/) ?? []) : [];
  return [...(storage?.endpoint ? [storage.endpoint] : []), ...ofPip].filter((url) => URL.canParse(url));
}

/** Those of them that are in private networks, by the names of this machine; what has no address here is left out. */
export async function privateServers(profile: Profile, pip: Pick<PipSettings, 'variables'>): Promise<Endpoint[]> {
  const found = await Promise.all(
    urlsOf(profile, pip).map(async (text) => {
      const { hostname, port, protocol } = new URL(text);
      const known = Number(port) || usualPorts[protocol];
      const all =
        known === undefined ? [] : await lookup(hostname.replace(/[[\]]/g, ''), { all: true }).catch(() => []);
      return all.map(({ address }) => ({ address, port: known ?? 0 }));
    }),
  );
  return found.flat().filter(({ address }) => isPrivate.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4'));
}
