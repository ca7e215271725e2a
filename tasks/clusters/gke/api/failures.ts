// Turns errors of Google's APIs into failures that name cause and cure.
import { Failure } from '../../../core/failure.ts';
import { reasons } from './failure-table.ts';
import { codeOf, type GoogleError, googleError, isGoogleError, own } from './google-error.ts';
import type { Doing } from './reason.ts';

/** The Failure of a refused call in words of its cause; an error that is not Google's refusal passes unchanged. */
export function googleFailure(error: unknown, doing: Doing): unknown {
  if (!isGoogleError(error)) return error;
  const text = `${error.reason} ${error.message}`;
  for (const { code, match, message, hint } of reasons) {
    const found = code && code !== error.code ? null : match.exec(text);
    if (found)
      return new Failure(`cannot ${doing.doing}: ${message(found, error, doing)}`, {
        hint: hint(found, error, doing),
        cause: error,
      });
  }
  return new Failure(`cannot ${doing.doing}: ${own(error)} (${error.code})`, { cause: error });
}

/** google.rpc.Status, as an operation that failed has it. */
interface RpcStatus {
  code?: number | null;
  message?: string | null;
}

/** google.container.v1.StatusCondition. */
interface Condition {
  canonicalCode?: unknown;
  code?: unknown;
  message?: string | null;
}

/** What Google says of something that it gave up later: an operation, or a cluster. */
interface Later {
  status?: RpcStatus | null | undefined;
  conditions: Condition[];
  words: string | null | undefined;
}

/** The Failure of what Google gave up later. It has no cause: no call was refused, and none is to be tried again. */
export function laterFailure(later: Later, doing: Doing): Failure {
  const { message, hint } = googleFailure(laterError(later), doing) as Failure;
  return new Failure(message, hint ? { hint } : {});
}

function laterError({ status, conditions, words }: Later): GoogleError {
  const condition = conditions.find(({ message }) => message);
  const reason = typeof condition?.code === 'string' && condition.code !== 'UNKNOWN' ? condition.code : '';
  const said = [...new Set([status?.message, ...conditions.map(({ message }) => message), words])].filter(Boolean);
  const canonical = typeof condition?.canonicalCode === 'string' ? condition.canonicalCode : 'UNKNOWN';
  const code = status?.code ? codeOf(status.code) : (canonical as GoogleError['code']);
  return googleError(code, said.slice(0, 3).join('; '), { reason });
}
