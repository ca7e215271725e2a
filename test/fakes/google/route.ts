// One path of a REST service of Google: what it takes and what it answers.

export interface RouteAnswer {
  status: number;
  body: unknown;
}

export interface Asked {
  /** Named groups of the path. */
  parts: Record<string, string>;
  query: URLSearchParams;
  body: Record<string, unknown>;
}

export interface Route {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  path: RegExp;
  /** Names that may stand in the query, and in the body. */
  query?: string[];
  body?: string[];
  /** Needs no token. */
  open?: true;
  /** Every method but GET changes something, unless this says otherwise. */
  changes?: false;
  does(asked: Asked, unexpected: (why: string) => RouteAnswer): RouteAnswer;
}

export const ok = (body: unknown): RouteAnswer => ({ status: 200, body });

/** An error as every service of Google answers it: https://google.aip.dev/193 */
export const refuse = (code: number, status: string, message: string): RouteAnswer => ({
  status: code,
  body: { error: { code, message, status } },
});
