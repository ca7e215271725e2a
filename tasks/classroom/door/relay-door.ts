// classroom door: keeps the ports of all seats open on this machine until Ctrl-C.
import type { Context, Show } from '../../lib/types.ts';
import type { ClassRun } from '../apply.ts';
import { classNamespace } from '../seat/labels.ts';
import { doorTarget } from './cluster.ts';
import { balancersOf, portsOf } from './entrance.ts';
import { relayUntilInterrupted } from './relay.ts';

/** Relays each seat's port to the door; a load balancer needs no relay. */
export async function relayDoor(context: Context, run: ClassRun, show: Show): Promise<void> {
  const { profile, signal, kube } = context;
  const { name } = profile.classroom;
  if (balancersOf(context)) {
    const { host } = await doorTarget(kube, classNamespace(name));
    return show.note(`students reach the door at ${host}, a load balancer: nothing has to run here`);
  }
  const target = await doorTarget(kube, classNamespace(name));
  const { address } = await run.entrance(context);
  const ports = portsOf(await run.seats(context));
  await relayUntilInterrupted({ address, ports, target }, signal, (text) => show.note(text));
}
