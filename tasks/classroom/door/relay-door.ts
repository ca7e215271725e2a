// classroom door: keeps the ports of all seats open on this machine until Ctrl-C.
import type { Context, Show } from '../../lib/types.ts';
import type { ClassRun } from '../apply.ts';
import { classNamespace } from '../seat/labels.ts';
import { doorTarget } from './cluster.ts';
import { relayUntilInterrupted } from './relay.ts';

const portOf = (host: string): number => Number(/:(\d+)$/.exec(host)?.[1] ?? 443);

/** Relays each seat's port to the door. */
export async function relayDoor(context: Context, run: ClassRun, show: Show): Promise<void> {
  const { profile, signal, kube } = context;
  const target = await doorTarget(kube, classNamespace(profile.classroom.name));
  const address = await run.address();
  const seats = await run.seats();
  const ports = [...new Set(seats.map(({ host }) => portOf(host)))].sort((a, b) => a - b);
  await relayUntilInterrupted({ address, ports, target }, signal, (text) => show.note(text));
}
