// Fetches git for the terminals of seats, in a folder with its libraries, so that it runs in any image.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { shortHash } from '../core/files/hash.ts';
import { replaceFolder } from '../core/files/work-folder.ts';
import { cachePath, projectPath } from '../core/paths.ts';
import type { Command } from '../core/types.ts';
import type { LayerFile } from '../images/layer/files.ts';
import type { SingleStep } from '../steps/types.ts';
import { fetchCommand, fetchPackage, loaderFile, platform, takeCommand } from './debian.ts';

/** Where git is in the image; docker/classroom/ names the same folder. */
const place = '/opt/git';

const programs = ['git', 'git-remote-http'];
/** Commands of git that are scripts, and what they include. */
const scripts = ['git-submodule', 'git-sh-setup', 'git-sh-i18n'];
/** Commands that git, or the git of a clone, calls by these names. */
const helpers = ['git-remote-http', 'git-remote-https', 'git-upload-pack', 'git-receive-pack', 'git-upload-archive'];

/** What git and its helper for HTTP are linked to. */
const libraries = [
  ...['libbrotlicommon.so.1', 'libbrotlidec.so.1', 'libc.so.6', 'libcom_err.so.2', 'libcrypto.so.3'],
  ...['libcurl-gnutls.so.4', 'libffi.so.8', 'libgmp.so.10', 'libgnutls.so.30', 'libgssapi_krb5.so.2'],
  ...['libhogweed.so.6', 'libidn2.so.0', 'libk5crypto.so.3', 'libkeyutils.so.1', 'libkrb5.so.3'],
  ...['libkrb5support.so.0', 'liblber-2.5.so.0', 'libldap-2.5.so.0', 'libnettle.so.8', 'libnghttp2.so.14'],
  ...['libp11-kit.so.0', 'libpcre2-8.so.0', 'libpsl.so.5', 'libresolv.so.2', 'librtmp.so.1', 'libsasl2.so.2'],
  ...['libssh2.so.1', 'libtasn1.so.6', 'libunistring.so.2', 'libz.so.1', 'libzstd.so.1'],
];

const helper = (): string => readFileSync(projectPath('docker', 'classroom', 'git-helper.sh'), 'utf8');

/** Makes a folder of what is needed of the packages; their licences come with it. */
function takeCommands(tarball: string, folder: string): Command[] {
  const inside = (...names: string[]) => join(folder, ...names);
  const taken = (name: string) => inside('all', name);
  return [
    ['mkdir', ...['all', 'lib', 'core', 'copyright'].map((name) => inside(name))],
    takeCommand(tarball, inside('all'), [
      'usr/bin/git',
      ...[...programs.slice(1), ...scripts].map((name) => `git-core/${name}`),
      ...[loaderFile(), ...libraries].map((name) => `${platform().triplet}/${name}*`),
    ]),
    // Many names of libraries are links to files whose names nobody asks for.
    ['cp', '--dereference', '--target-directory', inside('lib'), ...[...programs, ...libraries].map(taken)],
    ['cp', '--dereference', taken(loaderFile()), inside('lib', 'ld.so')],
    ['cp', '--target-directory', inside('core'), ...scripts.map(taken)],
    [
      ...(['tar', '--extract', `--file=${tarball}`, `--directory=${inside('copyright')}`] as const),
      ...['--strip-components=4', '--wildcards', './usr/share/doc/*/copyright'],
    ],
    ['rm', '--recursive', inside('all'), tarball],
  ];
}

const recipe = (): string => shortHash([fetchCommand('git', [], ''), takeCommands('', ''), helper(), process.arch]);

/** Where the files are kept; another recipe has another folder. */
const gitFolder = (): string => cachePath('git', recipe());

/** Brings git into the cache: 25 MB. Perl, which few of its commands need, is left out, and so is what Debian recommends. */
export const fetchGit: SingleStep = {
  title: 'Fetch git for the seats',
  skip: () => existsSync(gitFolder()) && 'in the cache',
  run: async (context, out) => {
    await replaceFolder(gitFolder(), context, async (work) => {
      const tarball = join(work, 'packages.tar');
      await fetchPackage('git', tarball, context, out);
      for (const command of takeCommands(tarball, work)) await context.run(command);
      await context.write(helpers.map((name) => ({ path: join(work, 'core', name), content: helper(), mode: 0o755 })));
    });
  },
};

/** What the image gets. */
export const gitFiles = (): LayerFile[] => [
  { from: gitFolder(), to: place, digest: recipe() },
  { from: projectPath('docker', 'classroom', 'git.sh'), to: '/usr/local/bin/git' },
];
