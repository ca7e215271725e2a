// How esbuild makes one program of sources and packages: https://esbuild.github.io/api/

// A bundled CommonJS package still asks for these, which ES modules do not have.
const commonJs = `
import { createRequire as __createRequire } from 'node:module';
import { fileURLToPath as __toPath, URL as __URL } from 'node:url';
const require = __createRequire(import.meta.url);
const __filename = __toPath(import.meta.url);
const __dirname = __toPath(new __URL('.', import.meta.url));
`.trim();

/**
 * What import() takes of large packages, and of those in CommonJS, whose names would not arrive. Everything else of these
 * packages stays out of the bundle: KubeConfig alone needs two of the nine hundred modules of its API.
 */
const taken = {
  '@google-cloud/container': `export { ClusterManagerClient } from '@google-cloud/container/build/src/v1/index.js';`,
  '@kubernetes/client-node': `export { KubeConfig } from '@kubernetes/client-node/dist/config.js';`,
  'google-auth-library': `export { GoogleAuth } from 'google-auth-library';`,
  zod: `export { config } from 'zod';`,
  undici: `export { Agent, fetch, ProxyAgent, WebSocket } from 'undici';`,
  'https-proxy-agent': `export { HttpsProxyAgent } from 'https-proxy-agent';`,
};

/** What @kubernetes/client-node gets of these: others import packages of the same name, and call them. */
const replaced = {
  './gen/index.js': `export { createConfiguration } from './gen/configuration.js';
    export { ServerConfiguration } from './gen/servers.js';`,
  // KubeConfig calls nothing of it, and Node has the same.
  'node-fetch': `export const { Headers } = globalThis; export default globalThis.fetch;`,
};

const contents = { ...taken, ...replaced };

/** Puts these modules in the places of what they take from. */
const takeNames = {
  name: 'take-names',
  setup(build) {
    const filter = new RegExp(`^(${Object.keys(contents).join('|').replaceAll('.', '\\.')})$`);
    build.onResolve({ filter }, ({ path, kind, importer, resolveDir }) =>
      (path in replaced ? importer.includes('/@kubernetes/client-node/') : kind === 'dynamic-import')
        ? { path, namespace: 'taken', pluginData: resolveDir }
        : undefined,
    );
    build.onLoad({ filter, namespace: 'taken' }, ({ path, pluginData: resolveDir }) => ({
      contents: contents[path],
      resolveDir,
    }));
  },
};

/** Options of esbuild, but for what is bundled and where it goes. */
export const bundling = {
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  // A CommonJS package that is loaded with import() would arrive without its named exports.
  mainFields: ['module', 'main'],
  plugins: [takeNames],
  // Node reports its own as deprecated from version 21 on.
  alias: { punycode: 'punycode/punycode.js' },
  target: 'node20',
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'none',
  banner: { js: commonJs },
  logLevel: 'warning',
};
