// The base of the Spark image: the one of the profile, or a minimal Debian with Java and Python.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { shortHash } from '../core/files/hash.ts';
import { withWorkFolder } from '../core/files/work-folder.ts';
import { withProxies } from '../core/network/root-proxies.ts';
import { cachePath } from '../core/paths.ts';
import { paced } from '../core/screen/pace.ts';
import type { Command, Exec } from '../core/types.ts';
import type { Profile } from '../profile/schema.ts';
import { madeBaseHas } from '../spark/versions.ts';
import type { SingleStep } from '../steps/types.ts';

/** Debian's release that images are made of. */
export const suite = 'bookworm';
/** libnss-wrapper names a uid that has no name; procps is for the decommissioning script. */
const packages = [
  'ca-certificates',
  'libnss-wrapper',
  `openjdk-${madeBaseHas.java}-jre-headless`,
  'procps',
  'python3',
  'tini',
];

/** A base that is to be made here. */
export interface MadeBase {
  /** `firesteel-base:KEY`; the key changes with the recipe. */
  reference: string;
  /** The file system as a tar file in the cache. */
  tarball: string;
}

/** The base to be made; undefined if the profile names an image. */
export function madeBase(profile: Profile): MadeBase | undefined {
  if (profile.image.base) return undefined;
  const key = shortHash([debianCommand([], ''), importOptions]);
  return { reference: `firesteel-base:${key}`, tarball: cachePath('base', `${key}.tar`) };
}

/** What FROM names. */
export const baseReference = (profile: Profile): string => profile.image.base ?? madeBase(profile)?.reference ?? '';

/** A minimal Debian in a tar file, from the given lines of sources.list; without documentation, translations and lists. */
export const debianCommand = (sources: string[], tarball: string): Command => [
  'mmdebstrap',
  '--verbose',
  '--mode=root',
  '--format=tar',
  '--variant=minbase',
  `--include=${packages.join(',')}`,
  // update-alternatives of openjdk fails without this folder.
  '--setup-hook=mkdir -p "$1/usr/share/man/man1"',
  ...['man/*', 'doc/*', 'info/*', 'locale/*', 'lintian/*', 'bash-completion/*'].map(
    (path) => `--dpkgopt=path-exclude=/usr/share/${path}`,
  ),
  '--dpkgopt=path-include=/usr/share/doc/*/copyright',
  '--dpkgopt=path-include=/usr/share/man/man1',
  // What this machine lent, its mirror among it, is not to travel in an image.
  '--customize-hook=rm -rf "$1"/etc/apt/sources.list "$1"/etc/hostname "$1"/etc/resolv.conf "$1"/var/cache/debconf/*-old "$1"/var/log/*',
  suite,
  tarball,
  ...sources,
];

/** `docker import` keeps nothing but files: what the environment of every Debian image says. */
const importOptions = [
  '--change',
  'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8',
];

/** Brings the tarball into the engine, unless it is there. */
export const importCommand = ({ reference, tarball }: MadeBase): Command => [
  'sh',
  '-c',
  'docker image inspect "$1" >/dev/null 2>&1 || { shift; docker import "$@"; }',
  'import',
  reference,
  ...importOptions,
  tarball,
  reference,
];

/** Debian's sources as this machine's apt has them; none on another system, then mmdebstrap's own are taken. */
export async function debianSources(read: Exec): Promise<string[]> {
  const format = 'deb $(SITE) $(RELEASE) $(COMPONENT)';
  const command = ['apt-get', 'indextargets', '--format', format, 'Identifier: Packages', 'Origin: Debian'] as const;
  const lines = (await read(command).catch(() => '')).split('\n');
  const releases = [suite, `${suite}-updates`, `${suite}-security`];
  return [...new Set(lines)].filter((line) => releases.includes(line.split(' ')[2] ?? '') && line.endsWith(' main'));
}

/** Makes the base's tarball: whole, or not at all. */
export function makeBase(base: MadeBase): SingleStep {
  return {
    title: 'Make the base image',
    skip: () => existsSync(base.tarball) && 'in the cache',
    run: async (context, out) => {
      const { read, run, move } = context;
      await withWorkFolder(base.tarball, context, async (work) => {
        const part = join(work, 'base.tar');
        const command = debianCommand(await debianSources(read), part);
        await withProxies((proxied) => run(proxied(command), { asRoot: true, onLine: paced(out.line) }));
        await move(part, base.tarball);
      });
    },
  };
}
