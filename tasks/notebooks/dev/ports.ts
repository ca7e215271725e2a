// Chooses a free port of 127.0.0.1 for each name.
import { freePort } from '../../core/network/free-port.ts';

/** The ports that are usual for each name, or the next free ones. */
export async function freePorts<Name extends string>(usual: Record<Name, number>): Promise<Record<Name, number>> {
  const found = { ...usual };
  const taken: number[] = [];
  for (const name of Object.keys(usual) as Name[]) {
    found[name] = await freePort(usual[name], taken);
    taken.push(found[name]);
  }
  return found;
}
