// A Debian of a few packages in a folder, for the real apt-get and dpkg: its repository, and what is installed in it.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256, writeProgram } from './fixtures.ts';

export interface DebianPackage {
  name: string;
  version?: string;
  /** Further fields of its control file, such as Conflicts. */
  fields?: Record<string, string>;
}

/** Whether this machine has apt-get, and what makes packages. */
export const hasApt = ['/usr/bin/apt-get', '/usr/bin/dpkg-deb'].every((path) => existsSync(path));

const control = ({ name, version = '1', fields = {} }: DebianPackage): string =>
  Object.entries({ Package: name, Version: version, Architecture: 'all', Maintainer: 'a', Description: 'a', ...fields })
    .map(([field, value]) => `${field}: ${value}\n`)
    .join('');

/** Makes the folder; returns the variables that let apt-get work in it, with a sudo that needs no rights. */
export function makeDebian(
  root: string,
  { installed, offered }: { installed: DebianPackage[]; offered: DebianPackage[] },
): Record<'APT_CONFIG' | 'PATH', string> {
  const folder = (path: string): string => {
    mkdirSync(join(root, path), { recursive: true });
    return join(root, path);
  };
  for (const path of ['var/lib/apt/lists/partial', 'var/cache/apt/archives/partial', 'etc/apt/preferences.d'])
    folder(path);
  for (const path of ['var/lib/dpkg/info', 'var/lib/dpkg/updates', 'var/log/apt', 'tmp']) folder(path);
  const status = installed.map((one) => `${control(one)}Status: install ok installed\n\n`).join('');
  writeFileSync(join(root, 'var/lib/dpkg/status'), status);
  writeFileSync(
    join(root, 'var/lib/apt/extended_states'),
    installed.map(({ name }) => `Package: ${name}\nArchitecture: amd64\nAuto-Installed: 1\n\n`).join(''),
  );
  for (const { name } of installed) writeFileSync(join(root, 'var/lib/dpkg/info', `${name}.list`), '/.\n');
  const index = offered.map((one) => {
    const source = folder(`source/${one.name}`);
    writeFileSync(join(folder(`source/${one.name}/DEBIAN`), 'control'), control(one));
    const file = join(folder('repository'), `${one.name}.deb`);
    execFileSync('dpkg-deb', ['--root-owner-group', '--build', source, file]);
    const facts = `Filename: ./${one.name}.deb\nSize: ${statSync(file).size}\nSHA256: ${sha256(readFileSync(file))}\n`;
    return `${control(one)}${facts}\n`;
  });
  writeFileSync(join(root, 'repository', 'Packages'), index.join(''));
  writeFileSync(join(root, 'etc/apt/sources.list'), `deb [trusted=yes] file:${join(root, 'repository')} ./\n`);
  const options = [`--root=${root}`, '--force-not-root', '--force-script-chrootless', '--log=/dev/null'];
  const settings = [
    `Dir "${root}"; Dir::State::status "${join(root, 'var/lib/dpkg/status')}"; APT::Sandbox::User "root";`,
    // As a user may have it, who wants no leftovers.
    'APT::Get::AutomaticRemove "true"; APT::Architecture "amd64"; APT::Architectures { "amd64"; };',
    `DPkg::Options { ${options.map((option) => `"${option}";`).join(' ')} };`,
  ];
  writeFileSync(join(root, 'apt.conf'), `${settings.join('\n')}\n`);
  writeProgram(join(root, 'bin', 'sudo'), '#!/bin/sh\nshift\nexec "$@"\n');
  return { APT_CONFIG: join(root, 'apt.conf'), PATH: `${join(root, 'bin')}:${process.env['PATH']}` };
}

/** Names of the packages that are installed in it. */
export const installedIn = (root: string): string[] =>
  readFileSync(join(root, 'var/lib/dpkg/status'), 'utf8')
    .split('\n\n')
    .filter((one) => one.includes('Status: install ok installed'))
    .flatMap((one) => /^Package: (.*)/m.exec(one)?.[1] ?? [])
    .sort();
