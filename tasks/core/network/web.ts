// Fetches from the web through HTTPS_PROXY and NO_PROXY, which Node's own fetch ignores.
import type { EnvHttpProxyAgent } from 'undici';

let agent: EnvHttpProxyAgent | undefined;

/** As the standard's fetch. https://fetch.spec.whatwg.org/ */
export async function webFetch(url: string, init: RequestInit): Promise<Response> {
  if (!process.env['HTTPS_PROXY'] && !process.env['https_proxy']) return fetch(url, init);
  // Its named exports are lost in the bundle.
  const { default: undici } = await import('undici');
  agent ??= new undici.EnvHttpProxyAgent();
  // Both are the standard's; only the names of their types differ.
  const standard = undici.fetch as unknown as (url: string, init: object) => Promise<Response>;
  return standard(url, { ...init, dispatcher: agent });
}
