// Reads errors of Google's APIs from gRPC and HTTP in one shape: https://cloud.google.com/apis/design/errors

/** google.rpc.Code, by number. */
const codes = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
] as const;

export type GoogleCode = (typeof codes)[number];

/** google/rpc/code.proto, column "HTTP Mapping"; for answers that name no status. */
const httpCodes: Record<number, GoogleCode> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  408: 'DEADLINE_EXCEEDED',
  409: 'ALREADY_EXISTS',
  429: 'RESOURCE_EXHAUSTED',
  499: 'CANCELLED',
  500: 'INTERNAL',
  501: 'UNIMPLEMENTED',
  502: 'UNAVAILABLE',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};

/** What an API said instead of an answer. */
export interface GoogleError extends Error {
  code: GoogleCode;
  /** Of google.rpc.ErrorInfo, such as SERVICE_DISABLED. */
  reason: string;
  /** Of google.rpc.ErrorInfo, such as `activationUrl`. */
  info: Record<string, string>;
}

/** Makes one. */
export const googleError = (
  code: GoogleCode,
  message: string,
  { reason = '', info = {} }: { reason?: string; info?: Record<string, string> } = {},
): GoogleError => Object.assign(new Error(message), { name: 'GoogleError', code, reason, info });

export const isGoogleError = (error: unknown): error is GoogleError =>
  error instanceof Error && error.name === 'GoogleError';

/** Whether an error has one of these codes. */
export const hasCode = (error: unknown, ...wanted: GoogleCode[]): boolean =>
  isGoogleError(error) && wanted.includes(error.code);

/** The code of a number, as google.rpc.Status has it. */
export const codeOf = (number: unknown): GoogleCode => codes[Number(number)] ?? 'UNKNOWN';

/** An error of google-gax; any other unchanged. */
export function fromGrpc(error: unknown): unknown {
  if (!(error instanceof Error) || isGoogleError(error)) return error;
  const { code, details, message, reason, errorInfoMetadata } = error as Error & {
    code?: unknown;
    details?: unknown;
    reason?: string;
    errorInfoMetadata?: Record<string, string>;
  };
  if (typeof code !== 'number') return error;
  const said = typeof details === 'string' && details ? details : message.replace(/^\d+ [A-Z_]+: /, '');
  return googleError(codeOf(code), said, {
    ...(reason ? { reason } : {}),
    ...(errorInfoMetadata ? { info: { ...errorInfoMetadata } } : {}),
  });
}

interface ErrorBody {
  error?: {
    message?: string;
    status?: string;
    errors?: { reason?: string }[];
    details?: { '@type'?: string; reason?: string; metadata?: Record<string, string> }[];
  };
}

const isCode = (text: unknown): text is GoogleCode => codes.some((code) => code === text);

/** The error of an HTTP answer. Compute's has no status, and its reason in its own list. */
export function fromHttp(status: number, text: string): GoogleError {
  const { error = {} } = parsed(text);
  const detail = error.details?.find((one) => one['@type']?.endsWith('/google.rpc.ErrorInfo'));
  const code = isCode(error.status) ? error.status : (httpCodes[status] ?? (status >= 500 ? 'UNAVAILABLE' : 'UNKNOWN'));
  const reason = detail?.reason ?? error.errors?.[0]?.reason;
  return googleError(code, error.message ?? `HTTP ${status}`, {
    ...(reason ? { reason } : {}),
    ...(detail?.metadata ? { info: detail.metadata } : {}),
  });
}

function parsed(text: string): ErrorBody {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as ErrorBody) : {};
  } catch {
    // A proxy's page.
    return {};
  }
}

const longest = 400;

/** The first lines of what Google said; some of its messages are pages. */
export function own({ message }: GoogleError): string {
  const plain = message.replaceAll(/\s+/g, ' ').trim();
  return plain.length > longest ? `${plain.slice(0, longest)}…` : plain;
}
