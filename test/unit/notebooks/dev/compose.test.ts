import { describe, expect, test } from 'vitest';
import type { Exec } from '../../../../tasks/core/types.ts';
import { composeCommand, composeObject, findCompose } from '../../../../tasks/notebooks/dev/compose.ts';
import type { Stack } from '../../../../tasks/notebooks/dev/stack.ts';

const stack: Stack = {
  kind: 'containers',
  notebooks: '/home/ann/my $notebooks: 1',
  ports: { lab: 8888, master: 7077, pages: 8080, driver: 4040 },
  secret: 'hidden',
  settings: '',
};

const pip = { variables: { PIP_INDEX_URL: 'https://pypi.example.org' }, authorities: '-----BEGIN', notes: [] };

interface Service {
  user: string;
  cap_drop?: string[];
  command: string[];
  ports?: string[];
  environment: Record<string, string>;
  volumes: { type: string; source: string; target: string }[];
}

const services = (uid: number): Record<string, Service> =>
  composeObject(stack, 'spark:1', { owner: { uid, gid: 100 }, cores: 2, isOld: false, pip })['services'] as Record<
    string,
    Service
  >;

describe('the file for compose', () => {
  test('every container is the user', () => {
    for (const service of Object.values(services(1000))) {
      expect(service.user).toBe('1000:100');
      expect(service.cap_drop).toEqual(['ALL']);
    }
  });

  test('root keeps its capabilities, so that folders of others stay readable', () => {
    expect(services(0)['lab']?.cap_drop).toBeUndefined();
  });

  test('ports are published on 127.0.0.1 only, and the port of the master is not published', () => {
    const ports = Object.values(services(1000)).flatMap((service) => service.ports ?? []);
    expect(ports.sort()).toEqual(['127.0.0.1:4040:4040', '127.0.0.1:8080:8080', '127.0.0.1:8888:8888']);
  });

  test('folders have the same path inside, and a dollar sign is not a variable', () => {
    const volumes = services(1000)['lab']?.volumes ?? [];
    for (const { type, source, target } of volumes) expect([type, source]).toEqual(['bind', target]);
    expect(volumes.at(-1)?.source).toBe('/home/ann/my $$notebooks: 1');
  });

  test('no secret is in it', () => {
    expect(JSON.stringify(services(1000))).not.toContain('hidden');
  });

  test.each([
    [true, '2.4'],
    [false, undefined],
  ])('only the older Compose gets a version', (isOld, version) => {
    const own = { owner: { uid: 1, gid: 1 }, cores: 1, isOld, pip };
    expect(composeObject(stack, 'spark:1', own)['version']).toBe(version);
  });
});

/** Answers `docker compose` and `docker-compose` with these versions; undefined is not there. */
const machine =
  (plugin: string | undefined, program: string | undefined): Exec =>
  async ([name]) => {
    const version = name === 'docker' ? plugin : program;
    if (version === undefined) throw new Error('not found');
    return version;
  };

test.each([
  ['the plugin', '2.40.3\n', undefined, ['docker', 'compose'], false],
  ['the plugin before the older program', 'v2.20.2\n', '1.29.2\n', ['docker', 'compose'], false],
  ['the older program', undefined, '1.29.2\n', ['docker-compose'], true],
  ['the newer one as a program', undefined, '2.40.3\n', ['docker-compose'], false],
  // docker 20.10 without the plugin prints its help and ends with 0.
  ['no word of a version', 'Usage:  docker [OPTIONS] COMMAND\n', '1.29.2\n', ['docker-compose'], true],
])('%s is found', async (_, plugin, program, words, isOld) => {
  expect(await findCompose(machine(plugin, program))).toEqual({ words, isOld });
});

test('no Compose is found where there is none', async () => {
  expect(await findCompose(machine(undefined, undefined))).toBeUndefined();
});

test('commands name project and file', () => {
  const command = composeCommand({ words: ['docker', 'compose'], isOld: false }, 'down');
  expect(command.join(' ')).toMatch(
    /^docker compose --project-name firesteel-dev-\d+ --file \/\S+\/dev\/compose.json down$/,
  );
});
