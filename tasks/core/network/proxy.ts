// Reads the proxies that this shell's variables name.
import { BlockList, isIP } from 'node:net';

/** What HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY say, in capitals or not. */
export interface Proxies {
  /** For addresses that begin with http:// or https://. */
  http: URL | undefined;
  https: URL | undefined;
  /** Hosts, domains and networks that are reached without. */
  direct: string[];
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * An address without a scheme means http; one that cannot be read is none. User and password may have letters that an
 * address has escaped, as in `http://DOMAIN\ada:se#same@proxy`, and a file of variables may keep its quotes around all.
 */
function addressOf(given: string | undefined): URL | undefined {
  const text = given?.trim().replace(/^(["'])(.*)\1$/, '$2');
  if (!text) return undefined;
  const address = /^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  const [, scheme = '', account = '', rest = ''] = /^([^/]+\/\/)(.*@)?([^@]*)$/.exec(address) ?? [];
  const read = scheme + account.replaceAll(/[\\/?#]/g, encodeURIComponent) + rest;
  return URL.canParse(read) ? new URL(read) : undefined;
}

/** Contract: golang.org/x/net/http/httpproxy, and curl's ALL_PROXY and blanks in NO_PROXY. Exceptions of both spellings count. */
export function proxiesOf(env: Environment = process.env): Proxies {
  const either = (name: string) => env[name] || env[name.toLowerCase()] || undefined;
  const all = either('ALL_PROXY');
  const entries = [env['NO_PROXY'], env['no_proxy']].flatMap((text) => text?.split(/[\s,]+/) ?? []);
  return {
    http: addressOf(either('HTTP_PROXY') ?? all),
    https: addressOf(either('HTTPS_PROXY') ?? all),
    direct: [...new Set(entries.filter(Boolean))],
  };
}

/** A host as in an address, without the brackets of IPv6. */
export const bareHost = (host: string): string => host.replace(/^\[(.*)\]$/, '$1').toLowerCase();

const listOf = (...networks: string[]): BlockList => {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', length = ''] = network.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (isIP(address) && Number(length) <= (family === 'ipv6' ? 128 : 32))
      list.addSubnet(address, Number(length), family);
  }
  return list;
};

/** Made at the first question: most commands ask none. */
function lazy(...networks: string[]): () => BlockList {
  let list: BlockList | undefined;
  return () => {
    list ??= listOf(...networks);
    return list;
  };
}

const isIn = (list: () => BlockList, host: string): boolean =>
  isIP(host) !== 0 && list().check(host, isIP(host) === 6 ? 'ipv6' : 'ipv4');

/** A connection to the addresses of zeros goes to the machine that asks, too. */
const loopback = lazy('127.0.0.0/8', '::1/128', '0.0.0.0/32', '::/128');
const loopbackNames = /^(?:(?:.*\.)?localhost|localhost\.localdomain|localhost[46]|ip6-(?:localhost|loopback))$/;
const privateNetworks = lazy(
  ...['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '169.254.0.0/16', '198.18.0.0/15', 'fc00::/7'],
);

/** Whether a host is the machine that asks. */
export function isLoopbackHost(host: string): boolean {
  const bare = bareHost(host).replace(/\.$/, '');
  // 127.1 is an address as well.
  const address = URL.canParse(`http://${bare}`) ? new URL(`http://${bare}`).hostname : bare;
  return loopbackNames.test(bare) || isIn(loopback, address);
}

/** Names that a file of hosts gives to the machine that asks, such as its own: https://man7.org/linux/man-pages/man5/hosts.5.html */
export const loopbackNamesIn = (hosts: string): string[] =>
  hosts.split('\n').flatMap((line) => {
    const [address = '', ...found] = line.replace(/#.*/, '').trim().toLowerCase().split(/\s+/);
    return isIn(loopback, address) ? found : [];
  });

/** Whether a host has an address that no proxy outside of its network can reach. */
export const isPrivateHost = (host: string): boolean => isIn(privateNetworks, bareHost(host));

/** Whether a host is reached without a proxy. */
export function isDirect(host: string, { direct }: Pick<Proxies, 'direct'>): boolean {
  const bare = bareHost(host);
  if (isLoopbackHost(bare)) return true;
  return direct.some((entry) => {
    if (entry === '*') return true;
    if (entry.includes('/')) return isIn(() => listOf(entry), bare);
    const named = bareHost(entry.replace(/(?<=[^:]|\]):\d+$/, '')).replace(/^\*?\./, '');
    return bare === named || (!isIP(bare) && bare.endsWith(`.${named}`));
  });
}

/** The patterns of Java's nonProxyHosts for these exceptions: it knows neither networks nor ports, and a name covers no others. */
export const javaExceptions = ({ direct }: Pick<Proxies, 'direct'>): string[] => [
  ...new Set(direct.flatMap(javaPatterns)),
];

function javaPatterns(entry: string): string[] {
  if (entry.includes('/')) return octetPatterns(entry);
  const named = bareHost(entry.replace(/(?<=^[^:]*|\]):\d+$/, ''));
  if (isIP(named) === 6) return [`[${named}]`];
  if (/^\*?\./.test(named)) return [named.replace(/^\*?/, '*')];
  return named === '*' || isIP(named) !== 0 || isLoopbackHost(named) ? [named] : [named, `*.${named}`];
}

/** 10.0.0.0/8 is `10.*`; 172.16.0.0/12 is sixteen of such patterns. */
function octetPatterns(network: string): string[] {
  const [address = '', length = ''] = network.split('/');
  if (isIP(address) !== 4 || !/^\d+$/.test(length) || Number(length) > 32) return [];
  const octets = Math.ceil(Number(length) / 8);
  const own = address.split('.').slice(0, octets).map(Number);
  const free = 2 ** (octets * 8 - Number(length));
  const last = own.at(-1) ?? 0;
  return Array.from({ length: octets === 0 ? 1 : free }, (_, i) => {
    const kept = [...own.slice(0, -1), ...(octets === 0 ? [] : [last - (last % free) + i])];
    return octets === 4 ? kept.join('.') : [...kept, '*'].join('.');
  });
}
