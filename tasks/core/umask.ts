// The umask. What firesteel makes is for nodes, images and other users too, so its modes do not depend on the shell; secrets
// have their own modes. What a user's own programs write keeps the user's umask, but never lets everybody write.
import type { Command } from './types.ts';

const common = 0o022;
let usersOwn = common;

/** Takes the common umask for this process and its children. Called once, at the start. */
export function takeCommonUmask(): void {
  usersOwn = process.umask(common);
}

/** A command whose files get the modes that the user's shell would give them; never those with which everybody may write. */
export function withUsersUmask(command: Command, umask = usersOwn): Command {
  const own = umask | 0o002;
  return own === common ? command : ['sh', '-c', `umask ${own.toString(8)}; exec "$@"`, 'sh', ...command];
}
