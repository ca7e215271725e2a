// classroom door: keeps the ports of all seats open on this machine until Ctrl-C.
import type { Context, Show } from '../../steps/types.ts';
import { qrText } from '../handouts/qr.ts';
import type { ClassRun } from '../run.ts';
import { classNamespace } from '../seat/labels.ts';
import { doorTarget } from './cluster.ts';
import { balancersOf, portsOf } from './entrance.ts';
import { connectionLimits, relayUntilInterrupted } from './relay.ts';

/**
 * A QR code for all: any port of the class asks for a code, and leads to the seat of that. With a domain there is none, for
 * each address has the name of a student in it.
 */
const shownToAll = (origin: string): string =>
  `Students scan this, or open ${origin}, and type their codes:\n${qrText(origin)}`;

/** Relays each seat's port to the door; a load balancer needs no relay. */
export async function relayDoor(context: Context, run: ClassRun, show: Show): Promise<void> {
  const { profile, signal, kube } = context;
  const { name, door } = profile.classroom;
  const findTarget = () => doorTarget(kube, classNamespace(name));
  const target = await findTarget();
  if (balancersOf(context))
    return show.note(
      `students reach the door through the load balancer at ${target.host}: nothing has to run on this machine`,
    );
  const { address } = await run.entrance(context);
  const seats = await run.seats(context);
  const limits = connectionLimits(seats.length);
  await relayUntilInterrupted({ address, ports: portsOf(seats), target, findTarget, limits }, signal, {
    line: (text) => show.note(text),
    onOpen: () => {
      if (!door.domain && seats[0]) show.draw(shownToAll(`https://${seats[0].host}/`));
    },
  });
}
