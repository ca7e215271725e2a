// What nodes read of the profile's registries.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { hostsToml, registryProblems, staleRegistries } from '../../../../../tasks/clusters/local/images/registries.ts';
import { layoutOn } from '../../../../../tasks/clusters/local/layout.ts';
import { configurationFiles } from '../../../../../tasks/clusters/local/node/configuration.ts';
import { containerdToml } from '../../../../../tasks/clusters/local/node/settings.ts';
import { isWritten, writeFiles } from '../../../../../tasks/core/files/changes.ts';
import { readProfile } from '../../../../../tasks/profile/read.ts';
import { ownFolder } from '../../../../own-folder.ts';
import { abilities, networks } from '../fixtures.ts';

const data = ownFolder();
const file = (name: string, content: string): string => {
  writeFileSync(join(data, name), content);
  return join(data, name);
};
const ca = file('mirror.pem', '-----BEGIN CERTIFICATE-----\n');
const passwordFile = file('password', 'pa"ss\\wörd\n');

/** The profile as read from a file with these registries in it. */
const profileWith = (registries: object) =>
  readProfile(file('reg.yaml', JSON.stringify({ local: { nodes: 2, registries } })), []);

async function filesOf(registries: object) {
  const profile = await profileWith(registries);
  const layout = layoutOn(profile, networks());
  return { layout, profile, files: configurationFiles(profile, layout, abilities) };
}

const mirror = { endpoint: 'https://mirror:5000/hub', ca, credentials: { username: 'me', passwordFile } };

test('a registry without a certificate or its own credentials is its endpoint alone', () =>
  expect(hostsToml({ endpoint: 'http://mirror:5000' })).toBe(
    'server = "http://mirror:5000"\ncapabilities = ["pull", "resolve"]\n',
  ));

test('certificate and credentials come from their files', () =>
  expect(hostsToml(mirror)).toBe(
    [
      'server = "https://mirror:5000/hub"',
      'capabilities = ["pull", "resolve"]',
      'ca = "ca.crt"',
      '',
      '[header]',
      `  Authorization = "Basic ${Buffer.from('me:pa"ss\\wörd').toString('base64')}"`,
      '',
    ].join('\n'),
  ));

test('every node has them where its containerd looks, and only the owner may read the password', async () => {
  const { files } = await filesOf({ 'docker.io': mirror, '10.0.0.1:5000': { endpoint: 'http://mirror' } });
  const found = files.filter(({ path }) => path.includes('/certs.d/'));
  expect(found.map(({ path, mode }) => [path.split('/nodes/')[1], mode])).toEqual(
    ['1', '2'].flatMap((node) => [
      [`${node}/config/certs.d/docker.io/hosts.toml`, 0o600],
      [`${node}/config/certs.d/docker.io/ca.crt`, undefined],
      [`${node}/config/certs.d/10.0.0.1:5000/hosts.toml`, 0o600],
    ]),
  );
  expect(containerdToml('overlayfs')).toContain(
    `[plugins.'io.containerd.cri.v1.images'.registry]\n    config_path = "/run/node/config/certs.d"`,
  );
});

test('a new password in the same file is seen', async () => {
  const { files } = await filesOf({ 'docker.io': mirror });
  await writeFiles(files);
  file('password', 'another\n');
  const again = await filesOf({ 'docker.io': mirror });
  const unwritten = [];
  for (const one of again.files) if (!(await isWritten(one))) unwritten.push(one.path.split('/').at(-1));
  expect(unwritten).toEqual(['hosts.toml', 'hosts.toml']);
});

test('a registry that the profile no longer names is found on every node', async () => {
  const { files } = await filesOf({ 'docker.io': mirror, 'quay.io': mirror });
  await writeFiles(files);
  const { layout, profile } = await filesOf({ 'quay.io': mirror });
  const stale = staleRegistries(profile.local.registries, layout);
  expect(stale.map((path) => path.split('/nodes/')[1])).toEqual([
    '1/config/certs.d/docker.io',
    '2/config/certs.d/docker.io',
  ]);
  expect(stale.every(existsSync)).toBe(true);
});

test('missing files are reported all at once', () =>
  expect(
    registryProblems({
      'docker.io': {
        endpoint: 'https://a',
        ca: '/no/ca',
        credentials: { username: 'me', passwordFile: '/no/password' },
      },
    }),
  ).toEqual([
    'local.registries docker.io: ca /no/ca: no such file',
    'local.registries docker.io: credentials.passwordFile /no/password: no such file',
  ]));

test.each([
  [
    { 'docker.io/library': { endpoint: 'https://a' } },
    /expected the host of a registry such as docker\.io or quay\.io/,
  ],
  [{ '../x': { endpoint: 'https://a' } }, /expected the host of a registry/],
  [{ 'docker.io': { endpoint: 'mirror:5000' } }, /expected an address such as https:/],
  [{ 'docker.io': { endpoint: 'https://me:secret@mirror' } }, /expected an address such as https:/],
  [{ 'docker.io': {} }, /docker\.io\.endpoint: expected/],
  [{ 'docker.io': { endpoint: 'https://a', password: 'x' } }, /docker\.io\.password: unknown key/],
])('%j is refused', async (registries, problem) => {
  await expect(profileWith(registries)).rejects.toThrow(problem);
});
