// Finds files in a program's arguments, brings those of this machine, and replaces their paths.
import { readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { usageFailure } from '../core/failure.ts';
import { shortDigest } from '../core/files/hash.ts';
import { jobFolder } from '../images/layer/image.ts';
import type { Step } from '../steps/types.ts';
import type { Given } from './items.ts';
import { changedValues, givenFlags, type Options } from './options.ts';
import { mountConf, readClaim, type Volumes, verifyClaim } from './volumes.ts';

/** `claim:NAME/path`, `image:/path`. */
const elsewhere = /^(claim|image):(.*)$/;

const wordsOf = (value: string): string[] => value.split(',').filter(Boolean);

/** Files and folders that inputs name, each with the flag it stands behind. */
const inputWords = (options: Options, args: readonly string[]) =>
  givenFlags(options, args).given.flatMap(({ key, flag, value = '' }) => {
    const option = options[key ?? ''];
    return option?.type === 'input' ? wordsOf(value).map((word) => ({ word, label: `${flag} ${word}`, option })) : [];
  });

/** The files of this machine that arguments name, each once; a usage Failure for one that is not there or of another kind. */
export function ownInputs(options: Options = {}, args: readonly string[]): Given[] {
  const found = inputWords(options, args)
    .filter(({ word }) => !elsewhere.test(word))
    .flatMap(({ word, label, option }) => filesOf(word, label, option.endings));
  return [...new Map(found.map((given) => [given.path, given])).values()];
}

/** A file, or the files of a folder that end so. */
function filesOf(word: string, label: string, endings: readonly string[] = ['']): Given[] {
  const path = resolve(word);
  const fits = (name: string) => endings.some((ending) => name.endsWith(ending));
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) throw usageFailure(`${label}: not found`);
  const names = stat.isDirectory() ? readdirSync(path).filter((name) => !/^[._]/.test(name) && fits(name)) : [];
  if (stat.isDirectory() && names.length > 0)
    return names.sort().map((name) => ({ path: join(path, name), label: `${label}: ${name}` }));
  if (stat.isFile() && fits(path)) return [{ path, label }];
  const wanted = endings.filter(Boolean).join(', ');
  throw usageFailure(`${label}: expected ${wanted ? `${wanted}: ` : ''}a file, or a folder of files`);
}

/** The part of a job that its inputs are. */
interface Asked {
  args: readonly string[];
  options?: Options;
  /** Where the driver has files of this machine, by their paths here. */
  inputs?: Record<string, string>;
  volumes?: Volumes;
}

/** What a job's inputs mean for its run. */
interface InputPlan {
  /** The arguments as the driver is to get them. */
  args: string[];
  /** Properties that mount claims. */
  conf: Record<string, string>;
  /** Look for claims in the cluster. */
  look: Step[];
  /** What cannot work, a line each. */
  problems: string[];
}

/** Plans where the driver has what its arguments name. Only reads. */
export function planInputs({ options = {}, args, inputs = {}, volumes = {} }: Asked, namespace: string): InputPlan {
  const plan: InputPlan = { args: [], conf: {}, look: [], problems: [] };
  for (const { word, label } of inputWords(options, args)) {
    const [, kind, place = ''] = elsewhere.exec(word) ?? [];
    if (kind === 'image' && !place.startsWith('/'))
      plan.problems.push(`${label}: expected an absolute path, as in image:/opt/data`);
    if (kind !== 'claim') continue;
    const claim = readClaim(place)?.claim;
    if (!claim) plan.problems.push(`${label}: expected claim:NAME/path, where NAME is a claim in ${namespace}`);
    else if (!volumes[claim]) {
      // Volumes of firesteel may have the claim's name.
      const volume = `input-${shortDigest(claim)}`;
      Object.assign(plan.conf, mountConf(volume, { claim, path: claimPath(claim, volumes), readOnly: true }));
      plan.look.push(verifyClaim(claim, namespace));
    }
  }
  const driverPaths = (word: string, endings?: string[]): string[] => {
    const [, kind, place = ''] = elsewhere.exec(word) ?? [];
    const { claim = '', subPath } = readClaim(place) ?? {};
    if (kind === 'image') return [place];
    if (kind === 'claim') return [[claimPath(claim, volumes), ...(subPath ? [subPath] : [])].join('/')];
    return filesOf(word, word, endings).map(({ path }) => inputs[path] ?? path);
  };
  plan.args = changedValues(options, args, ({ type, endings }, value) =>
    type === 'input'
      ? wordsOf(value)
          .flatMap((word) => driverPaths(word, endings))
          .join(',')
      : undefined,
  );
  return plan;
}

/** Where the driver has a claim: one that the job keeps files on is there already. */
const claimPath = (claim: string, volumes: Volumes): string =>
  volumes[claim]?.mountPath ?? `${jobFolder}/claims/${claim}`;
