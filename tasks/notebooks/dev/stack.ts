// The record of the dev stack that later commands read: its folder and its ports.
import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { Failure } from '../../core/failure.ts';
import { dataPath } from '../../core/paths.ts';

/** A path in the folder of everything the stack keeps but notebooks; it goes with the stack. */
export const stackPath = (...parts: string[]): string => dataPath('dev', ...parts);

const stackSchema = z.strictObject({
  /** Containers of a Docker engine, or processes of this machine. */
  kind: z.enum(['containers', 'processes']),
  /** Absolute path of the folder that JupyterLab shows. */
  notebooks: z.string(),
  /** Ports on 127.0.0.1: JupyterLab, the master, its web pages, and a driver's, which of processes Spark chooses. */
  ports: z.strictObject({ lab: z.int(), master: z.int(), pages: z.int(), driver: z.int() }),
  /** What Spark's processes know each other by: on this machine others could run programs as its user without it. */
  secret: z.string(),
  /** Hash of all else that it was made with. */
  settings: z.string(),
});

/** A stack that is there or was begun. */
export type Stack = z.infer<typeof stackSchema>;

/** Where it is recorded; mode 0600. */
export const recordFile = (): string => stackPath('stack.json');

/** JupyterLab takes every byte of it: no newline. */
export const tokenFile = (): string => stackPath('token');

/** The stack that was begun last and not taken down; undefined if there is none. */
export function readStack(): Stack | undefined {
  let text: string;
  try {
    text = readFileSync(recordFile(), 'utf8');
  } catch {
    return undefined;
  }
  try {
    return stackSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new Failure(`${recordFile()} is not a valid record of a dev stack`, {
      hint: `remove the file: rm ${recordFile()}`,
      cause,
    });
  }
}

/** Where JupyterLab is, without the token. */
export const labAddress = ({ ports }: Stack): string => `http://127.0.0.1:${ports.lab}`;

/** Where the master shows its workers and applications. */
export const pagesAddress = ({ ports }: Stack): string => `http://127.0.0.1:${ports.pages}`;

/** The token, once there is one. */
export function readToken(): string | undefined {
  try {
    return readFileSync(tokenFile(), 'utf8');
  } catch {
    return undefined;
  }
}
