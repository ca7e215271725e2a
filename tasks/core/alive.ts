// Checks whether a process exists.

/** Whether a process of this id is there, of any user. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // It is there, and someone else's.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
