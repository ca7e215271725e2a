// Checks of the door of a class: its address, ports, network and certificate.
import { X509Certificate } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { isSameAddress } from '../../classroom/door/addresses.ts';
import { lasts } from '../../classroom/door/certificate.ts';
import { classPath } from '../../classroom/folder.ts';
import { counted } from '../../core/screen/counted.ts';
import { portsFinding } from '../../host/ports.ts';
import { type Finding, notAvailable, ok, type Remedy } from '../../steps/check.ts';
import type { Context } from '../../steps/types.ts';

/** Hosts with their ports in the links of printed hand-outs. */
export const printedHosts = (mailMerge: string): string[] =>
  [...mailMerge.matchAll(/"https:\/\/([^/"]+)\/j\//g)].map(([, host = '']) => host);

/** Hosts of the hand-outs that a class has. */
export const printed = (className: string): string[] => {
  const path = classPath(className, 'handouts', 'mail-merge.csv');
  return existsSync(path) ? printedHosts(readFileSync(path, 'utf8')) : [];
};

/** Whether the door is at an address of this machine, and where hand-outs say. */
export function addressFinding(
  address: string,
  own: readonly string[],
  { printedAt, hosts }: { printedAt: readonly string[]; hosts: readonly string[] },
): Finding {
  if (!own.some((one) => isSameAddress(one, address)))
    return {
      state: 'missing',
      seen: `${address} is not an address of this machine: ${own.join(', ') || 'it has none'}`,
      remedies: [{ text: 'connect to the network of the class, or set classroom.door.address' }],
    };
  const stale = printedAt.filter((host) => !hosts.includes(host));
  if (stale.length > 0)
    return {
      state: 'missing',
      seen: `${counted(stale.length, 'hand-out')} link to another address, such as ${stale[0]}; the door is at ${hosts[0] ?? address}`,
      remedies: [
        {
          text: `use the old address: --set classroom.door.address=${stale[0]?.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1')}`,
        },
        { text: 'or print new hand-outs: firesteel classroom apply' },
      ],
    };
  return ok(printedAt.length > 0 ? `${address}, as on the hand-outs` : address);
}

/** Fingerprint of the certificate that is shown at a port; undefined if nobody speaks TLS there. */
const shownAt = (host: string, port: number): Promise<string | undefined> =>
  new Promise((resolve) => {
    const socket = connect({ host, port, rejectUnauthorized: false, timeout: 3000 }, () => {
      resolve(socket.getPeerCertificate().fingerprint256);
      socket.destroy();
    });
    for (const event of ['error', 'timeout'] as const)
      socket.on(event, () => {
        resolve(undefined);
        socket.destroy();
      });
  });

const certificateOf = (path: string): X509Certificate | undefined => {
  try {
    return new X509Certificate(readFileSync(path));
  } catch {
    return undefined;
  }
};

/** The certificate of a class's door, where its file can be read. */
export const doorCertificate = ({ classroom: { name, door } }: Context['profile']): X509Certificate | undefined =>
  certificateOf(door.certificate ?? classPath(name, 'ca', 'door.crt'));

/** The certificate that the door shows, and what brings a new one. */
interface Shown {
  certificate: X509Certificate | undefined;
  end: Date;
  /** Brings the next certificate of the class's own authority; left out for a certificate from elsewhere. */
  renewal?: Remedy;
}

/** Whether a certificate holds until the class ends. */
export function certificateFinding({ certificate, end, renewal }: Shown, now = new Date()): Finding {
  if (!certificate) return notAvailable('made together with the seats', ['firesteel', 'classroom', 'apply']);
  const until = new Date(certificate.validTo);
  const day = (time: Date) => time.toISOString().slice(0, 10);
  if (until >= end) return ok(`valid until ${day(until)}`);
  const later = { text: 'renew the certificate in the week before its end: firesteel classroom apply' };
  const own = renewal && (lasts(certificate, end, now) ? later : renewal);
  return {
    state: until < now ? 'missing' : 'partial',
    seen: `valid until ${day(until)}, and the class ends on ${day(end)}`,
    remedies: [own ?? { text: 'put a newer certificate in the file that classroom.door.certificate names' }],
  };
}

/** Whether the ports of the door are free, or the door itself has them. */
export async function doorPortsFinding(
  ports: readonly number[],
  address: string,
  certificate: X509Certificate | undefined,
): Promise<Finding> {
  const [first] = ports;
  if (first === undefined) return notAvailable('no seat has a port');
  const found = await portsFinding(ports, address);
  if (found.state === 'ok') return ok(`${first} and ${ports.length - 1} more are free`);
  const isDoor = certificate !== undefined && (await shownAt(address, first)) === certificate.fingerprint256;
  return isDoor ? ok('the door is open') : { ...found, more: few(found.more ?? []) };
}

/** What a network link is, where no other device of a room is on it; `root` is another place to look below. */
function whyAlone(link: string, root: string): string | undefined {
  const folder = join(root, 'sys/class/net', link);
  if (existsSync(join(folder, 'tun_flags'))) return 'a tunnel';
  const uevent = join(folder, 'uevent');
  const type = existsSync(uevent) ? /^DEVTYPE=(.*)$/m.exec(readFileSync(uevent, 'utf8'))?.[1] : undefined;
  if (type === 'wireguard') return 'a tunnel';
  if (type !== 'bridge') return undefined;
  const members = readdirSync(join(folder, 'brif'));
  const isCabled = members.some((name) => existsSync(join(root, 'sys/class/net', name, 'device')));
  return isCabled ? undefined : 'a bridge to containers or virtual machines';
}

/** Whether other devices can be in the network of the door; whether they may talk to this one, only they can test. */
export function networkFinding(
  { address, interface: link }: { address: string; interface: string },
  host: string,
  root = '/',
): Finding {
  const remedies = [{ text: 'connect to the network of the class, or set classroom.door.address' }];
  if (/^169\.254\./.test(address))
    return { state: 'missing', seen: `${link} got no address from a network, and chose ${address} itself`, remedies };
  const why = whyAlone(link, root);
  if (why) return { state: 'partial', seen: `${address} is the address of ${link}, ${why}`, remedies };
  return notAvailable(
    `only a second device can test this: open https://${host} on a phone in the same network; some networks separate devices`,
  );
}

/** The first lines, and how many more there are. */
export const few = (lines: readonly string[], most = 3): string[] =>
  lines.length <= most ? [...lines] : [...lines.slice(0, most), `and ${lines.length - most} more`];
