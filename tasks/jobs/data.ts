// Chooses the data of a job, and its way to the driver: data set, folder, claim or image.
import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { constants, gunzipSync } from 'node:zlib';
import * as z from 'zod';
import { shortHash } from '../core/files/hash.ts';
import { didYouMean } from '../core/nearest.ts';
import { cachePath, ownPath } from '../core/paths.ts';
import { fetchInto } from '../images/layer/cache.ts';
import type { Layer } from '../images/layer/layer.ts';
import { ownVolumes } from '../spark/volumes.ts';
import type { Step, Tool } from '../steps/types.ts';
import type { DataSet } from './data-sets.ts';
import { readDataSet, unpackCommand } from './data-sets.ts';
import type { NamedSet } from './named-sets.ts';
import { mountConf, readClaim, verifyClaim } from './volumes.ts';
import { bySet, dataFolder, dataWord, ofImage, planned } from './ways.ts';

/** `data` of a job.yaml. */
export const dataSchema = z.strictObject({
  option: z
    .string()
    .optional()
    .describe(
      'The flag that tells the program where its data is, such as "-f, --folder"; without this flag, the files are in the current folder of driver and executors.',
    ),
  sets: z
    .array(z.string())
    .min(1)
    .describe('Data sets of docker/data that the job can use; the first one is the default.'),
  files: z
    .record(z.string().regex(/^[-.\w]+$/), z.string().regex(/^([0-9a-f]{2})*$/, 'expected bytes in hexadecimal'))
    .describe('Files that a folder in --data must have, each with its first bytes in hexadecimal.'),
  executors: z.boolean().default(false).describe('Whether executors also read the data, if the data is on a claim.'),
});

/** A job's data, described. */
export type JobData = z.output<typeof dataSchema>;

/** Where a job's data comes from and where the driver has it. */
export interface DataPlan {
  /** One line for the user. */
  shown: string;
  /** The path in the driver. */
  path: string;
  /** What the image has to hold. */
  files: Layer['files'];
  /** Properties that mount it. */
  conf: Record<string, string>;
  /** Bring it to this machine. */
  bring: Step[];
  /** Look for it in the cluster. */
  look: Step[];
  /** What of this machine that takes. */
  tools: Tool[];
  /** A folder of this machine that pods are to have at its claim. */
  hostFolder?: string;
  /** What is to be in a claim or a remote file system before the run, and is on this machine. */
  put?: DataPut;
}

/** Data that a pod puts where runs read it. */
export interface DataPut {
  set: NamedSet;
  /** Its path on this machine. */
  from: string;
  claim?: string;
  address?: string;
}

/** Either what `--data` asks for, planned, or what is wrong with that, a line each. */
export type Planned = { plan: DataPlan } | { problems: string[] };

