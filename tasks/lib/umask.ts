// The umask. What firesteel makes is for nodes, images and other users too, so its modes do not depend on the shell; secrets
// have modes of their own. What a user's own programs write keeps the user's umask.
import type { Command } from './types.ts';

const common = 0o022;
let usersOwn = common;

/** Takes the common umask for this process and its children. Called once, at the start. */
export function takeCommonUmask(): void {
  usersOwn = process.umask(common);
}

/** A command whose files get the modes that the user's shell would give them. */
export const withUsersUmask = (command: Command, umask = usersOwn): Command =>
  umask === common ? command : ['sh', '-c', `umask ${umask.toString(8)}; exec "$@"`, 'sh', ...command];
