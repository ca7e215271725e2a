// Runs the steps of a dry run: real looks, and reports in place of changes.
import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { asRoot, shown } from '../core/exec.ts';
import { isWritten } from '../core/files/changes.ts';
import { changedLines } from '../core/plan/lines.ts';
import type { Change, PlanEvent, Tell, Totals } from '../core/plan/types.ts';
import type { Exec, FileContent } from '../core/types.ts';
import { dryRunKube } from '../kube/dry-run.ts';
import type { Context, Step } from './types.ts';

const octal = (mode: number): string => `0${mode.toString(8)}`;

/** What there is at a path; undefined if it cannot be read. */
async function present(path: string): Promise<{ text: string; mode: number } | undefined> {
  try {
    const [content, { mode }] = await Promise.all([readFile(path), stat(path)]);
    return { text: content.toString(), mode: mode & 0o777 };
  } catch {
    return undefined;
  }
}

/** A file that its owner alone may read holds secrets: no line of it is shown unless `shown` is given. */
async function linesOf(
  file: FileContent,
  mode: number,
  before: { text: string; mode: number } | undefined,
): Promise<string[]> {
  const { content, shown } = file;
  if (!before) return shown?.trimEnd().split('\n') ?? [];
  const modes = before.mode === mode ? [] : [`mode: ${octal(before.mode)} → ${octal(mode)}`];
  if (before.text === Buffer.from(content).toString()) return modes;
  if (shown !== undefined) return [...modes, ...shown.trimEnd().split('\n')];
  const isSecret = [mode, before.mode].some((one) => (one & 0o077) === 0);
  if (isSecret || before.text.includes('\0')) return [...modes, 'content: changes'];
  return [...modes, ...(await changedLines(before.text, Buffer.from(content).toString()))];
}

async function writing(file: FileContent): Promise<Change> {
  const { path } = file;
  const mode = file.mode ?? 0o644;
  const before = await present(path);
  const lines = await linesOf(file, mode, before);
  return {
    kind: 'file',
    action: before ? 'change' : 'create',
    name: `write ${path} (mode ${octal(mode)})`,
    file: path,
    mode: octal(mode),
    ...(lines.length > 0 ? { lines } : {}),
  };
}

/** A context that looks like the given one and changes nothing; what cannot be read counts as absent. */
function dryRunContext(context: Context, tell: Tell): Context {
  const read: Exec = (command, options) => context.read(command, options).catch(() => '');
  const run: Exec = async (command, options) => {
    tell({ kind: 'command', name: shown(options?.asRoot ? asRoot(command) : command) });
    return '';
  };
  return {
    ...context,
    kube: dryRunKube(context.kube, tell),
    connect: (source) => dryRunKube(context.connect(source), tell),
    read,
    run,
    change: async (what) => {
      tell(typeof what === 'string' ? { kind: 'other', name: what } : { kind: 'resource', ...what });
      return undefined;
    },
    remove: async (...paths) => {
      for (const path of paths)
        if (existsSync(path)) tell({ kind: 'file', action: 'delete', name: `remove ${path}`, file: path });
    },
    mkdir: async (...paths) => {
      for (const path of paths)
        if (!existsSync(path)) tell({ kind: 'file', action: 'create', name: `make folder ${path}`, file: path });
    },
    move: async (from, to) => tell({ kind: 'file', action: 'change', name: `move ${from} to ${to}`, file: from, to }),
    write: async (files) => {
      for (const file of files) if (!(await isWritten(file))) tell(await writing(file));
    },
  };
}

/** Walks the steps one after the other and reports each with what it would do; ends with the totals. */
export async function dryRun(steps: Step[], context: Context, report: (event: PlanEvent) => void): Promise<Totals> {
  const totals: Totals = { create: 0, change: 0, delete: 0, run: 0 };
  let path: string[] = [];
  const further: Step[] = [];
  const dry = dryRunContext(context, (change) => {
    totals['action' in change ? change.action : 'run'] += 1;
    report({ event: 'change', path, ...change });
  });

  async function walk(inner: Step[], outer: string[]): Promise<void> {
    for (const step of inner) {
      path = [...outer, step.title];
      if ('steps' in step) {
        await walk(step.steps, path);
        continue;
      }
      const reason = await step.skip?.(dry);
      if (reason) report({ event: 'skip', path, reason });
      else if (step.observes) report({ event: 'look', path });
      else {
        report({ event: 'plan', path });
        await step.run(dry, { line: (line) => step.compares && report({ event: 'line', path, line }) });
        further.push(...((await step.further?.(dry)) ?? []));
      }
    }
  }

  for (let next = steps; next.length > 0; next = further.splice(0)) await walk(next, []);
  report({ event: 'planned', ...totals });
  return totals;
}
