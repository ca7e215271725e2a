// Installs a program from the first source that works, one installation at a time.
import { existsSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { Failure } from '../core/failure.ts';
import { replaceFolder } from '../core/files/work-folder.ts';
import { cachePath, toolsFolder } from '../core/paths.ts';
import { tryTurn } from '../core/turn.ts';
import type { Exec } from '../core/types.ts';
import { until } from '../core/wait.ts';
import type { Context, Output, SingleStep, Step, Tool } from '../steps/types.ts';
import { buildModule, buildTools } from './go.ts';
import { askVersion, currentRecord, recordPath, type ToolRecord, toolFolder, toolLink } from './installed.ts';
import { npmTools, packNpm, unpackNpm } from './npm.ts';
import { fetchRelease, readChecksums } from './release.ts';
import type { Source, ToolRow } from './table.ts';

/** Shared by all builds of one run; a build that was interrupted continues from it. */
const buildCache = (): string => cachePath('tools', 'go-build');

/** Where a program came from, for people. */
function sourceName(source: Source): string {
  if (source.kind === 'release') return 'official release';
  if (source.kind === 'build') return 'Go module proxy';
  return `npm, ${source.npm.name}@${source.npm.version}`;
}

/** Programs this row's installation needs of the host: those of the source it will come from. Only reads. */
export async function hostTools(row: ToolRow, read: Exec): Promise<Tool[]> {
  const curl = { name: 'curl', package: 'curl', purpose: 'fetches programs' };
  for (const source of row.sources) {
    if (source.kind === 'build') return buildTools(source.build, read);
    if (source.kind === 'npm') return npmTools;
    // Without curl it cannot be known whether the release is within reach.
    if (!(await read(['curl', '--version']).catch(() => ''))) return [curl];
    if (await readChecksums([source.release], read)) return [curl];
  }
  return [];
}

/** Takes the turn at the toolbox: two builds at once would only slow each other down. */
async function withTurn<T>(signal: AbortSignal, out: Output, work: () => Promise<T>): Promise<T> {
  const release = await until<() => void>({
    for: 'lock for installing',
    seconds: 3600,
    everyMs: 500,
    signal,
    onSeen: (seen) => out.line(seen),
    probe: async () => {
      const turn = await tryTurn(cachePath('tools'));
      return 'release' in turn ? { done: turn.release } : { seen: `${turn.holder} is installing` };
    },
  });
  try {
    return await work();
  } finally {
    release();
  }
}

/** The step that installs one row. */
export const installStep = (row: ToolRow): SingleStep => ({
  title: `Install ${row.name} ${row.version}`,
  skip: () => {
    const record = currentRecord(row);
    return record ? `${record.version} is installed, from: ${record.from}` : false;
  },
  run: (context, out) =>
    withTurn(context.signal, out, async () => {
      if (currentRecord(row)) return out.line('another run installed the program');
      await install(row, context, out);
    }),
});

/** The steps that install these rows, and tidy up behind them. */
export const installSteps = (rows: ToolRow[]): Step[] =>
  rows.length === 0
    ? []
    : [
        ...rows.map(installStep),
        {
          title: 'Remove build files',
          skip: () => !existsSync(buildCache()) && 'nothing was built',
          run: ({ remove, signal }, out) => withTurn(signal, out, () => remove(buildCache())),
        },
      ];

/** The steps that remove these rows, as far as firesteel installed them. */
export const removeSteps = (rows: ToolRow[]): SingleStep[] =>
  rows.map(({ name }) => ({
    title: `Remove ${name}`,
    skip: () => !existsSync(toolFolder(name)) && 'firesteel has not installed the program',
    run: ({ remove, signal }, out) =>
      withTurn(signal, out, async () => {
        await remove(toolLink(name));
        await remove(toolFolder(name));
      }),
  }));

async function install(row: ToolRow, context: Context, out: Output): Promise<void> {
  const { run, write, mkdir } = context;
  const { name } = row;
  await replaceFolder(toolFolder(name), context, async (work) => {
    const source = await fetchProgram(row, work, context, out);
    const version = source.version ?? row.version;
    await verifyVersion(join(work, name), row.ask, version, run);
    const record: ToolRecord = { name, version, from: sourceName(source) };
    await write([{ path: recordPath(work), content: `${JSON.stringify(record, null, 2)}\n` }]);
  });
  await mkdir(toolsFolder());
  await run(['ln', '-sfn', relative(toolsFolder(), join(toolFolder(name), name)), toolLink(name)]);
}

/** Why a source gives nothing: then the next one is asked. */
interface Refusal {
  reason: string;
  output?: string;
}

/** Puts the program into `work`; returns the source that gave it, or fails with what each of them said. */
async function fetchProgram(row: ToolRow, work: string, context: Context, out: Output): Promise<Source> {
  const refusals: Refusal[] = [];
  for (const source of row.sources) {
    const refusal = await fetchFrom(source, work, context, out);
    if (!refusal) return source;
    out.line(refusal.reason);
    refusals.push(refusal);
  }
  const output = refusals.at(-1)?.output;
  throw new Failure(`cannot install ${row.name} ${row.version}: ${refusals.map(({ reason }) => reason).join('; ')}`, {
    hint: `put ${row.name} on PATH yourself, or set GOPROXY to a Go module proxy that this machine reaches`,
    ...(output ? { output } : {}),
  });
}

async function fetchFrom(source: Source, work: string, context: Context, out: Output): Promise<Refusal | undefined> {
  const { read, run, signal } = context;
  const refuse = (reason: string) => (error: unknown) => {
    if (signal.aborted || !(error instanceof Failure)) throw error;
    return { reason, output: [error.message, error.output].join('\n') };
  };
  const fine = () => undefined;
  switch (source.kind) {
    case 'release': {
      const [list] = (await readChecksums([source.release], read)) ?? [];
      if (!list)
        return { reason: `this machine cannot reach ${new URL(source.release.address).host || 'the release'}` };
      const hint = 'run the command again; if it fails again, put the program on PATH yourself';
      return fetchRelease(source.release, { list, work, hint }, context, out).then(fine);
    }
    case 'build': {
      const folders = { into: work, cache: buildCache() };
      return buildModule(source.build, folders, context, out).then(fine, refuse('the build failed'));
    }
    case 'npm': {
      const packed = await packNpm(source.npm, work, run, out).then(fine, refuse('npm does not have the package'));
      return packed ?? unpackNpm(source.npm, work, context).then(fine);
    }
  }
}

async function verifyVersion(program: string, ask: readonly string[], version: string, run: Exec): Promise<void> {
  const reported = await askVersion(program, ask, run);
  // In a dry run there is no program that could tell.
  if (reported === version || !existsSync(program)) return;
  throw new Failure(`${basename(program)} reports ${reported ?? 'no version'}, expected ${version}`, {
    hint: 'run the command again; if it fails again, put the program on PATH yourself',
  });
}
