// Finds installed programs and their versions, from records and from the programs.
import { existsSync, readFileSync } from 'node:fs';
import { access, constants, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import * as z from 'zod';
import { cachePath, toolsFolder } from '../core/paths.ts';
import type { Exec } from '../core/types.ts';
import type { ToolRow } from './table.ts';

const recordSchema = z.strictObject({ name: z.string(), version: z.string(), from: z.string() });

/** record.json beside a program: which version it is, and where it came from, for people. */
export type ToolRecord = z.infer<typeof recordSchema>;

/** The folder of one program and its record. */
export const toolFolder = (name: string): string => cachePath('tools', name);

/** Where a record is kept in a program's folder. */
export const recordPath = (folder: string): string => join(folder, 'record.json');

/** The program as users call it: a link, in the folder that is first on the PATH of every command. */
export const toolLink = (name: string): string => join(toolsFolder(), name);

/** The record of a program that was installed whole; undefined if there is none. */
export function readRecord(name: string): ToolRecord | undefined {
  if (!existsSync(toolLink(name))) return undefined;
  try {
    return recordSchema.parse(JSON.parse(readFileSync(recordPath(toolFolder(name)), 'utf8')));
  } catch {
    return undefined;
  }
}

/** The record, if what is installed is a version that this row can bring: then there is nothing to do. */
export function currentRecord(row: ToolRow): ToolRecord | undefined {
  const record = readRecord(row.name);
  const versions = row.sources.map((source) => source.version ?? row.version);
  return record && versions.includes(record.version) ? record : undefined;
}

/** The first version in a text, such as v1.36.0 in `crictl version v1.36.0`. */
export function versionIn(text: string): string | undefined {
  const found = /(?<![\w.])v?(\d+\.\d+\.\d+(?:-[\w.]+)?)/.exec(text)?.[1];
  return found && `v${found}`;
}

/** Asks a program for its version. minikube makes its home before it answers: so it gets one that goes again. */
export async function askVersion(program: string, ask: readonly string[], exec: Exec): Promise<string | undefined> {
  const home = await mkdtemp(join(tmpdir(), 'firesteel-'));
  try {
    return versionIn(await exec([program, ...ask], { env: { MINIKUBE_HOME: home } }));
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

const isExecutable = (path: string): Promise<boolean> =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  );

/** The first program of that name in these folders, as in PATH. */
export async function findProgram(
  name: string,
  folders = (process.env['PATH'] ?? '').split(delimiter),
): Promise<string | undefined> {
  for (const folder of folders) if (folder && (await isExecutable(join(folder, name)))) return join(folder, name);
  return undefined;
}
