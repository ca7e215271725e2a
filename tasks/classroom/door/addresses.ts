// Addresses of this machine that students can reach, and listeners on them.
import { createSocket } from 'node:dgram';
import { createServer, isIPv4, isIPv6, type Server } from 'node:net';
import { networkInterfaces } from 'node:os';
import { Failure } from '../../core/failure.ts';

/** An address of this machine that others can reach. */
export interface LinkAddress {
  address: string;
  /** Such as `wlan0`. */
  interface: string;
}

export interface MachineAddress extends LinkAddress {
  /** It has the default route: what others in the same network most likely reach. */
  isDefault: boolean;
}

/** Reserved for documentation, so nobody has it; a look at the route there sends nothing. */
const elsewhere = '192.0.2.1';

/** The address that this machine uses towards others; undefined without a default route. */
const defaultAddress = (): Promise<string | undefined> =>
  new Promise((resolve) => {
    const socket = createSocket('udp4');
    const end = (address?: string) => {
      socket.close();
      resolve(address);
    };
    socket.on('error', () => end());
    socket.connect(9, elsewhere, () => end(socket.address().address));
  });

/** IPv4 and IPv6 addresses that others can reach. Those of one link alone are left out: browsers open no page there. */
export const linkAddresses = (all = networkInterfaces()): LinkAddress[] =>
  Object.entries(all).flatMap(([name, addresses = []]) =>
    addresses
      .filter(({ internal, address }) => !internal && !/^fe80:/i.test(address))
      .map(({ address }) => ({ address, interface: name })),
  );

/** An address as machines write it: one of IPv6 has many spellings. */
const plainAddress = (address: string): string =>
  isIPv6(address) ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address;

/** Whether two texts are one address. */
export const isSameAddress = (one: string, other: string): boolean => plainAddress(one) === plainAddress(other);

/** IPv4 addresses that others can reach, that of the default route first. */
export async function machineAddresses(): Promise<MachineAddress[]> {
  const usual = await defaultAddress();
  return linkAddresses()
    .filter(({ address }) => isIPv4(address))
    .map((one) => ({ ...one, isDefault: one.address === usual }))
    .sort((a, b) => Number(b.isDefault) - Number(a.isDefault));
}

/** `192.168.1.20 (wlan0, default route)`. */
export const shownAddress = (one: MachineAddress): string =>
  `${one.address} (${one.interface}${one.isDefault ? ', default route' : ''})`;

/** Browsers open no page at these ports above 1023: https://fetch.spec.whatwg.org/#port-blocking */
const blockedPorts = [
  1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
];

/** Whether browsers refuse a port. */
export const isBlocked = (port: number): boolean => blockedPorts.includes(port);

const isFree = (address: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer().unref();
    server.on('error', () => resolve(false));
    server.listen({ host: address, port }, () => server.close(() => resolve(true)));
  });

/** The first of `count` ports in a row that are free at an address, from `first` on; undefined if there are none. */
export async function freePorts(address: string, count: number, first = 8443): Promise<number | undefined> {
  let start = first;
  for (let port = first; port < start + count; port += 1) {
    if (port > 65_535) return undefined;
    if (isBlocked(port) || !(await isFree(address, port))) start = port + 1;
  }
  return start;
}

/** Listens; throws Failure that says why that cannot be, and what to do. */
export async function listen(server: Server, address: string, port: number): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host: address, port }, () => {
        server.off('error', reject);
        resolve();
      });
    });
  } catch (error) {
    throw await listenFailure(address, port, error as NodeJS.ErrnoException);
  }
}

async function listenFailure(
  address: string,
  port: number,
  { code, message }: NodeJS.ErrnoException,
): Promise<Failure> {
  if (code === 'EADDRINUSE')
    return new Failure(`another program listens on ${address}:${port}`, {
      hint: `stop that program, or give a second class other ports with classroom.door.port: ss -ltnp 'sport = :${port}'`,
    });
  if (code === 'EADDRNOTAVAIL') {
    const addresses = await machineAddresses();
    const found =
      addresses.length > 0 ? `it has ${addresses.map(shownAddress).join(', ')}` : 'it has no network address';
    return new Failure(`${address} is not an address of this machine: ${found}`, {
      hint: `connect to the network of the class, or make new links and hand-outs: firesteel classroom apply --address ${addresses[0]?.address ?? '…'}`,
    });
  }
  if (code === 'EACCES')
    return new Failure(`only root may listen on ${address}:${port}`, {
      hint: 'use a port above 1023: --set classroom.door.port=8443',
    });
  return new Failure(`cannot listen on ${address}:${port}: ${message}`);
}
