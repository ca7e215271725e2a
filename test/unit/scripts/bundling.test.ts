// What the bundle keeps of packages that it takes apart.
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { bundling } from '../../../scripts/cli/bundling.js';
import { projectPath } from '../../../tasks/core/paths.ts';

test.each([
  ['google-auth-library', true],
  ['@kubernetes/client-node', false],
])('of node-fetch, through which Google is reached behind a proxy: %s has it: %s', async (name, isThere) => {
  const { metafile } = await build({
    ...bundling,
    absWorkingDir: projectPath(),
    stdin: { contents: `export const load = () => import('${name}');`, resolveDir: projectPath() },
    outdir: projectPath('dist'),
    write: false,
    metafile: true,
  });
  expect(Object.keys(metafile.inputs).some((path) => path.includes('node_modules/node-fetch/'))).toBe(isThere);
});
