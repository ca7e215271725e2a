// Calls Google's REST APIs with a token and a time limit; reads are retried.
import { usageFailure } from '../../../core/failure.ts';
import { errorCode } from '../../../core/network/errors.ts';
import { webFetch } from '../../../core/network/web.ts';
import { growingPause, retry } from '../../../core/retry.ts';
import type { Credentials } from './credentials.ts';
import { googleFailure } from './failures.ts';
import { fromHttp, type GoogleError, googleError, hasCode } from './google-error.ts';

interface RestTiming {
  /** Milliseconds that one try may take. */
  tryMs: number;
  /** How often what only looks is tried. */
  tries: number;
  /** Milliseconds before the second try at most; twice that before the next. */
  pauseMs: number;
}

const usual: RestTiming = { tryMs: 30_000, tries: 4, pauseMs: 500 };

/** Performs requests as these credentials until `signal` is given. */
export function openRest(credentials: Credentials, signal: AbortSignal, timing: RestTiming = usual): GoogleRest {
  async function attempt({ method, url, body }: RestRequest): Promise<{ value: unknown } | { error: GoogleError }> {
    const headers = await credentials.headers();
    const late = AbortSignal.timeout(timing.tryMs);
    try {
      const answer = await webFetch(url, {
        method,
        headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        // A redirect would take the token elsewhere.
        redirect: 'error',
        signal: AbortSignal.any([signal, late]),
      });
      const text = await answer.text();
      if (answer.status === 404) return { value: undefined };
      if (!answer.ok) return { error: fromHttp(answer.status, text) };
      return { value: text.trim() === '' ? {} : JSON.parse(text) };
    } catch (error) {
      signal.throwIfAborted();
      if (late.aborted) return { error: googleError('DEADLINE_EXCEEDED', `no answer within ${timing.tryMs / 1000} s`) };
      return { error: googleError('UNAVAILABLE', lostBecause(error)) };
    }
  }

  return (request) =>
    retry(async (number) => {
      const outcome = await attempt(request);
      if ('value' in outcome) return outcome;
      const { method, url } = request;
      const error = googleFailure(outcome.error, { doing: `${method} ${pathOf(url)}`, ...projectIn(url) });
      const isOver = method !== 'GET' || number + 1 >= timing.tries;
      const mayPass = hasCode(outcome.error, 'UNAVAILABLE', 'DEADLINE_EXCEEDED', 'INTERNAL', 'RESOURCE_EXHAUSTED');
      const pauses = { firstMs: timing.pauseMs, longestMs: Number.POSITIVE_INFINITY };
      return isOver || !mayPass ? { error } : { error, pauseMs: growingPause(number, pauses) };
    }, signal);
}

/** `host/path`: what follows may hold more than a reader wants. */
const pathOf = (url: string): string => {
  const { host, pathname } = new URL(url);
  return host + pathname;
};

/** The project that an address is about, if it names one. */
const projectIn = (url: string): { project?: string } => {
  const project = /\/projects\/([^/:?]+(:[^/?]+)?)/.exec(new URL(url).pathname)?.[1];
  return project ? { project: decodeURIComponent(project) } : {};
};

/** fetch says only "fetch failed", and why in its cause. */
function lostBecause(error: unknown): string {
  const { message, cause } = error as Error & { cause?: Error };
  return [message, errorCode(cause) || cause?.message].filter(Boolean).join(': ');
}

/** The APIs we call, by the names that gcloud's variables have for them. */
const hosts = {
  container: 'container.googleapis.com',
  artifactregistry: 'artifactregistry.googleapis.com',
  iam: 'iam.googleapis.com',
  cloudresourcemanager: 'cloudresourcemanager.googleapis.com',
  compute: 'compute.googleapis.com',
} as const;

export type GoogleApi = keyof typeof hosts;

/** gcloud's own: https://cloud.google.com/sdk/docs/configurations, section api_endpoint_overrides. */
const overrideOf = (api: GoogleApi): string => `CLOUDSDK_API_ENDPOINT_OVERRIDES_${api.toUpperCase()}`;

/** The address of an API, which ends with a slash. Usage Failure if its variable holds no https address. */
export function endpointOf(api: GoogleApi): URL {
  const override = process.env[overrideOf(api)];
  if (!override) return new URL(`https://${hosts[api]}/`);
  const url = URL.canParse(override) ? new URL(override) : undefined;
  if (url?.protocol !== 'https:')
    throw usageFailure(
      `${overrideOf(api)} is ${JSON.stringify(override)}: expected an address such as https://${hosts[api]}/`,
    );
  return url.pathname.endsWith('/') ? url : new URL(`${url.href}/`);
}

/** One request; `url` is whole, such as https://artifactregistry.googleapis.com/v1/projects/p/locations/l/repositories. */
export interface RestRequest {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  url: string;
  /** Sent as JSON. */
  body?: unknown;
}

/**
 * Performs a request as the application-default credentials and answers the parsed body. What is not there (404) answers
 * undefined; every other refusal throws a Failure with the message of the answer
 * (https://cloud.google.com/apis/design/errors) as its own.
 */
export type GoogleRest = (request: RestRequest) => Promise<unknown>;
