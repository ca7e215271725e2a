// Says why this user cannot have a file of this machine.
import { type Failure, usageFailure } from '../failure.ts';

/** What the codes of the system mean for a file that its user named. */
const words: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ELOOP: 'a link that leads in a circle',
  ENAMETOOLONG: 'the name is too long',
  ENOENT: 'not found',
};

/** `/home/ada/key.pem: permission denied`; undefined for what no file is to blame for. */
export function fileTrouble(error: unknown): string | undefined {
  const { code = '', path } = error as NodeJS.ErrnoException;
  return path && Object.hasOwn(words, code) ? `${path}: ${words[code]}` : undefined;
}

/** The same as a usage Failure; a file that is missing may as well be one of firesteel's own, but for a folder of TMPDIR. */
export function fileFailure(error: unknown): Failure | undefined {
  const trouble = fileTrouble(error);
  const { code, syscall } = error as NodeJS.ErrnoException;
  return trouble === undefined || (code === 'ENOENT' && syscall !== 'mkdtemp') ? undefined : usageFailure(trouble);
}
