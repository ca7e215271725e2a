// Requests that show what admission and quotas refuse, without changing anything.
import { normalized } from './compare.ts';
import { readStatus } from './failure.ts';
import { collectionPath, objectPath, type ResourceFinder } from './paths.ts';
import { fieldManager } from './plan/managers.ts';
import { refOf, shownRef } from './ref.ts';
import type { ApiAnswer, Transport } from './transport/transport.ts';
import type { Kube, Manifest, Ref } from './types.ts';

/** Refusals that say something of the request itself. */
const refusals = [403, 409, 422];

const reasonIn = ({ httpStatus, body }: ApiAnswer): string | undefined =>
  httpStatus < 300 ? undefined : (readStatus(body)?.message ?? `${httpStatus}`);

/** Refusals are answered with their reason; undefined if there is none. */
export function createAttempts(
  transport: Transport,
  resources: ResourceFinder,
): Pick<Kube, 'refusal' | 'removalRefusal' | 'flowSchema' | 'serverTime'> {
  async function refusal(manifest: Manifest): Promise<string | undefined> {
    const ref = refOf(manifest);
    const answer = await transport.send({
      what: `try to create ${shownRef(ref)}`,
      method: 'POST',
      path: collectionPath(await resources.need(ref), ref),
      query: { dryRun: 'All', fieldManager },
      body: normalized(manifest),
      accept: refusals,
    });
    return reasonIn(answer);
  }

  async function removalRefusal(ref: Ref, gracePeriodSeconds: number): Promise<string | undefined> {
    const answer = await transport.send({
      what: `try to remove ${shownRef(ref)}`,
      method: 'DELETE',
      path: objectPath(await resources.need(ref), ref),
      body: { kind: 'DeleteOptions', apiVersion: 'v1', dryRun: ['All'], gracePeriodSeconds },
      accept: refusals,
    });
    return reasonIn(answer);
  }

  async function flowSchema(): Promise<string | undefined> {
    const path = '/apis/authorization.k8s.io/v1';
    return (await transport.send({ what: 'read the FlowSchema of this user', method: 'GET', path })).flowSchema;
  }

  async function serverTime(): Promise<Date | undefined> {
    const { date } = await transport.send({ what: 'read the time of the API server', method: 'GET', path: '/version' });
    const time = new Date(date ?? '');
    return Number.isNaN(time.getTime()) ? undefined : time;
  }

  return { refusal, removalRefusal, flowSchema, serverTime };
}
