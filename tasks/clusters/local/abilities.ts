// Checks of doctor for what nodes of a local cluster take from this machine: capabilities, and parts of its kernel.
import { messageOf } from '../../core/failure.ts';
import { type Check, findingOf, notAvailable } from '../../steps/check.ts';
import { elsewhere } from './machine.ts';

/** Numbers of capabilities(7) that nodes and their containers need. */
const needed: Readonly<Record<string, number>> = {
  CAP_CHOWN: 0,
  CAP_DAC_OVERRIDE: 1,
  CAP_KILL: 5,
  CAP_SETGID: 6,
  CAP_SETUID: 7,
  CAP_NET_ADMIN: 12,
  CAP_SYS_CHROOT: 18,
  CAP_SYS_ADMIN: 21,
  CAP_MKNOD: 27,
};

/** Those that root lacks; `status` is /proc/self/status of root. */
function lackingCapabilities(status: string): string[] {
  const bits = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'}`);
  return Object.entries(needed)
    .filter(([, bit]) => ((bits >> BigInt(bit)) & 1n) === 0n)
    .map(([name]) => name);
}

/** What networks of nodes and pods are made of, each with a command that makes one. */
const parts: Readonly<Record<string, string>> = {
  veth: 'ip link add near type veth peer name far',
  bridge: 'ip link add cni9 type bridge',
  tun: 'ip tuntap add dev tap9 mode tap',
  'iptables MASQUERADE': 'iptables -t nat -A POSTROUTING -j MASQUERADE',
  'iptables REJECT': 'iptables -A FORWARD -j REJECT',
  'iptables conntrack': 'iptables -A FORWARD -m conntrack --ctstate NEW -j ACCEPT',
  'iptables statistic': 'iptables -A FORWARD -m statistic --mode random --probability 0.5 -j ACCEPT',
};

/** Makes each in a network that ends with the command; prints the names of those that cannot be made. */
const tryScript = Object.entries(parts)
  .map(([name, command]) => `${command} >&2 || echo '${name}'`)
  .join('\n');

export const abilityChecks: readonly Check[] = [
  {
    name: 'capabilities',
    title: 'Capabilities of root',
    category: 'This machine',
    affects: 'deploy and every verb that starts a local cluster',
    run: async ({ read }) => {
      const status = await read(['cat', '/proc/self/status'], { asRoot: true }).catch(messageOf);
      if (!status.includes('CapEff')) return notAvailable(`unknown without the rights of root: ${status}`);
      return findingOf(
        'missing',
        lackingCapabilities(status).map((name) => `root lacks ${name}`),
        {
          fine: 'all that nodes need',
          remedies: [{ text: `start the container of this shell with --privileged, or ${elsewhere}` }],
        },
      );
    },
  },
  {
    name: 'network-parts',
    title: 'Kernel parts for networks',
    category: 'This machine',
    affects: 'deploy and every verb that starts a local cluster',
    run: async ({ read }) => {
      let seen: string;
      try {
        // Programs of networks are in folders that not every user has on PATH.
        seen = await read(['unshare', '--net', 'sh', '-c', `PATH=$PATH:/usr/sbin:/sbin\n${tryScript}`], {
          asRoot: true,
        });
      } catch (error) {
        return notAvailable(`cannot make a network to try them in: ${messageOf(error)}`);
      }
      const lines = Object.keys(parts).filter((name) => seen.split('\n').includes(name));
      return findingOf(
        'missing',
        lines.map((name) => `this kernel makes no ${name}`),
        {
          fine: Object.keys(parts).join(', '),
          remedies: [{ text: 'load the modules of the kernel, such as: modprobe tun' }],
        },
      );
    },
  },
];
