// Where the user's files lie, whatever the shell says of it.
import { afterEach, expect, test, vi } from 'vitest';
import { cachePath, dataPath, findProjectFolder, homeFolder } from '../../../tasks/core/paths.ts';

afterEach(() => void vi.unstubAllEnvs());

test.each([
  [undefined, '/home/ada/.cache/firesteel/x', '/home/ada/.local/share/firesteel/x'],
  ['', '/home/ada/.cache/firesteel/x', '/home/ada/.local/share/firesteel/x'],
  ['own', '/home/ada/.cache/firesteel/x', '/home/ada/.local/share/firesteel/x'],
  ['/own', '/own/firesteel/x', '/own/firesteel/x'],
])('with XDG_CACHE_HOME and XDG_DATA_HOME %j, files lie in %s and %s', (folder, cache, data) => {
  vi.stubEnv('HOME', '/home/ada');
  vi.stubEnv('XDG_CACHE_HOME', folder);
  vi.stubEnv('XDG_DATA_HOME', folder);
  expect([cachePath('x'), dataPath('x')]).toEqual([cache, data]);
});

test.each(['', 'relative'])('a home folder %j is refused: files would lie in the current folder', (home) => {
  vi.stubEnv('HOME', home);
  expect(() => homeFolder()).toThrow('this user has no home folder');
});

// Only root becomes another user.
test.runIf(process.geteuid?.() === 0)('a user without a home folder is refused as bad input', () => {
  vi.stubEnv('HOME', undefined);
  process.seteuid?.(54321);
  try {
    expect(() => homeFolder()).toThrow(
      expect.objectContaining({ exitCode: 2, hint: 'set HOME to a folder that this user may write to' }),
    );
  } finally {
    process.seteuid?.(0);
  }
});

test('a program without its package is refused', () => {
  expect(() => findProjectFolder('/dev/shm')).toThrow('firesteel is incomplete: /dev/shm has no package.json above it');
});
