// doctor as users run it, in namespaces of Linux where a test breaks the machine and nothing outside changes.
import { spawnSync } from 'node:child_process';
import { shown } from '../tasks/core/exec.ts';
import { firesteelCommand } from './built-command.ts';

/** A namespace of mounts; for others than root in a namespace of users, where they may mount. */
export const namespace = ['unshare', ...(process.getuid?.() === 0 ? [] : ['--user', '--map-root-user']), '--mount'];
/** Whether a command ends well. */
export const can = (...command: string[]): boolean => spawnSync(command[0] ?? '', command.slice(1)).status === 0;
/** Whether this machine lets a test mount in a namespace. */
export const mayMount = process.platform === 'linux' && can(...namespace, 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt');

interface Answer {
  checks: { name: string; state: string; seen: string; remedies: string[] }[];
  code: number | null;
  output: string;
}

/** Runs these commands of a shell in the namespace, and then doctor with these words. */
export function doctorAfter(
  commands: readonly string[],
  words: readonly string[],
  { env = {}, within = namespace } = {},
): Answer {
  const doctor = shown([...firesteelCommand, 'doctor', ...words, '--json']);
  const { status, stdout, stderr } = spawnSync(
    within[0] ?? '',
    [...within.slice(1), 'sh', '-ec', [...commands, `exec ${doctor}`].join('\n')],
    { encoding: 'utf8', env: { ...process.env, ...env } },
  );
  const last = stdout.split('\n').findLast((line) => line.startsWith('{"event":"done"')) ?? '{}';
  const { checks = [] } = JSON.parse(last) as Partial<Answer>;
  return { checks, code: status, output: stdout + stderr };
}

/** The one check that was asked. */
export const finding = (...asked: Parameters<typeof doctorAfter>) => {
  const { checks, output } = doctorAfter(asked[0], asked[1], asked[2]);
  return checks[0] ?? output;
};
