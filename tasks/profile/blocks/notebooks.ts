// The keys of a profile for notebook servers.
import * as z from 'zod';
import { idleTime, quantity, size, time } from './shapes.ts';

/** A repository that anybody may read, and what to check out of it. */
export interface GitSource {
  url: string;
  /** Branch, tag or commit; undefined for the repository's default. */
  ref?: string | undefined;
  /** Its folder below the work folder. */
  folder: string;
}

/** `https://host/path/name.git@ref` in parts; undefined if it is none, or carries a user or password. */
export function parseGit(text: string): GitSource | undefined {
  const [, url, folder, ref] =
    /^(https?:\/\/[^\s/@?#]+(?:\/[\w.~%+-]+)*\/([\w][\w.-]*?)(?:\.git)?\/?)(?:@([\w][\w./+-]*))?$/.exec(text) ?? [];
  return url && folder ? { url, folder, ref } : undefined;
}

/** What is expected of one. */
export const gitExpected =
  'expected an address such as https://host/user/name.git or …/name.git@branch, without user and password';

export const notebook = z.strictObject({
  size: size.default('10Gi').describe('Size of the claim with the work folder.'),
  storageClass: z.string().optional().describe("Storage class of the claim; by default the cluster's."),
  cores: quantity
    .optional()
    .describe(
      'CPU that JupyterLab, its kernels and their drivers request; by default 100m, because they mostly wait for input.',
    ),
  memory: size
    .optional()
    .describe(
      'Memory of JupyterLab, its kernels and their drivers; each kernel with a session takes about 700Mi. By default up to 3Gi, of which 1Gi is requested.',
    ),
  keras: z
    .boolean()
    .default(true)
    .describe(
      'Whether notebooks have TensorFlow, Keras and elephas. Without them, the image of notebooks and seats is about 1.4 GB smaller.',
    ),
  executorIdleTimeout: time
    .default('60s')
    .describe('How long an idle executor stays, unless dynamicAllocation is enabled.'),
  kernelIdleTimeout: idleTime.default('1h').describe('How long an idle kernel stays; its session ends with it.'),
  git: z
    .string()
    .refine((text) => parseGit(text) !== undefined, gitExpected)
    .optional()
    .describe('Repository to clone into the work folder if it is missing there, as https://host/user/name.git@ref.'),
});
