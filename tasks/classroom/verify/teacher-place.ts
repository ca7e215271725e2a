// Ports of the teacher's machine, in the network of the school, that no pod of a student may reach.
import { type AddressInfo, BlockList, createServer, isIP } from 'node:net';
import { isPrivateHost } from '../../core/network/proxy.ts';
import { listen } from '../door/addresses.ts';
import type { Place } from './network-attempts.ts';

/** Places that answer for as long as attempts are made. */
export interface TeacherPlaces {
  places: Place[];
  close(): void;
}

/** Those of these addresses that are of no public network, and of none that the class opens: pods reach such. */
export function closedOnes(addresses: readonly { address: string }[], opened: readonly string[]): string[] {
  const open = new BlockList();
  for (const network of opened) {
    const [address = '', bits] = network.split('/');
    open.addSubnet(address, Number(bits), isIP(address) === 6 ? 'ipv6' : 'ipv4');
  }
  return addresses.map(({ address }) => address).filter((one) => isPrivateHost(one) && !open.check(one));
}

/** Listens at each of these addresses of this machine. */
export async function openTeacherPlaces(hosts: readonly string[]): Promise<TeacherPlaces> {
  const servers = hosts.map(() => createServer((socket) => socket.destroy()));
  const close = () => {
    for (const server of servers) server.close();
  };
  try {
    await Promise.all(servers.map((server, i) => listen(server, hosts[i] ?? '', 0)));
  } catch (error) {
    close();
    throw error;
  }
  const places = servers.map((server, i): Place => {
    const { port } = server.address() as AddressInfo;
    return { what: `reach the teacher's machine at ${hosts[i]}`, isAllowed: false, host: hosts[i] ?? '', port };
  });
  return { places, close };
}
