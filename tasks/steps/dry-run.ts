// A dry run: the steps in their order, looking for real, with every change printed instead of made.
import { existsSync } from 'node:fs';
import { asRoot, shown } from '../core/exec.ts';
import { isWritten } from '../core/files/changes.ts';
import type { Exec } from '../core/types.ts';
import type { Kube } from '../kube/types.ts';
import type { Context, Step } from './types.ts';

type Print = (line: string) => void;

/** A context that looks like the given one and changes nothing; what cannot be read counts as absent. */
export function dryRunContext(context: Context, wrap: (kube: Kube) => Kube, print: Print): Context {
  const read: Exec = (command, options) => context.read(command, options).catch(() => '');
  const run: Exec = async (command, options) => {
    print(`  $ ${shown(options?.asRoot ? asRoot(command) : command)}`);
    return '';
  };
  return {
    ...context,
    kube: wrap(context.kube),
    connect: (source) => wrap(context.connect(source)),
    read,
    run,
    change: async (what) => {
      print(`  ${what}`);
      return undefined;
    },
    remove: async (...paths) => {
      for (const path of paths) if (existsSync(path)) print(`  remove ${path}`);
    },
    mkdir: async (...paths) => {
      for (const path of paths) if (!existsSync(path)) print(`  make folder ${path}`);
    },
    move: async (from, to) => print(`  move ${from} to ${to}`),
    write: async (files) => {
      for (const file of files) {
        if (await isWritten(file)) continue;
        print(`  write ${file.path} (mode 0${(file.mode ?? 0o644).toString(8)})`);
        if (file.shown !== undefined) print(file.shown.trimEnd().replaceAll(/^/gm, '    '));
      }
    },
  };
}

/** Walks the steps one after the other and prints each with what it would do. */
export async function dryRunSteps(steps: Step[], context: Context, print: Print): Promise<void> {
  for (const step of steps) {
    if ('steps' in step) {
      await dryRunSteps(step.steps, context, print);
      continue;
    }
    const reason = await step.skip?.(context);
    if (reason) print(`↷ ${step.title}: ${reason}`);
    else if (step.observes) print(`◦ ${step.title}`);
    else {
      print(`▸ ${step.title}`);
      await step.run(context, { line: () => {} });
    }
  }
}
