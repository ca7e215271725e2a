// Runs setup: prints lines or one JSON object, then runs deploy on request.
import { exitCode, usageFailure } from '../../tasks/core/failure.ts';
import { wrapped } from '../../tasks/core/screen/columns.ts';
import { setup } from '../../tasks/setup.ts';
import type { Flags, OwnFlags } from './flags.ts';
import { columnsOf, prompterFor } from './prompts/prompter.ts';
import { usualProfile } from './usual.ts';

/** Answers the exit code. */
export async function runSetup(flags: Flags & OwnFlags): Promise<number> {
  if (flags.profile !== usualProfile())
    throw usageFailure(
      `setup writes a new profile, but --profile ${flags.profile} names an existing one`,
      `name the new profile: --name ${flags.profile}`,
    );
  const controller = new AbortController();
  const width = columnsOf();
  const say = (text: string) => void (flags.json || process.stdout.write(`${text}\n`));
  const { set, yes, dryRun } = flags;
  const { facts, deploys, isChange } = await setup(
    { flags: ownOf(flags), sets: set, yes, dryRun },
    { prompter: prompterFor(flags), say, width },
    controller.signal,
  );
  controller.abort();
  const code = dryRun && flags.exitCode && isChange ? exitCode.drift : exitCode.done;
  if (flags.json) process.stdout.write(`${JSON.stringify({ event: 'done', ...facts, exitCode: code })}\n`);
  if (deploys === undefined) return code;
  say(wrapped(`\nfiresteel deploy --profile ${deploys}`, width));
  const [{ runVerb }, { deploy }] = await Promise.all([import('./run-verb.ts'), import('../../tasks/deploy.ts')]);
  return runVerb(deploy, [], { ...flags, profile: deploys, set: [] });
}

/** The flags that are setup's alone, as texts. */
function ownOf(flags: Flags & OwnFlags): Record<string, string | undefined> {
  const { profile: _profile, set: _set, dryRun: _dryRun, exitCode: _exitCode, json: _json, ...others } = flags;
  const { yes: _yes, plain: _plain, verbose: _verbose, ...own } = others;
  return Object.fromEntries(
    Object.entries(own).map(([name, value]) => [name, value === undefined ? value : `${value}`]),
  );
}
