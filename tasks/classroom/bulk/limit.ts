// Limits how many requests run at once: more while answers are quick, fewer when the server is overloaded. Pure.
// After the gradient limit of https://github.com/Netflix/concurrency-limits (GradientLimit), which compares with the
// quickest answers: an average would follow a queue that lasts.

export interface Limit {
  /** Requests that may run at once now. */
  readonly current: number;
  /** An answer that took these milliseconds while this many were under way. */
  answered(milliseconds: number, underWay: number): void;
  /** The server refused for its load: 429, or no answer at all. */
  refused(): void;
}

/** An answer may take this many times the quickest one before the limit falls: objects differ. */
const tolerance = 2;
/** By this the quickest time grows with each answer, so that a slower server is taken for what it is. */
const forgetting = 1.0001;
/** Part of the newest limit in the current one. */
const limitPart = 0.2;
/** What is left of the limit after a refusal. */
const afterRefusal = 0.7;

/** Begins small: a server on two cores is soon busy. */
export function gradientLimit({ first = 4, least = 1, most = 32 } = {}): Limit {
  let limit = first;
  let quickest = Number.POSITIVE_INFINITY;
  const within = (value: number) => Math.min(most, Math.max(least, value));
  return {
    get current() {
      return Math.floor(limit);
    },
    answered(milliseconds, underWay) {
      quickest = Math.min(milliseconds, quickest * forgetting);
      // What is not used says nothing about the server.
      if (underWay < limit / 2) return;
      const gradient = Math.max(0.5, Math.min(1, (tolerance * quickest) / milliseconds));
      limit = within(limit + (limit * gradient + Math.sqrt(limit) - limit) * limitPart);
    },
    refused() {
      limit = within(limit * afterRefusal);
    },
  };
}
