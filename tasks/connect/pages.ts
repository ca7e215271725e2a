// Counts the sessions of a Connect server from Spark's web pages, through a forward.
import type { Context } from '../steps/types.ts';
import { pagesPort, serverSelector } from './names.ts';

const answerMs = 15_000;

/** The number in `3 session(s) are online,` of Spark's page (SparkConnectServerPage.scala); undefined if it is not there. */
export function sessionsOn(page: string): number | undefined {
  const [, count] = /(\d+)\s*session\(s\)\s*are online/.exec(page.replaceAll(/<[^>]*>/g, ' ')) ?? [];
  return count === undefined ? undefined : Number(count);
}

/** Sessions that the server holds; undefined if its pages do not say. */
export async function countSessions(
  { kube, profile, signal }: Pick<Context, 'kube' | 'profile' | 'signal'>,
  object: string,
): Promise<number | undefined> {
  const ending = new AbortController();
  const target = { namespace: profile.namespace, selector: serverSelector(object), port: pagesPort };
  const forward = await kube.forward([target], { signal: AbortSignal.any([signal, ending.signal]) });
  try {
    const answer = await fetch(`http://${forward.address}/connect/`, { signal: AbortSignal.timeout(answerMs) });
    return sessionsOn(await answer.text());
  } finally {
    ending.abort();
    await forward.closed;
  }
}
