// Links Debian's network plugins to the folder where Kubernetes looks for them.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { SingleStep } from '../../../steps/types.ts';

/** Where container runtimes and minikube look. */
export const pluginFolder = '/opt/cni/bin';
/** Where Debian's containernetworking-plugins has them. */
export const pluginPackageFolder = '/usr/lib/cni';

const link = `mkdir -p "$2"; for plugin in "$1"/*; do [ -e "$2/\${plugin##*/}" ] || ln -s "$plugin" "$2/"; done`;
const unlink = `find "$2" -maxdepth 1 -lname "$1/*" -delete; [ -L "$2" ] || rmdir --ignore-fail-on-non-empty "$2" "\${2%/*}"`;

/** The plugins there that the package has; nothing where it is not installed. */
const missing = (): string[] =>
  existsSync(pluginPackageFolder)
    ? readdirSync(pluginPackageFolder).filter((name) => !existsSync(join(pluginFolder, name)))
    : [];

/** Links what the package has and the folder lacks. */
export const linkPlugins = (): SingleStep => ({
  title: 'Link the network plugins',
  skip: () => missing().length === 0 && 'the plugins are linked',
  run: async ({ run }) => {
    await run(['sh', '-ec', link, 'sh', pluginPackageFolder, pluginFolder], { asRoot: true });
  },
});

/** Removes those links again, and nothing else. */
export const unlinkPlugins = (): SingleStep => ({
  title: 'Remove the links to network plugins',
  skip: () => !existsSync(pluginFolder) && 'nothing to remove',
  run: async ({ run }) => {
    await run(['sh', '-ec', unlink, 'sh', pluginPackageFolder, pluginFolder], { asRoot: true });
  },
});
