// Uploads data of this machine to a claim or the storage, through a pod.
import { createReadStream, realpathSync, statSync } from 'node:fs';
import { request } from 'node:http';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { V1PersistentVolumeClaimSpec } from '@kubernetes/client-node';
import { Failure } from '../core/failure.ts';
import { type Member, writeTar } from '../core/files/tar.ts';
import { withWorkFolder } from '../core/files/work-folder.ts';
import { cachePath } from '../core/paths.ts';
import { filesIn } from '../images/layer/files.ts';
import type { DataPut } from '../jobs/data.ts';
import { httpStatusOf } from '../kube/failure.ts';
import { quantityValue } from '../kube/quantity.ts';
import { managedBy } from '../kube/render.ts';
import type { Manifest } from '../kube/types.ts';
import type { Profile } from '../profile/schema.ts';
import type { Context, Output, SingleStep } from '../steps/types.ts';
import { askBucket } from './head.ts';
import { visit, waitForOther } from './pod.ts';

/** Port of the pod that receives data; forwards reach it, and nothing else. */
const port = 7091;

/** On a claim that holds a data set: its checksum. */
const sumAnnotation = 'firesteel/data-sha256';

const claimRef = (name: string, { namespace }: Profile) => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  name,
  namespace,
});

/** Room for the data twice, which a change of it takes, or what the claim has already: no claim becomes smaller. */
export function claimSize(bytes: number, live: Manifest | undefined): string {
  const wanted = `${Math.ceil((2 * bytes) / 2 ** 30) + 1}Gi`;
  const had = (live?.['spec'] as V1PersistentVolumeClaimSpec | undefined)?.resources?.requests?.['storage'];
  return had && (quantityValue(had) ?? 0) >= (quantityValue(wanted) ?? 0) ? had : wanted;
}

/** Makes the claim of a data set, or makes it larger; with `sum`, it holds that content. */
async function applyClaim(
  { kube }: Context,
  profile: Profile,
  { name, bytes, sum }: { name: string; bytes: number; sum?: string | undefined },
): Promise<void> {
  const live = await kube.get(claimRef(name, profile));
  const size = claimSize(bytes, live);
  try {
    await kube.apply(dataClaim(name, profile, size, sum));
  } catch (error) {
    if (!live || ![403, 422].includes(httpStatusOf(error) ?? 0)) throw error;
    const { namespace } = profile;
    throw new Failure(`claim ${name} in namespace ${namespace} cannot grow to ${size}`, {
      hint: `end the runs that use the claim, remove it, and run the command again: kubectl --namespace ${namespace} delete pvc ${name}`,
      cause: error,
    });
  }
}

/** The claim of a data set; with `sum`, it holds that content. */
const dataClaim = (name: string, profile: Profile, storage: string, sum?: string): Manifest => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: {
    name,
    namespace: profile.namespace,
    labels: { ...managedBy },
    ...(sum ? { annotations: { [sumAnnotation]: sum } } : {}),
  },
  spec: {
    accessModes: ['ReadWriteOnce'],
    resources: { requests: { storage } },
  },
});

/** A lone file, or what is in a folder, as its checksum counts it: what links point to in their place. */
function contentMembers(from: string): Member[] {
  if (!statSync(from).isDirectory()) return [{ name: basename(from), path: realpathSync(from) }];
  return filesIn({ from, to: '/' }).map(({ from: path, to }) => ({ name: to.slice(1), path: realpathSync(path) }));
}

/** Where that very content is already; false if it is not. */
async function placeIfThere(
  context: Context,
  profile: Profile,
  { set, claim, address }: DataPut,
): Promise<string | false> {
  if (claim) {
    const live = await context.kube.get(claimRef(claim, profile));
    return live?.metadata.annotations?.[sumAnnotation] === set.sha256 && `on claim ${claim}`;
  }
  const marker = `data/${set.name}/_firesteel-${set.sha256?.slice(0, 12)}`;
  const answer = await askBucket({ ...context, profile }, marker);
  return 'status' in answer && answer.status === 200 && `at ${address}`;
}

/** Puts a data set there, unless that very content is there. Needs `state.image`. */
export const putData = (profile: Profile, put: DataPut): SingleStep => ({
  title: `Put data ${put.set.name} into the cluster`.slice(0, 50),
  skip: (context) => placeIfThere(context, profile, put),
  run: async (context, out) => {
    const { set, from, claim, address } = put;
    const name = `data-put-${set.name}`;
    await withWorkFolder(cachePath('data', `put-${set.name}`), context, async (work) => {
      const archive = join(work, 'data.tar');
      await context.change(`pack ${from}`, async () => {
        await writeTar(contentMembers(from), archive, context.signal);
      });
      const bytes = statSync(archive, { throwIfNoEntry: false })?.size ?? 0;
      if (claim) await applyClaim(context, profile, { name: claim, bytes });
      const args = [claim ? '/claim' : '/work/data', address ?? '', set.sha256 ?? '', `${port}`];
      const place = claim ? { claim: { name: claim, path: '/claim' } } : {};
      await context.change(`send ${from} to a pod`, async () => {
        const asked = { name, action: 'put' as const, args, bytes, ...place };
        const isShared = await waitForOther({ ...context, profile }, asked, out);
        const there = isShared && (await placeIfThere(context, profile, put));
        if (there) return out.line(there);
        const result = await visit({ ...context, profile }, asked, out, (pod) => send(context, pod, archive, out));
        out.line(result);
      });
      if (claim) await applyClaim(context, profile, { name: claim, bytes, sum: set.sha256 });
    });
  },
});

/** Sends the archive to the pod, if that asks for it. */
async function send(
  { kube, signal }: Context,
  target: { namespace: string; pod: string },
  archive: string,
  out: Output,
): Promise<void> {
  const stop = new AbortController();
  try {
    const { address } = await kube.forward([{ ...target, port }], { signal: AbortSignal.any([signal, stop.signal]) });
    const state = (await (await fetch(`http://${address}/state`, { signal })).json()) as { needed: boolean };
    if (!state.needed) return;
    const { size } = statSync(archive);
    out.line(`sending ${(size / 1e6).toFixed(1)} MB`);
    const headers = { 'content-length': size };
    const sending = request(`http://${address}/`, { method: 'PUT', headers, signal });
    const answered = new Promise<number>((resolve, reject) => {
      sending.on('response', (response) => resolve(response.resume().statusCode ?? 0)).on('error', reject);
    });
    await pipeline(createReadStream(archive), sending);
    await answered;
  } catch (error) {
    if (signal.aborted) throw error;
    // The pod says why in its last line, if it can.
    out.line(`the connection ended: ${error instanceof Error ? error.message : String(error)}`);
    if (error instanceof Failure) throw error;
  } finally {
    stop.abort();
  }
}
