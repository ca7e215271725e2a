import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { freePorts, isBlocked, linkAddresses, machineAddresses } from '../../../../tasks/classroom/door/addresses.ts';
import { type RelayOptions, relay } from '../../../../tasks/classroom/door/relay.ts';

const address = '127.0.0.1';
const stop = new AbortController();
const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** Another program listens there. */
async function taken(port: number): Promise<void> {
  const server = createServer().listen(port, address);
  servers.push(server);
  await once(server, 'listening');
}

describe('ports that cannot be had', () => {
  const refusal = (more: Partial<RelayOptions>) =>
    relay({ address, ports: [], target: { host: address, port: 1 }, ...more }, stop.signal).then(
      () => 'taken',
      ({ message, hint }) => `${message} → ${hint}`,
    );

  test('are named with the program to end, and no other port is held', async () => {
    const first = (await freePorts(address, 2, 19_443)) ?? 0;
    await taken(first + 1);
    expect(await refusal({ ports: [first, first + 1] })).toBe(
      `another program listens on ${address}:${first + 1} → stop that program, or give a second class other ports with classroom.door.port: ss -ltnp 'sport = :${first + 1}'`,
    );
    await expect.poll(() => freePorts(address, 1, first)).toBe(first);
  });

  test('at an address of another machine are refused with the addresses that this one has', async () => {
    const [usual] = await machineAddresses();
    const text = await refusal({ address: '192.0.2.7', ports: [8443] });
    expect(text).toMatch(/^192\.0\.2\.7 is not an address of this machine: it has /);
    if (usual) expect(text).toContain(`${usual.address} (${usual.interface}`);
  });

  test('that browsers open no page at are refused', async () => {
    expect(await refusal({ ports: [6000] })).toBe(
      'browsers refuse to open port 6000 → choose another port: --set classroom.door.port=8443',
    );
    expect([8443, 9999].some(isBlocked)).toBe(false);
  });
});

test('the first free ports in a row leave out taken ones and those that browsers block', async () => {
  const first = (await freePorts(address, 4, 20_443)) ?? 0;
  await taken(first + 1);
  expect(await freePorts(address, 2, first)).toBe(first + 2);
  expect(await freePorts(address, 1, first)).toBe(first);
  expect((await freePorts(address, 3, 6664)) ?? 0).toBeGreaterThan(6669);
  expect(await freePorts(address, 10, 65_530)).toBeUndefined();
});

test('addresses of this machine are those that others reach, the one of the default route first', async () => {
  const addresses = await machineAddresses();
  expect(addresses.map((one) => one.address)).not.toContain('127.0.0.1');
  expect(addresses.slice(1).some(({ isDefault }) => isDefault)).toBe(false);
});

test('addresses of IPv6 count too, but for those of one link alone', () => {
  const of = (address: string, internal = false) =>
    ({ address, internal, family: address.includes(':') ? 'IPv6' : 'IPv4' }) as never;
  const all = { lo: [of('::1', true)], eth0: [of('10.0.0.7'), of('2001:db8::7'), of('fe80::1')] };
  expect(linkAddresses(all)).toEqual([
    { address: '10.0.0.7', interface: 'eth0' },
    { address: '2001:db8::7', interface: 'eth0' },
  ]);
});
