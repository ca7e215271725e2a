// Works on many items, some of them at the same time.

/** Calls `work` for each item in order, `limit` at a time. A failure of one is thrown; those that run go on. */
export async function eachAtOnce<T>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const waiting = items.values();
  const inTurn = async () => {
    for (const item of waiting) await work(item);
  };
  await Promise.all(Array.from({ length: limit }, inTurn));
}
