// The mirrors of registries that a node uses, in the form that containerd reads.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FileContent } from '../../../core/types.ts';
import type { Profile } from '../../../profile/schema.ts';
import type { Layout, NodeLayout } from '../layout.ts';

type Registries = Profile['local']['registries'];

/** The part of a node's configuration that holds a folder for each registry, named after its host. */
export const registriesFolder = 'certs.d';

const folderOf = (node: NodeLayout): string => join(node.folder, 'config', registriesFolder);

/** A password as it stands in its file, without the newline that editors end a file with. */
const readPassword = (file: string): string => readFileSync(file, 'utf8').replace(/\r?\n$/, '');

const basic = (username: string, password: string): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;

/**
 * hosts.toml of one registry: its endpoint is asked alone, the host itself is not.
 * https://github.com/containerd/containerd/blob/main/docs/hosts.md
 */
export function hostsToml({ endpoint, ca, credentials }: Registries[string]): string {
  const lines = [
    `server = ${JSON.stringify(endpoint)}`,
    'capabilities = ["pull", "resolve"]',
    // Beside this file: nodes do not see all of this machine.
    ...(ca ? ['ca = "ca.crt"'] : []),
    ...(credentials
      ? [
          '',
          '[header]',
          // It goes to the registry's token server too, if it has one.
          `  Authorization = ${JSON.stringify(basic(credentials.username, readPassword(credentials.passwordFile)))}`,
        ]
      : []),
  ];
  return `${lines.join('\n')}\n`;
}

/** What containerd reads of the profile's registries on one node. It looks at each pull, so that a change needs no restart. */
export const registryFiles = (registries: Registries, node: NodeLayout): FileContent[] =>
  Object.entries(registries).flatMap(([host, registry]) => [
    { path: join(folderOf(node), host, 'hosts.toml'), content: hostsToml(registry), mode: 0o600 },
    ...(registry.ca ? [{ path: join(folderOf(node), host, 'ca.crt'), content: readFileSync(registry.ca) }] : []),
  ]);

/** Folders of registries that the profile no longer names. */
export const staleRegistries = (registries: Registries, { nodes }: Layout): string[] =>
  nodes.map(folderOf).flatMap((folder) =>
    existsSync(folder)
      ? readdirSync(folder)
          .filter((host) => !Object.hasOwn(registries, host))
          .map((host) => join(folder, host))
      : [],
  );

/** What of the profile's registries cannot be read. */
export const registryProblems = (registries: Registries): string[] =>
  Object.entries(registries).flatMap(([host, { ca, credentials }]) => [
    ...unreadable(`local.registries ${host}: ca`, ca),
    ...unreadable(`local.registries ${host}: credentials.passwordFile`, credentials?.passwordFile),
  ]);

function unreadable(what: string, file: string | undefined): string[] {
  if (file === undefined) return [];
  try {
    readFileSync(file);
    return [];
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return [`${what} ${file}: ${code === 'ENOENT' ? 'no such file' : message}`];
  }
}
