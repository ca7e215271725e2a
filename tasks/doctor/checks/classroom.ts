// Checks of what a class needs: address, ports, certificate, kubeconfigs, room and images.
import { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { connect } from 'node:tls';
import { capacityOf } from '../../classroom/capacity.ts';
import { keptClass, seatsOf } from '../../classroom/class.ts';
import { classEnd } from '../../classroom/class-end.ts';
import { machineAddresses } from '../../classroom/door/addresses.ts';
import { balancersOf, doorEntrance, portsOf } from '../../classroom/door/entrance.ts';
import { type ClassRecord, classPath, readRecord } from '../../classroom/folder.ts';
import { keptConfig } from '../../classroom/kubeconfigs/student-config.ts';
import { seatNodes } from '../../classroom/node-look.ts';
import { seatAmounts } from '../../classroom/seat/amounts.ts';
import { classSelector } from '../../classroom/seat/labels.ts';
import type { Seat } from '../../classroom/types.ts';
import { readYaml } from '../../core/yaml.ts';
import { portsFinding } from '../../host/ports.ts';
import { sleepCheck } from '../../host/sleep.ts';
import { tokenClaims } from '../../kube/kubeconfig/account-token.ts';
import type { Pod } from '../../spark/pod.ts';
import { type Check, type Finding, findingOf, notAvailable, ok } from '../../steps/check.ts';
import type { Context } from '../../steps/types.ts';
import { firewallFinding } from './firewall.ts';
import { type ImageNode, lacksImage } from './image.ts';
import { onCluster } from './reach.ts';

/** A check of a class that this machine knows. */
const onClass =
  (run: (context: Context, record: ClassRecord) => Promise<Finding> | Finding): Check['run'] =>
  async (context) => {
    const record = await readRecord(context.profile.classroom.name);
    return record && record.students.length > 0 ? run(context, record) : notAvailable('no class on this machine');
  };

/** The seats of the class, where students come in over this machine. */
const onDoor = (run: (context: Context, address: string, seats: Seat[]) => Promise<Finding>): Check['run'] =>
  onClass(async (context) => {
    if (balancersOf(context)) return notAvailable('a load balancer leads to the door');
    const { profile } = context;
    const entrance = await doorEntrance(context, profile.classroom.door.address);
    return run(context, entrance.address, seatsOf(profile, await keptClass(profile), entrance));
  });

/** Hosts with their ports in the links of printed hand-outs. */
export const printedHosts = (mailMerge: string): string[] =>
  [...mailMerge.matchAll(/"https:\/\/([^/"]+)\/j\//g)].map(([, host = '']) => host);

const printed = (className: string): string[] => {
  const path = classPath(className, 'handouts', 'mail-merge.csv');
  return existsSync(path) ? printedHosts(readFileSync(path, 'utf8')) : [];
};

/** Whether the door is at an address of this machine, and where hand-outs say. */
export function addressFinding(
  address: string,
  own: readonly string[],
  { printedAt, hosts }: { printedAt: readonly string[]; hosts: readonly string[] },
): Finding {
  if (!own.includes(address))
    return {
      state: 'missing',
      seen: `${address} is not an address of this machine: ${own.join(', ') || 'it has none'}`,
      remedies: [{ text: 'connect to the network of the class, or set classroom.door.address' }],
    };
  const stale = printedAt.filter((host) => !hosts.includes(host));
  if (stale.length > 0)
    return {
      state: 'missing',
      seen: `${stale.length} hand-out${stale.length === 1 ? '' : 's'} link to another address, such as ${stale[0]}; the door is at ${hosts[0] ?? address}`,
      remedies: [
        { text: `use the old address: --set classroom.door.address=${stale[0]?.replace(/:\d+$/, '')}` },
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

const doorCertificate = ({ classroom: { name, door } }: Context['profile']): X509Certificate | undefined =>
  certificateOf(door.certificate ?? classPath(name, 'ca', 'door.crt'));

/** Whether a certificate holds until the class ends. */
export function certificateFinding(certificate: X509Certificate | undefined, end: Date): Finding {
  if (!certificate) return notAvailable('made together with the seats: firesteel classroom apply');
  const until = new Date(certificate.validTo);
  const day = (time: Date) => time.toISOString().slice(0, 10);
  if (until >= end) return ok(`valid until ${day(until)}`);
  return {
    state: until < new Date() ? 'missing' : 'partial',
    seen: `valid until ${day(until)}, and the class ends on ${day(end)}`,
    remedies: [{ text: 'renew the certificate shortly before it expires: firesteel classroom apply' }],
  };
}

/** Students whose token ends before the class does; `textOf` is a student's kubeconfig. */
export function tokenLines(students: readonly string[], textOf: (student: string) => string, end: Date): string[] {
  return students.flatMap((student) => {
    const { users } = (readYaml(textOf(student)).value ?? {}) as { users?: { user?: { token?: string } }[] };
    const token = users?.[0]?.user?.token;
    const expires = token === undefined ? undefined : tokenClaims(token)?.expires;
    if (expires === undefined) return [`${student} has no kubeconfig`];
    return expires * 1000 < end.getTime() ? [`the token of ${student} expires before the class ends`] : [];
  });
}

/** The first lines, and how many more there are. */
const few = (lines: readonly string[], most = 3): string[] =>
  lines.length <= most ? [...lines] : [...lines.slice(0, most), `and ${lines.length - most} more`];

const check = (name: string, title: string, affects: string, run: Check['run']): Check => ({
  name: `class-${name}`,
  title,
  category: 'Classroom',
  affects: `classroom: ${affects}`,
  run,
});

const roomOf = onClass((context, { students }) =>
  onCluster(async ({ kube, profile }) => {
    const nodes = await seatNodes(kube, profile.namespace);
    if (nodes.length === 0) return notAvailable('no permission to list the nodes');
    const { seats, bound, computing } = capacityOf(nodes, seatAmounts(profile), students.length);
    if (seats >= students.length)
      return ok(`${seats} seats for ${students.length} students, ${computing} can run a job at the same time`);
    return {
      state: 'missing',
      seen: `the nodes hold ${seats} seats, the class has ${students.length} students: ${bound} is the limit`,
      remedies: [{ text: 'use more or larger nodes, or smaller seats: --set classroom.seat.memory=…' }],
    };
  })(context),
);

const imagesOnNodes = onClass((context) =>
  onCluster(async ({ kube, profile }) => {
    const labelSelector = classSelector(profile.classroom.name);
    const pods = (await kube.list({ apiVersion: 'v1', kind: 'Pod', labelSelector })) as Pod[];
    const images = [...new Set(pods.flatMap(({ spec }) => spec.containers.flatMap(({ image }) => image ?? [])))];
    if (images.length === 0) return notAvailable('no seat runs');
    const nodes = (await kube.list({ apiVersion: 'v1', kind: 'Node' })) as ImageNode[];
    const lines = nodes.flatMap((node) =>
      images.filter((image) => lacksImage(node, image)).map((image) => `${node.metadata.name} lacks ${image}`),
    );
    return findingOf('partial', few(lines), {
      fine: `${images.length} on ${nodes.length} node${nodes.length === 1 ? '' : 's'}`,
      remedies: [{ text: 'load the images before the class begins: firesteel classroom start' }],
    });
  })(context),
);

export const classChecks: readonly Check[] = [
  check(
    'address',
    'Address of the door',
    'links of students',
    onDoor(async ({ profile }, address, seats) => {
      const own = (await machineAddresses()).map((one) => one.address);
      const hosts = seats.map(({ host }) => host);
      return addressFinding(address, own, { printedAt: printed(profile.classroom.name), hosts });
    }),
  ),
  check(
    'ports',
    'Ports of the door',
    'links of students',
    onDoor(async ({ profile }, address, seats) => {
      const ports = portsOf(seats);
      const [first] = ports;
      if (first === undefined) return notAvailable('no seat has a port');
      const found = await portsFinding(ports, address);
      if (found.state === 'ok') return ok(`${first} and ${ports.length - 1} more are free`);
      const fingerprint = doorCertificate(profile)?.fingerprint256;
      return fingerprint !== undefined && (await shownAt(address, first)) === fingerprint
        ? ok('the door is open')
        : { ...found, more: few(found.more ?? []) };
    }),
  ),
  check(
    'firewall',
    'Firewall of this machine',
    'links of students',
    onDoor(async ({ read }, _address, seats) => firewallFinding(read, portsOf(seats))),
  ),
  check(
    'network',
    'Network between devices',
    'links of students',
    onDoor(async (_context, address, seats) =>
      notAvailable(
        `only a second device can test this: open https://${seats[0]?.host ?? address} on a phone in the same network; some networks separate devices`,
      ),
    ),
  ),
  check(
    'certificate',
    'Certificate of the door',
    'browsers warn',
    onClass(({ profile }) => certificateFinding(doorCertificate(profile), classEnd(profile))),
  ),
  check('room', 'Room for the class', 'notebook servers stay pending', roomOf),
  check('images', 'Images of seats on nodes', 'the first start is slow', imagesOnNodes),
  check(
    'tokens',
    'Kubeconfigs of students',
    'kubectl of students',
    onClass(({ profile }, { students }) => {
      const names = students.map(({ name }) => name);
      const lines = tokenLines(names, (student) => keptConfig(profile.classroom.name, student), classEnd(profile));
      return findingOf('partial', few(lines), {
        fine: `${names.length} last until the class ends`,
        remedies: [{ text: 'write new kubeconfigs: firesteel classroom apply' }],
      });
    }),
  ),
  { ...sleepCheck, run: onDoor(async (context) => sleepCheck.run(context)) },
];
