// Who submits, also where the system has no name for the user.
import { userInfo } from 'node:os';
import { expect, test, vi } from 'vitest';
import { userName } from '../../../tasks/core/user.ts';

test('a user is called as the system calls it', () => expect(userName()).toBe(userInfo().username));

// Only root becomes another user.
test.runIf(process.geteuid?.() === 0).each([
  ['ada', 'eve', 'ada'],
  ['', 'eve', 'eve'],
  ['', '', '54321'],
])('a user whom the system does not know, with USER=%s and LOGNAME=%s, is %s', (user, logName, name) => {
  vi.stubEnv('USER', user);
  vi.stubEnv('LOGNAME', logName);
  process.seteuid?.(54321);
  try {
    expect(() => userInfo()).toThrow('ENOENT');
    expect(userName()).toBe(name);
  } finally {
    process.seteuid?.(0);
    vi.unstubAllEnvs();
  }
});
