// Bundles the command line into dist/, split so that `--help` loads little, and links it to where npx looks.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundling } from './cli/bundling.js';

const project = fileURLToPath(new URL('..', import.meta.url));
const entry = join(project, 'scripts', 'firesteel.ts');
const dist = join(project, 'dist');
const command = join(dist, 'firesteel.js');
const licenses = join(dist, 'LICENSES.txt');

/** esbuild, or undefined where development dependencies are left out. */
const loadEsbuild = () => import('esbuild').catch(() => undefined);

async function bundle(esbuild) {
  const result = await esbuild.build({
    ...bundling,
    absWorkingDir: project,
    entryPoints: [entry],
    outdir: dist,
    metafile: true,
  });
  const text = await readFile(command, 'utf8');
  if (!text.startsWith('#!')) await writeFile(command, `#!/usr/bin/env node\n${text}`);
  await chmod(command, 0o755);
  await writeFile(licenses, await licensesOf(Object.keys(result.metafile.inputs)));
  const made = new Set([...Object.keys(result.metafile.outputs), licenses].map((path) => basename(path)));
  for (const name of await readdir(dist)) if (!made.has(name)) await rm(join(dist, name), { recursive: true });
  // Without the file the command makes its help anew.
  await writeFile(
    join(dist, 'help.txt'),
    execFileSync(process.execPath, [command, '--help'], { env: { ...process.env, COLUMNS: '' } }),
  );
}

/** The license texts of the packages that these files are of, which their licenses ask to go along. */
async function licensesOf(files) {
  const folders = files.map((file) => /^.*node_modules\/(@[^/]+\/)?[^/]+(?=\/)/.exec(file)?.[0]).filter(Boolean);
  const texts = [...new Set(folders)].sort().map(async (folder) => {
    const { name, version, license } = JSON.parse(await readFile(join(project, folder, 'package.json'), 'utf8'));
    const own = (await readdir(join(project, folder))).filter((file) => /^(licen[cs]e|notice|copying)/i.test(file));
    const read = await Promise.all(own.map((file) => readFile(join(project, folder, file), 'utf8')));
    return [`${name} ${version} (${license})`, ...read.map((text) => text.trim())].join('\n\n');
  });
  return `${(await Promise.all(texts)).join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
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
