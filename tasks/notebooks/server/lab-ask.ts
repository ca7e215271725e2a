// Sends one request to the API of a JupyterLab that is not trusted, and reads the answer by a schema.
import type * as z from 'zod';
import { Failure } from '../../core/failure.ts';
import { jsonIn } from '../../core/json.ts';
import { boundedFetch } from '../../core/network/bounded-fetch.ts';

/** A JupyterLab and what it takes to ask it. */
interface LabPlace {
  address: string;
  token: string;
  signal: AbortSignal;
}

interface AskOptions {
  /** Sent as JSON. */
  body?: object;
  ms?: number;
  mostBytes?: number;
}

interface LabAnswer {
  /** False if there is nothing of this path. */
  isThere: boolean;
  /** What the answer says; Failure where it has another shape. */
  read<T>(schema: z.ZodType<T>): T;
}

const answerMs = 30_000;
/** The list of a folder with many thousand files is smaller. */
const answerBytes = 16 * 2 ** 20;
/** Of a message about what went wrong. */
const shownCharacters = 2000;

/** Asks this server; Failure for each answer but a good one and "not found". A redirect is no good answer. */
export function labAsk({ address, token, signal }: LabPlace) {
  return async (
    method: string,
    path: string,
    { body, ms = answerMs, mostBytes = answerBytes }: AskOptions = {},
  ): Promise<LabAnswer> => {
    const headers = { Authorization: `token ${token}`, 'Content-Type': 'application/json' };
    const init = { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) };
    const answer = await boundedFetch(`${address}/api/${path}`, init, { ms, mostBytes, signal });
    const isGood = answer.status >= 200 && answer.status < 300;
    if (!isGood && answer.status !== 404)
      throw new Failure(`JupyterLab answers ${answer.status} to ${method} ${path}`, {
        output: shown(answer.body),
      });
    return { isThere: isGood, read: (schema) => readBy(schema, answer.body.toString(), `${method} ${path}`) };
  };
}

/** For a terminal, which would obey control characters. */
const shown = (body: Buffer): string =>
  body
    .toString()
    .slice(0, shownCharacters)
    .replaceAll(/[^\P{Cc}\n\t]/gu, '');

function readBy<T>(schema: z.ZodType<T>, text: string, asked: string): T {
  const parsed = schema.safeParse(jsonIn(text));
  if (!parsed.success) throw new Failure(`JupyterLab's answer to ${asked} is not what JupyterLab answers`);
  return parsed.data;
}

/** Where the API has a path of the work folder; Failure for one that leads out of it. */
export function contentsOf(path: string): string {
  const parts = path.split('/').filter(Boolean);
  if (parts.some((part) => part === '.' || part === '..'))
    throw new Failure(`${JSON.stringify(path)} leads out of the work folder`);
  return ['contents', ...parts.map(encodeURIComponent)].join('/');
}