/** Plans what `--data` asks for: a set's name, a folder, `claim:NAME[/path]`, `image:/path`; the job's first set if left out. */
export function planData(data: JobData, namespace: string, asked?: string): Planned {
  const word = dataWord(asked ?? data.sets[0] ?? '');
  const [, kind, rest = ''] = /^(claim|image):(.*)$/.exec(word) ?? [];
  if (kind === 'image') return ofImage(rest, word);
  if (kind === 'claim') return onClaim(data, namespace, rest);
  if (/^(mount|storage):|:\/\//.test(word))
    return { problems: [`--data ${word}: this job accepts ${data.sets.join(', ')}; ${others}`] };
  if (word === '') return { problems: ['--data: expected a data set, a folder, claim:NAME/path or image:/path'] };
  if (/^[~.]|\//.test(word)) return ownFolder(data, word);
  const set = readDataSet(word);
  if (!set || set.unavailable || !data.sets.includes(word)) return { problems: [noSet(data, word, set)] };
  return bySet(set);
}

const others = 'or use your own: --data FOLDER, claim:NAME/path or image:/path';

/** A word without "/" is a name; a folder of that name is meant by those who have one. */
function noSet({ sets }: JobData, word: string, set: DataSet | undefined): string {
  if (set?.unavailable) return `--data ${word}: ${set.unavailable}: use ${sets.join(' or ')}, ${others}`;
  const meant = isFolder(word) ? `; did you mean "./${word}"?` : didYouMean(word, sets);
  return `--data ${word}: not one of ${sets.join(', ')}${meant || `; ${others}`}`;
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

function onClaim({ executors }: JobData, namespace: string, text: string): Planned {
  const found = readClaim(text);
  if (!found)
    return {
      problems: [`--data claim:${text}: expected claim:NAME or claim:NAME/path, where NAME is a claim in ${namespace}`],
    };
  const { claim, subPath } = found;
  const path = `${dataFolder}/claim`;
  return planned({
    shown: `data: ${subPath ? `${subPath} of ` : ''}claim ${claim}`,
    path,
    conf: mountConf(ownVolumes.data, { claim, path, subPath, readOnly: true, executors }),
    look: [verifyClaim(claim, namespace)],
  });
}

/** A file of the user's folder, plain or compressed. */
interface OwnFile {
  name: string;
  path: string;
}

function ownFolder({ files }: JobData, word: string): Planned {
  const folder = ownPath(word);
  if (!isFolder(folder))
    return { problems: [`--data ${word}: ${existsSync(folder) ? 'not a folder' : 'no such folder'}`] };
  const found = Object.keys(files).map((name) => ({
    name,
    path: [name, `${name}.gz`].map((file) => join(folder, file)).find((path) => existsSync(path)),
  }));
  const missing = found.filter(({ path }) => path === undefined).map(({ name }) => name);
  if (missing.length > 0) return { problems: [`--data ${word}: lacks ${missing.join(', ')}, plain or as .gz`] };
  const own = found as OwnFile[];
  const wrong = own.filter(({ name, path }) => !beginsWith(path, files[name] ?? ''));
  if (wrong.length > 0)
    return {
      problems: wrong.map(
        ({ name, path }) =>
          `--data ${word}: ${basename(path)} is of another type: its first bytes are not ${files[name]}`,
      ),
    };
  const path = `${dataFolder}/own`;
  const copy = cachePath('data', `own-${shortHash(own.map(listed))}`);
  return planned({
    shown: `data: ${folder}`,
    path,
    files: [{ from: copy, to: path, digest: basename(copy) }],
    bring: [takeFiles(folder, own, copy)],
  });
}

/** What tells one state of a file from another. */
function listed({ name, path }: OwnFile): (string | number)[] {
  const { size, mtimeMs } = statSync(path);
  return [name, path, size, mtimeMs];
}

/** Copies the files into the cache, unpacked. */
const takeFiles = (folder: string, files: OwnFile[], copy: string): Step => ({
  title: `Take data from ${basename(folder)}`.slice(0, 50),
  skip: () => existsSync(copy) && 'unchanged since the last copy',
  run: (context) =>
    fetchInto(copy, context, async (_, target) => {
      for (const { name, path } of files) await context.run(unpackCommand(path, join(target, name)));
    }),
});

/** Whether a file, unpacked if it is compressed, begins with these bytes. */
function beginsWith(path: string, bytes: string): boolean {
  const wanted = Buffer.from(bytes, 'hex');
  const start = Buffer.alloc(4096);
  const file = openSync(path, 'r');
  try {
    const read = start.subarray(0, readSync(file, start));
    const isPacked = read[0] === 0x1f && read[1] === 0x8b;
    // It is only the beginning of what was packed.
    const plain = isPacked ? gunzipSync(read, { finishFlush: constants.Z_SYNC_FLUSH }) : read;
    return plain.subarray(0, wanted.length).equals(wanted);
  } catch {
    return false;
  } finally {
    closeSync(file);
  }
}
