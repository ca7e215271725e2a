// Fetches from the web through the proxies of this shell, which Node's own fetch ignores.
import type { ProxyAgent } from 'undici';
import { isDirect, proxiesOf } from './proxy.ts';

/** By the address of the proxy. */
const agents = new Map<string, ProxyAgent>();

/** Schemes that the library speaks; it takes any other for a fault. */
const spoken = ['http:', 'https:', 'socks5:'];

/** The proxy of this shell on the way to an address; undefined if there is none. */
export function proxyFor(url: string): string | undefined {
  const { protocol, hostname } = new URL(url);
  const proxies = proxiesOf();
  const proxy = protocol === 'http:' ? proxies.http : proxies.https;
  return proxy && spoken.includes(proxy.protocol) && !isDirect(hostname, proxies) ? proxy.href : undefined;
}

/** As the standard's fetch. https://fetch.spec.whatwg.org/ */
export async function webFetch(url: string, init: RequestInit): Promise<Response> {
  const proxy = proxyFor(url);
  if (proxy === undefined) return fetch(url, init);
  const undici = await import('undici');
  const agent = agents.get(proxy) ?? new undici.ProxyAgent(proxy);
  agents.set(proxy, agent);
  // Both are the standard's; only the names of their types differ.
  const standard = undici.fetch as unknown as (url: string, init: object) => Promise<Response>;
  return standard(url, { ...init, dispatcher: agent });
}
