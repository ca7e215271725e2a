// The images that kubeadm asks a registry for, under the same names, made of the programs in the cache.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { kubernetesVersion } from '../../../tasks/clusters/local/programs/releases.ts';
import { cachePath } from '../../../tasks/core/paths.ts';
import { type ScratchImage, writeImageArchive } from '../../../tasks/images/scratch.ts';
import type { Step } from '../../../tasks/steps/types.ts';

const iptables = ['iptables', 'iptables-save', 'iptables-restore', 'ip6tables', 'ip6tables-save', 'ip6tables-restore'];

const lines = (program: string, ...words: string[]): string[] =>
  execFileSync(program, words, { encoding: 'utf8' }).split('\n');

/** The libraries a program is linked with: `\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x…)`. */
const librariesOf = (file: string): string[] =>
  lines('ldd', file).flatMap((line) => /(\/\S+) \(0x/.exec(line)?.[1] ?? []);

/** kube-proxy calls iptables, which is linked with libraries and loads more. */
function iptablesFiles(): string[] {
  const program = realpathSync('/usr/sbin/iptables');
  const folder = librariesOf(program)
    .flatMap((library) => realpathSync(library).replace(/\/[^/]*$/, '/xtables'))
    .find(existsSync);
  const extensions = folder ? readdirSync(folder).map((name) => join(folder, name)) : [];
  const files = [...extensions, ...[program, ...extensions].flatMap(librariesOf)];
  return [...new Set(files)];
}

/** What is in the image of this name. */
function imageOf(reference: string, binaries: string): ScratchImage {
  const name =
    reference
      .replace(/:[^:/]*$/, '')
      .split('/')
      .at(-1) ?? '';
  if (name === 'pause')
    return {
      reference,
      programs: ['/usr/bin/tini-static', '/bin/busybox'],
      entrypoint: ['/tini-static', '-s', '--', '/busybox', 'sleep', 'infinity'],
    };
  const program = join(binaries, name);
  if (name !== 'kube-proxy') return { reference, programs: [program], entrypoint: [`/${name}`] };
  return {
    reference,
    programs: iptables.map((file) => join('/usr/sbin', file)),
    // The pod's command has this path.
    files: { '/usr/local/bin/kube-proxy': program, ...Object.fromEntries(iptablesFiles().map((file) => [file, file])) },
    entrypoint: [`/usr/local/bin/${name}`],
  };
}

/** What kubeadm asks for, image by image. */
function kubeadmImages(binaries: string): ScratchImage[] {
  const kubeadm = cachePath('tools', 'bin', 'kubeadm');
  const references = lines(kubeadm, 'config', 'images', 'list', `--kubernetes-version=${kubernetesVersion()}`);
  return references.filter(Boolean).map((reference) => imageOf(reference, binaries));
}

/** The archive of all of them, named after what is in it. */
export function kubeadmArchive(binaries: string): string {
  const images = kubeadmImages(binaries);
  const files = images.flatMap(({ programs, files }) => [...programs, ...Object.values(files ?? {})]);
  const sums = lines('sha256sum', ...files).map((line) => line.split(' ')[0]);
  const key = createHash('sha256').update(JSON.stringify([images.map(({ reference }) => reference), sums]));
  return cachePath('images', `kubeadm-${key.digest('hex').slice(0, 12)}.tar`);
}

export const makeKubeadmImages = (binaries: string, archive: string): Step => ({
  title: 'Make the images that kubeadm asks for',
  skip: () => existsSync(archive) && 'in the cache',
  run: (context) => writeImageArchive(kubeadmImages(binaries), archive, context),
});
