// Checks how this machine reaches the web: proxy, certificate authorities and package index.
import { X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { withoutPasswords } from '../core/network/passwords.ts';
import { type Proxies, proxiesOf } from '../core/network/proxy.ts';
import { type Check, type Finding, findingOf, notAvailable, ok } from '../steps/check.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const dialMs = 5000;

/** Why nobody can be reached there; undefined if somebody can. */
const whySilent = (address: URL): Promise<string | undefined> =>
  new Promise((resolve) => {
    const port = Number(address.port || (address.protocol === 'https:' ? 443 : 80));
    const socket = connect({ host: address.hostname.replace(/^\[(.*)\]$/, '$1'), port, timeout: dialMs });
    const end = (why?: string) => {
      socket.destroy();
      resolve(why);
    };
    socket.on('connect', () => end());
    socket.on('timeout', () => end('no answer'));
    socket.on('error', ({ code, message }: NodeJS.ErrnoException) => end(code ?? message));
  });

const names = ['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY'];

/** Whether each proxy of these variables can be read and reached. Shows no password. */
export async function proxyFinding(env: Environment = process.env): Promise<Finding> {
  const proxies: Proxies = proxiesOf(env);
  const unread = names
    .flatMap((name) => [name, name.toLowerCase()])
    .filter((name) => {
      const text = env[name];
      return text && !URL.canParse(/^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `http://${text}`);
    });
  const set = [...new Map([proxies.https, proxies.http].flatMap((url) => (url ? [[url.href, url]] : [])))].map(
    ([, url]) => url,
  );
  const reasons = await Promise.all(set.map(whySilent));
  const shownProxies = set.map(({ href }) => withoutPasswords(href));
  const lines = [
    ...unread.map((name) => `$${name} is not an address`),
    ...reasons.flatMap((why, i) => (why ? [`proxy ${shownProxies[i]} cannot be reached: ${why}`] : [])),
  ];
  if (lines.length === 0 && set.length === 0) return ok('none');
  const cure = 'correct or unset $HTTPS_PROXY and $HTTP_PROXY, or start the proxy';
  return findingOf('missing', lines, { fine: shownProxies.join(', '), remedies: [{ text: cure }] });
}

export const hasProxy = (): boolean => proxiesOf().https !== undefined;

/** Variables that name a file of certificates. */
const fileVariables = [
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_FILE',
  'REQUESTS_CA_BUNDLE',
  'CURL_CA_BUNDLE',
  'PIP_CERT',
  'GIT_SSL_CAINFO',
];

/** Why a file has no certificates to trust; undefined if it has. */
function whyNoAuthority(path: string, now: Date): string | undefined {
  let text: string;
  try {
    if (statSync(path).isDirectory()) return undefined;
    text = readFileSync(path, 'utf8');
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'no such file' : (error as Error).message;
  }
  const blocks = text.match(/-----BEGIN (TRUSTED )?CERTIFICATE-----[^-]+-----END (TRUSTED )?CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0) return 'no certificate in PEM';
  // A bundle of hundreds has ended ones; the one or two of a company have not to.
  if (blocks.length > 5) return undefined;
  try {
    const ended = blocks
      .map((pem) => new X509Certificate(pem))
      .find(({ validTo }) => Date.parse(validTo) < now.getTime());
    return ended && `its certificate expired on ${ended.validTo}`;
  } catch {
    return 'its certificate cannot be read';
  }
}

/** Whether the files of authorities that these variables name serve. */
export function authoritiesFinding(env: Environment = process.env, now = new Date()): Finding {
  const set = fileVariables.flatMap((name) => (env[name] ? [{ name, path: env[name] }] : []));
  const lines = set.flatMap(({ name, path }) => {
    const why = whyNoAuthority(path, now);
    return why ? [`$${name}: ${path}: ${why}`] : [];
  });
  return findingOf('missing', lines, {
    fine: set.length > 0 ? `the system's, and ${[...new Set(set.map(({ path }) => path))].join(', ')}` : "the system's",
    remedies: [{ text: 'name a PEM file with the certificate of your network, or unset the variable' }],
  });
}

export const webChecks: readonly Check[] = [
  {
    name: 'proxy',
    title: 'Proxy',
    category: 'Network',
    affects: 'downloads',
    run: () => proxyFinding(),
  },
  {
    name: 'authorities',
    title: 'Certificate authorities',
    category: 'Network',
    affects: 'downloads, above all behind a proxy that inspects TLS',
    run: () => authoritiesFinding(),
  },
  {
    name: 'packages',
    title: 'Index of Python packages',
    category: 'Network',
    affects: 'downloads of Spark, packages of jobs and notebooks',
    run: async ({ read, profile }) => {
      const asked = ['pip3', '--disable-pip-version-check', '--no-input', 'index', 'versions', 'pyspark'] as const;
      try {
        const found = await read(['timeout', '45', ...asked]).catch((error: unknown) => {
          // macOS has no timeout(1): there the check's own limit holds.
          if (!/^timeout: not found$/.test(String((error as Error).message))) throw error;
          return read([...asked, '--timeout', '5', '--retries', '1']);
        });
        const has = found.includes(` ${profile.spark.version}`) || found.includes(`(${profile.spark.version})`);
        return ok(`answers${has ? `; it has pyspark ${profile.spark.version}` : ''}`);
      } catch (error) {
        const output = String((error as { output?: string }).output ?? (error as Error).message);
        // The words of bash, of exec.ts and of timeout(1).
        if (/^timeout: failed to run command|: not found$/m.test(output))
          return notAvailable('needs pip3, which is missing');
        if (/unknown command "index"/.test(output))
          return notAvailable('needs pip 21.2 or newer: an older one cannot ask the index');
        return {
          state: 'partial',
          seen: `no answer: ${withoutPasswords(output.split('\n').findLast(Boolean) ?? 'none within 45 s')}`,
          remedies: [{ text: 'check network, proxy and $PIP_INDEX_URL; what is in the cache still works' }],
        };
      }
    },
  },
];
