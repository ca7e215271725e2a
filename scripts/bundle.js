// Bundles the command line into dist/, split so that `--help` loads little, and links it to where npx looks.
import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const project = fileURLToPath(new URL('..', import.meta.url));
const entry = join(project, 'scripts', 'firesteel.ts');
const dist = join(project, 'dist');
const command = join(dist, 'firesteel.js');

// A bundled CommonJS package still asks for these, which ES modules do not have.
const commonJs = `
import { createRequire as __createRequire } from 'node:module';
import { fileURLToPath as __toPath, URL as __URL } from 'node:url';
const require = __createRequire(import.meta.url);
const __filename = __toPath(import.meta.url);
const __dirname = __toPath(new __URL('.', import.meta.url));
`.trim();

/** esbuild, or undefined where development dependencies are left out. */
const loadEsbuild = () => import('esbuild').catch(() => undefined);

async function bundle(esbuild) {
  const result = await esbuild.build({
    entryPoints: [entry],
    outdir: dist,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    // A CommonJS package that is loaded with import() would arrive without its named exports.
    mainFields: ['module', 'main'],
    // These have no other form, find their own files by their place, and only cloud profiles load them.
    external: ['@google-cloud/container', 'google-auth-library'],
    target: 'node20',
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'external',
    banner: { js: commonJs },
    metafile: true,
    logLevel: 'warning',
  });
  const text = await readFile(command, 'utf8');
  if (!text.startsWith('#!')) await writeFile(command, `#!/usr/bin/env node\n${text}`);
  await chmod(command, 0o755);
  const made = new Set(Object.keys(result.metafile.outputs).map((path) => basename(path)));
  for (const name of await readdir(dist)) if (!made.has(name)) await rm(join(dist, name), { recursive: true });
}

/** npm links only the commands of dependencies; this makes `npx firesteel` work in a clone too. */
async function link() {
  const bin = join(project, 'node_modules', '.bin');
  await mkdir(bin, { recursive: true });
  await rm(join(bin, 'firesteel'), { force: true });
  await symlink(join('..', '..', 'dist', 'firesteel.js'), join(bin, 'firesteel'));
}

const esbuild = existsSync(entry) ? await loadEsbuild() : undefined;
if (esbuild) {
  try {
    await bundle(esbuild);
    await link();
  } catch (error) {
    // esbuild has said what is wrong, with its place.
    if (!error.errors) throw error;
    process.exitCode = 1;
  }
}
