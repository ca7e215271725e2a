// Finds the name servers of this host that are not its own loopback.
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';

/** A resolver file of this host with at least one server that pods could ask. */
export interface NameServerFile {
  file: string;
  /** Addresses that are not loopback, in the file's order. */
  servers: string[];
  /** Whether there are loopback addresses beside them: then it is not a file for a kubelet's resolvConf. */
  hasLoopback: boolean;
}

/** Where hosts with their own resolver keep the servers it asks, best first. */
const files = [
  // systemd-resolved: https://www.freedesktop.org/software/systemd/man/latest/systemd-resolved.service.html
  '/run/systemd/resolve/resolv.conf',
  // NetworkManager, with dnsmasq or systemd-resolved and without: https://networkmanager.dev/docs/api/latest/NetworkManager.conf.html
  '/run/NetworkManager/no-stub-resolv.conf',
  '/run/NetworkManager/resolv.conf',
  // resolvconf for dnsmasq, then dnsmasq's own resolv-file by the names distributions give it.
  '/run/dnsmasq/resolv.conf',
  '/etc/resolv.dnsmasq.conf',
  '/etc/resolv.dnsmasq',
  '/etc/dnsmasq-resolv.conf',
  '/run/resolvconf/resolv.conf',
  '/etc/resolv.conf',
];

/** The addresses in a resolver file, in its order; the link of a link-local one is left out. https://man7.org/linux/man-pages/man5/resolv.conf.5.html */
export const nameServersIn = (text: string): string[] =>
  [...text.matchAll(/^[ \t]*nameserver[ \t]+([^\s%#;]+)/gm)].flatMap(([, word = '']) => (isIP(word) ? [word] : []));

/** Whether an address is the asking machine itself, which for a pod is not the host: 127.0.0.0/8, ::1, 0.0.0.0, ::. */
export const isLoopback = (address: string): boolean =>
  /^(127\.|(0\.)*0$|(0{1,4}:){7}0{0,3}[01]$|::(ffff:127\..*|[01])?$)/i.test(address);

/** A link-local address is of no use without its link, which a pod does not have. */
const isLinkLocal = (address: string): boolean => /^fe[89ab][\da-f]:/i.test(address);

async function serversOf(root: string, file: string): Promise<string[]> {
  return nameServersIn(await readFile(join(root, file), 'utf8').catch(() => ''));
}

/** Every resolver file of the host that has real servers, best first; `root` is another place to look below. */
export async function hostNameServers(root = '/'): Promise<NameServerFile[]> {
  const all = await Promise.all(
    files.map(async (file) => {
      const found = await serversOf(root, file);
      const servers = found.filter((address) => !isLoopback(address) && !isLinkLocal(address));
      return { file, servers, hasLoopback: found.some(isLoopback) };
    }),
  );
  return all.filter(({ servers }) => servers.length > 0);
}

/** Whether the host asks itself: /etc/resolv.conf names a loopback address, or no server, which means the same. */
export async function hasLoopbackResolver(root = '/'): Promise<boolean> {
  const servers = await serversOf(root, '/etc/resolv.conf');
  return servers.length === 0 || servers.some(isLoopback);
}
