// Finds the description of a job: docker/jobs/NAME, or a path of the user.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { usageFailure } from '../core/failure.ts';
import { didYouMean } from '../core/nearest.ts';
import { projectPath, withHome } from '../core/paths.ts';
import type { KeyPath } from '../profile/keys.ts';
import { ownPathOf } from './conf-files.ts';
import { isAddress } from './files.ts';
import { type JobDescription, jobSchema } from './schema.ts';
import { readJobYaml } from './yaml.ts';

/** A job as described. */
export interface JobSource {
  name: string;
  description: JobDescription;
  /** Where its relative paths begin. */
  folder: string;
  /** How messages name what stands at a key: `job.yaml:3:5: files[0] a.csv`. */
  label(path: KeyPath, value?: string): string;
}

export const jobsFolder = projectPath('docker', 'jobs');

/** The folders that hold a job, by name. */
export const jobNames = (jobs = jobsFolder): string[] =>
  readdirSync(jobs, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();

/** Finds what a word names: a job, a path or an address in the image. */
export function findJob(given: string, jobs = jobsFolder): JobSource {
  const names = jobNames(jobs);
  const word = ownPathOf(given) ?? withHome(given);
  if (names.includes(word)) return inFolder(join(jobs, word), word);
  if (!/[/\\.]/.test(word))
    throw usageFailure(
      `job "${word}": not found${didYouMean(word, names)}`,
      `choose one of ${names.join(', ')}, or a path such as ./${word}`,
    );
  if (!isAddress(word) && statSync(word, { throwIfNoEntry: false })?.isDirectory()) return inOwnFolder(word);
  if (basename(word) === 'job.yaml' && existsSync(word)) return inOwnFolder(dirname(word));
  if (!/\.(py|jar|zip)$/.test(word))
    throw usageFailure(
      `${word}: ${isAddress(word) || existsSync(word) ? 'not a program' : 'not found'}`,
      insteadOf(word),
    );
  if (isAddress(word)) {
    if (!jobSchema.shape.main.safeParse(word).success)
      throw usageFailure(
        `${word}: neither a file of this machine nor a file in the image`,
        'name a path of this machine, or a .py or .jar in the image: local:///…',
      );
    return { ...described(word, word), folder: '' };
  }
  return { ...described(word, basename(word)), folder: dirname(resolve(word)) };
}

function insteadOf(word: string): string {
  if (word.endsWith('.zpln')) return 'export the note from Zeppelin as .ipynb, and name that file';
  return /\.ya?ml$/.test(word)
    ? 'rename the file to job.yaml, and name its folder'
    : 'name a .py, .jar or .zip, or a folder with job.yaml, main.py or __main__.py';
}

/** A program without a job.yaml. */
const described = (label: string, main: string, further: Partial<JobDescription> = {}): Omit<JobSource, 'folder'> => ({
  name: basename(main, extname(main)),
  description: { ...jobSchema.parse({ main }), ...further },
  label: () => label,
});

function inFolder(folder: string, name: string): JobSource {
  const { description, placeOf } = readJobYaml(join(folder, 'job.yaml'));
  return { name, description, folder, label: (path, value) => `${placeOf(path)}${value ? ` ${value}` : ''}` };
}

/** A folder that python could run, or one with a job.yaml. */
function inOwnFolder(path: string): JobSource {
  const folder = resolve(path);
  const name = basename(folder);
  if (existsSync(join(folder, 'job.yaml'))) return inFolder(path, name);
  const main = ['__main__.py', 'main.py'].find((file) => existsSync(join(folder, file)));
  if (!main)
    throw usageFailure(
      `${path}: no job.yaml, main.py or __main__.py in it`,
      existsSync(join(folder, 'job.yml')) ? 'rename job.yml to job.yaml' : 'add one of them',
    );
  return { ...described(path, main, { pyFiles: ['.'] }), name, folder };
}
