// Checks of what a class needs: its door, kubeconfigs, room and images.
import { capacityOf } from '../../classroom/capacity.ts';
import { keptClass, seatsOf } from '../../classroom/class.ts';
import { classEnd } from '../../classroom/class-end.ts';
import { isSameAddress, linkAddresses } from '../../classroom/door/addresses.ts';
import { balancersOf, doorEntrance, portsOf } from '../../classroom/door/entrance.ts';
import { type ClassRecord, readRecord } from '../../classroom/folder.ts';
import { keptConfig } from '../../classroom/kubeconfigs/student-config.ts';
import { lookForSeats } from '../../classroom/node-look.ts';
import { seatAmounts } from '../../classroom/seat/amounts.ts';
import { classSelector } from '../../classroom/seat/labels.ts';
import type { Seat } from '../../classroom/types.ts';
import { counted } from '../../core/screen/counted.ts';
import { readYaml } from '../../core/yaml.ts';
import { sleepCheck } from '../../host/sleep.ts';
import { tokenClaims } from '../../kube/kubeconfig/account-token.ts';
import type { Pod } from '../../spark/pod.ts';
import { type Check, type Finding, findingOf, notAvailable, ok, type Remedy } from '../../steps/check.ts';
import type { Context } from '../../steps/types.ts';
import { classSize, endFinding } from './class-life.ts';
import {
  addressFinding,
  certificateFinding,
  doorCertificate,
  doorPortsFinding,
  few,
  networkFinding,
  printed,
} from './door.ts';
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

/** Runs `firesteel classroom ACTION`; where this may cost money, a person does. */
const classRemedy = (context: Context, action: string, why: string): Remedy =>
  context.cluster.costs || balancersOf(context)
    ? { text: `${why}: firesteel classroom ${action}` }
    : { command: ['firesteel', 'classroom', action] };

const check = (name: string, title: string, affects: string, run: Check['run']): Check => ({
  name: `class-${name}`,
  title,
  category: 'Classroom',
  affects: `classroom: ${affects}`,
  run,
});

const roomOf: Check['run'] = (context) =>
  onCluster(async ({ kube, profile }) => {
    const students = await classSize(profile);
    if (students === 0) return notAvailable('neither a class on this machine nor a class list');
    const { nodes, grows } = await lookForSeats(kube, profile.namespace);
    if (nodes.length === 0) return notAvailable('no permission to list the nodes');
    const { seats, bound, computing } = capacityOf(nodes, seatAmounts(profile), students);
    if (seats >= students)
      return ok(`${seats} seats for ${students} students, ${computing} can run a job at the same time`);
    if (grows) return ok(`${seats} seats for ${students} students now, and the cluster may add nodes`);
    return {
      state: 'missing',
      seen: `the nodes hold ${seats} seats, the class has ${students} students: ${bound} is the limit`,
      remedies: [{ text: 'use more or larger nodes, or smaller seats: --set classroom.seat.memory=…' }],
    };
  })(context);

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
      fine: `${images.length} on ${counted(nodes.length, 'node')}`,
      remedies: [classRemedy(context, 'start', 'load the images before the class begins')],
    });
  })(context),
);

export const classChecks: readonly Check[] = [
  check(
    'address',
    'Address of the door',
    'links of students',
    onDoor(async ({ profile }, address, seats) => {
      const own = linkAddresses().map((one) => one.address);
      const hosts = seats.map(({ host }) => host);
      return addressFinding(address, own, { printedAt: printed(profile.classroom.name), hosts });
    }),
  ),
  check(
    'ports',
    'Ports of the door',
    'links of students',
    onDoor(async ({ profile }, address, seats) => doorPortsFinding(portsOf(seats), address, doorCertificate(profile))),
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
    onDoor(async (_context, address, seats) => {
      const own = linkAddresses().find((one) => isSameAddress(one.address, address));
      return networkFinding(own ?? { address, interface: '' }, seats[0]?.host ?? address);
    }),
  ),
  check(
    'certificate',
    'Certificate of the door',
    'browsers warn',
    onClass((context) => {
      const { profile } = context;
      return certificateFinding({
        certificate: doorCertificate(profile),
        end: classEnd(profile),
        ...(profile.classroom.door.certificate
          ? {}
          : { renewal: classRemedy(context, 'apply', 'renew the certificate') }),
      });
    }),
  ),
  check('end', 'End of the class', 'tokens and certificates', endFinding),
  check('room', 'Room for the class', 'notebook servers stay pending', roomOf),
  check('images', 'Images of seats on nodes', 'the first start is slow', imagesOnNodes),
  check(
    'tokens',
    'Kubeconfigs of students',
    'kubectl of students',
    onClass((context, { students }) => {
      const { profile } = context;
      const names = students.map(({ name }) => name);
      const lines = tokenLines(names, (student) => keptConfig(profile.classroom.name, student), classEnd(profile));
      return findingOf('partial', few(lines), {
        fine: `${names.length} last until the class ends`,
        remedies: [classRemedy(context, 'apply', 'write new kubeconfigs')],
      });
    }),
  ),
  { ...sleepCheck, run: onDoor(async (context) => sleepCheck.run(context)) },
];
