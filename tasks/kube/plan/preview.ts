// Asks the server for the result of a change with dryRun=All, which changes nothing.
import { stamped } from '../compare.ts';
import { fieldConflicts, readStatus } from '../failure.ts';
import { objectPath, type ResourceFinder } from '../paths.ts';
import { refOf, shownRef } from '../ref.ts';
import type { ApiAnswer, Transport } from '../transport/transport.ts';
import type { ApplyOptions, Kube, Manifest, PatchOperation, Preview, Ref } from '../types.ts';
import { fieldManager } from './managers.ts';

/** What the server says of the change itself; 400 is that of an admission webhook that knows no dry run. */
const refusals = [400, 403, 404, 409, 422];

const dryRun = { dryRun: 'All', fieldManager };

function previewOf(live: Manifest | undefined, { httpStatus, body }: ApiAnswer): Preview {
  if (httpStatus < 300) return { ...(live ? { live } : {}), after: JSON.parse(body) as Manifest };
  const status = readStatus(body);
  const conflicts = fieldConflicts(status);
  const message =
    conflicts.length > 0
      ? `changed by others: ${conflicts.join(', ')}`
      : (status?.message ?? `HTTP status ${httpStatus}`);
  return { ...(live ? { live } : {}), refusal: { message, httpStatus } };
}

/** Previews of changes, of one cluster. */
export function createPreviews(
  transport: Transport,
  resources: ResourceFinder,
  get: Kube['get'],
): Pick<Kube, 'previewApply' | 'previewPatch'> {
  async function previewApply(manifest: Manifest, { isForced = false }: ApplyOptions = {}): Promise<Preview> {
    const ref = refOf(manifest);
    const resource = await resources.find(ref);
    if (!resource) return {};
    const live = await get(ref);
    const send = (force: boolean) =>
      transport.send({
        what: `try to apply ${shownRef(ref)}`,
        method: 'PATCH',
        path: objectPath(resource, ref),
        query: { ...dryRun, force, fieldValidation: 'Strict' },
        body: stamped(manifest),
        contentType: 'application/apply-patch+yaml',
        accept: refusals,
      });
    const preview = previewOf(live, await send(isForced));
    // What it would be is worth showing all the same, with who stands against it.
    return live && preview.refusal?.httpStatus === 409
      ? { ...previewOf(live, await send(true)), refusal: preview.refusal }
      : preview;
  }

  async function previewPatch(ref: Ref, operations: PatchOperation[]): Promise<Preview> {
    const resource = await resources.find(ref);
    if (!resource) return {};
    const answer = await transport.send({
      what: `try to change ${shownRef(ref)}`,
      method: 'PATCH',
      path: objectPath(resource, ref),
      query: dryRun,
      body: operations,
      contentType: 'application/json-patch+json',
      accept: refusals,
    });
    return previewOf(await get(ref), answer);
  }

  return { previewApply, previewPatch };
}
