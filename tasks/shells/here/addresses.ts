// Lists the addresses at which pods may reach this machine, the likeliest first.
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { isUnreachable } from '../../kube/failure.ts';
import { serverOf } from '../../kube/kubeconfig/client-config.ts';
import type { KubeSource } from '../../kube/types.ts';

const connectMs = 5000;

interface InterfaceAddress {
  address: string;
  family: string;
  internal: boolean;
}

/** IPv4 addresses of these interfaces that others may reach, `first` before the others if it is among them. */
export function reachable(
  interfaces: Readonly<Record<string, readonly InterfaceAddress[] | undefined>>,
  first?: string,
): string[] {
  const found = Object.values(interfaces)
    .flatMap((addresses) => addresses ?? [])
    .filter(({ address, family, internal }) => family === 'IPv4' && !internal && !address.startsWith('169.254.'))
    .map(({ address }) => address);
  return [...new Set([...found.filter((address) => address === first), ...found])];
}

/** Those of this machine now; the one by which it reaches the API server goes first. */
export async function ownAddresses(source: KubeSource): Promise<string[]> {
  return reachable(networkInterfaces(), await towards(source));
}

/** The address by which this machine reaches the API server; undefined before there is one, as in a dry run. */
async function towards(source: KubeSource): Promise<string | undefined> {
  try {
    const { hostname, port, protocol } = new URL(await serverOf(source));
    return await localEnd(hostname.replace(/^\[|\]$/g, ''), Number(port || (protocol === 'http:' ? 80 : 443)));
  } catch (error) {
    if (isUnreachable(error)) return undefined;
    throw error;
  }
}

/** This machine's end of a connection; undefined without one, as behind a proxy. */
const localEnd = (host: string, port: number): Promise<string | undefined> =>
  new Promise((resolve) => {
    const socket = connect({ host, port, timeout: connectMs });
    const end = (address?: string) => {
      socket.destroy();
      resolve(address);
    };
    socket.once('connect', () => end(socket.localAddress));
    socket.once('error', () => end());
    socket.once('timeout', () => end());
  });
