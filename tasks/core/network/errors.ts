// The meanings of network error codes, in one list for every server.

/** Nobody there: the request went nowhere, so sending it again cannot do it twice. */
const nobodyThere = [
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
];

/** Words of errors without an answer, for messages that hold no code by itself. */
export const networkWords = new RegExp([...nobodyThere, 'ECONNRESET', 'ETIMEDOUT', 'socket hang up'].join('|'));

/** The code of an error, which `fetch` hides in its cause; empty if it has none. */
export function errorCode(error: unknown): string {
  const { code, cause } = (error ?? {}) as { code?: unknown; cause?: unknown };
  return typeof code === 'string' ? code : cause ? errorCode(cause) : '';
}

/** Whether there was nobody to take the request. */
export const isNobodyThere = (error: unknown): boolean => nobodyThere.includes(errorCode(error));

/** Whether the server's certificate is not one to trust: asking again cannot help. */
export const isUntrusted = (error: unknown): boolean =>
  /CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS|ERR_SSL|EPROTO/.test(errorCode(error));

/** Whether the request was not sent. Of ERR_SSL and EPROTO nobody knows: a connection can also break that way. */
export const isUnsent = (error: unknown): boolean =>
  isNobodyThere(error) || (isUntrusted(error) && !/^(ERR_SSL|EPROTO)/.test(errorCode(error)));
