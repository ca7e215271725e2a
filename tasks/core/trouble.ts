// Shows in a waiting step why it waits, independent of who prints it.
import { AsyncLocalStorage } from 'node:async_hooks';

const tellers = new AsyncLocalStorage<(text: string) => void>();

/** Does something; what it says of trouble goes to `tell`. */
export const tellingTo = <T>(tell: (text: string) => void, action: () => T): T => tellers.run(tell, action);

/** Said where someone listens; answers whether someone does. */
export function tellTrouble(text: string): boolean {
  const tell = tellers.getStore();
  tell?.(text);
  return tell !== undefined;
}

const retries = new AsyncLocalStorage<() => void>();

/** Does something; `seen` is called for each request of it that is about to be sent again. */
export const seeingRetries = <T>(seen: () => void, action: () => T): T => retries.run(seen, action);

/** Said by what sends a request again. */
export const tellRetry = (): void => retries.getStore()?.();
