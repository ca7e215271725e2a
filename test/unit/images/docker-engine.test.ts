// Where the client of Docker finds an engine, and whether one answers.
import { afterEach, expect, test, vi } from 'vitest';
import type { Exec } from '../../../tasks/core/types.ts';
import { engineHost, hasBuildx, hasEngine } from '../../../tasks/images/docker-engine.ts';

afterEach(() => vi.unstubAllEnvs());

test.each(['unix:///run/user/1000/docker.sock', 'ssh://builder', 'tcp://10.0.0.1:2376'])(
  'the engine of $DOCKER_HOST comes first: %s',
  (host) => {
    vi.stubEnv('DOCKER_HOST', host);
    expect(engineHost()).toBe(host);
  },
);

test('an empty $DOCKER_HOST names none', () => {
  vi.stubEnv('DOCKER_HOST', '');
  expect(engineHost() ?? 'unix://').toMatch(/^unix:\/\//);
});

const missing: Exec = async () => {
  throw new Error('docker: not found');
};

test.each<[string, Exec, boolean]>([
  ['says its version', async () => '28.2.2\n', true],
  ['is a client alone', async () => '\n', false],
  ['is not there', missing, false],
])('Docker that %s', async (_, read, is) => {
  expect(await hasEngine(read)).toBe(is);
  expect(await hasBuildx(read)).toBe(is);
});
