// The user who runs firesteel.
import { userInfo } from 'node:os';

/** The user's name; in a container that knows no name for its user, what the shell says, else the number. */
export function userName(): string {
  try {
    return userInfo().username;
  } catch {
    const { USER, LOGNAME } = process.env;
    return USER || LOGNAME || `${process.geteuid?.() ?? 'unknown'}`;
  }
}
