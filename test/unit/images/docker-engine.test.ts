// Where the client of Docker finds an engine, and whether one answers.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Exec } from '../../../tasks/core/types.ts';
import { engineHost, hasBuildx, hasEngine } from '../../../tasks/images/docker-engine.ts';
import { ownFolder } from '../../own-folder.ts';

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

describe('the engine of a context', () => {
  const folder = ownFolder({});
  const at = 'unix:///home/me/.colima/default/docker.sock';
  const write = (file: string, content: object) => {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), JSON.stringify(content));
  };
  const meta = createHash('sha256').update('colima').digest('hex');

  test.each<[string, string, string, string, string | undefined]>([
    ['that the settings name is used', '', '', 'colima', at],
    ['that $DOCKER_CONTEXT names comes before', '', 'colima', 'other', at],
    ['that is the default is the usual one', '', 'default', 'colima', undefined],
    ['that is not there is the usual one', '', '', 'gone', undefined],
    ['comes after $DOCKER_HOST', 'tcp://a:2375', '', 'colima', 'tcp://a:2375'],
  ])('%s', (_, host, named, current, expected) => {
    vi.stubEnv('DOCKER_CONFIG', folder);
    vi.stubEnv('DOCKER_HOST', host);
    vi.stubEnv('DOCKER_CONTEXT', named);
    write('config.json', { currentContext: current });
    write(join('contexts', 'meta', meta, 'meta.json'), { Name: 'colima', Endpoints: { docker: { Host: at } } });
    const usual = existsSync('/var/run/docker.sock') ? 'unix:///var/run/docker.sock' : undefined;
    expect(engineHost()).toBe(expected ?? usual);
  });
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
