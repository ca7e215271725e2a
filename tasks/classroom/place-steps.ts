// The steps that check and keep where a class is.
import type { Context, SingleStep } from '../steps/types.ts';
import { machineAddresses, shownAddress } from './door/addresses.ts';
import { balancersOf } from './door/entrance.ts';
import { type Entrance, placeContent, thisCluster, verifyCluster, verifyKeys } from './place.ts';
import type { ClassRun } from './run.ts';

/** Refuses a cluster that is not that of the class. With `needsKeys`, also seats to which this machine has no keys. */
export const checkPlace = ({ needsKeys }: { needsKeys: boolean }): SingleStep => ({
  title: 'Check the cluster of the class',
  run: async (context) => {
    await verifyCluster(context);
    if (needsKeys) await verifyKeys(context);
  },
});

/** What to know of an address that this machine does not have now; undefined if it has it. */
async function noticeOf({ address }: Entrance): Promise<string | undefined> {
  const all = await machineAddresses();
  const [first] = all;
  if (all.some((one) => one.address === address)) return undefined;
  if (!first) return `links lead to ${address}, and this machine has no network address now`;
  return `links lead to ${address}, and this machine now has ${all.map(shownAddress).join(', ')}; for new links and hand-outs: firesteel classroom apply --address ${first.address}`;
}

async function entranceHere(context: Context, run: ClassRun): Promise<Entrance | undefined> {
  return balancersOf(context) ? undefined : run.entrance(context);
}

/** Keeps cluster and address: later commands use the same ones, whatever network this machine is in. */
export const keepPlace = (run: ClassRun): SingleStep => ({
  title: 'Save cluster and address of the class',
  run: async (context, out) => {
    const { profile, state, write } = context;
    const entrance = await entranceHere(context, run);
    const cluster = await thisCluster(context);
    await write([placeContent(profile.classroom.name, { cluster, entrance })]);
    if (!entrance) return;
    out.line(`links lead to ${entrance.address}, port ${entrance.port}`);
    const notice = await noticeOf(entrance);
    if (notice) state.lines = [...(state.lines ?? []), notice];
  },
});
