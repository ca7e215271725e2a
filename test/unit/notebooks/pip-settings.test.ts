// What pip in notebooks gets of this machine's pip, and what stays here.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { notebookPip, settingsIn } from '../../../tasks/notebooks/pip-settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'fs-pip-'));
afterAll(() => rmSync(folder, { recursive: true }));

const certificate = (text: string) => `-----BEGIN CERTIFICATE-----\n${text}\n-----END CERTIFICATE-----\n`;
const bundle = join(folder, 'bundle.pem');
const added = join(folder, 'added');
writeFileSync(
  bundle,
  `# ours\n${certificate('YQ==')}-----BEGIN PRIVATE KEY-----\nhush\n-----END PRIVATE KEY-----\n${certificate('Yg==')}`,
);
mkdirSync(added);

const given = (config: string, env: NodeJS.ProcessEnv = {}) =>
  settingsIn({ config, env, added: join(folder, 'none'), bundle });

describe('what is handed on', () => {
  test.each<[string, string, NodeJS.ProcessEnv, Record<string, string>]>([
    [
      'an index',
      "global.index-url='https://pypi.example.org/simple'\n",
      {},
      { PIP_INDEX_URL: 'https://pypi.example.org/simple' },
    ],
    [
      'what the environment says, before files',
      "global.index-url='https://a.example.org'\n:env:.index-url='https://b.example.org'\n",
      {},
      { PIP_INDEX_URL: 'https://b.example.org' },
    ],
    [
      'several indexes and hosts',
      "global.extra-index-url='\\nhttps://a.example.org\\nhttps://b.example.org'\nglobal.trusted-host='a.example.org'\n",
      {},
      { PIP_EXTRA_INDEX_URL: 'https://a.example.org https://b.example.org', PIP_TRUSTED_HOST: 'a.example.org' },
    ],
    ['a proxy', '', { https_proxy: 'http://proxy.example.org:3128' }, { PIP_PROXY: 'http://proxy.example.org:3128' }],
    [
      'no proxy for an index that is asked without it',
      "global.index-url='https://pypi.corp.example.org/simple'\n",
      { HTTPS_PROXY: 'http://proxy:3128', NO_PROXY: 'localhost,.corp.example.org' },
      { PIP_INDEX_URL: 'https://pypi.corp.example.org/simple' },
    ],
    [
      'no proxy for a host with a port',
      "global.index-url='https://pypi.example.org:8443/simple'\n",
      { HTTPS_PROXY: 'http://proxy:3128', NO_PROXY: 'pypi.example.org:8443' },
      { PIP_INDEX_URL: 'https://pypi.example.org:8443/simple' },
    ],
    [
      'the proxy of an index without TLS',
      "global.index-url='http://pypi.example.org/simple'\n",
      { http_proxy: 'http://one:3128', https_proxy: 'http://two:3128' },
      { PIP_INDEX_URL: 'http://pypi.example.org/simple', PIP_PROXY: 'http://one:3128' },
    ],
    ['a proxy without a scheme', '', { https_proxy: 'proxy:3128' }, { PIP_PROXY: 'http://proxy:3128' }],
    ['a SOCKS proxy', '', { ALL_PROXY: 'socks5h://proxy:1080' }, { PIP_PROXY: 'socks5h://proxy:1080' }],
    [
      "pip's own proxy, before variables and exceptions",
      "global.proxy='corp:8080'\n",
      { https_proxy: 'http://other:3128', no_proxy: '*' },
      { PIP_PROXY: 'http://corp:8080' },
    ],
    [
      'no proxy for an index behind blanks in the exceptions',
      '',
      { https_proxy: 'http://proxy:3128', no_proxy: 'localhost pypi.org' },
      {},
    ],
    [
      'no proxy for an index in a network of the exceptions',
      "global.index-url='https://10.1.2.3/simple'\n",
      { https_proxy: 'http://proxy:3128', no_proxy: '10.0.0.0/8' },
      { PIP_INDEX_URL: 'https://10.1.2.3/simple' },
    ],
    [
      'a proxy for an index that no exception names',
      '',
      { https_proxy: 'http://proxy:3128', no_proxy: 'localhost, notpypi.org, files.pypi.org' },
      { PIP_PROXY: 'http://proxy:3128' },
    ],
    ['no folder of this machine', "global.find-links='/opt/wheels'\n", {}, {}],
    ['no setting of another command', "list.format='json'\nglobal.timeout='60'\n", {}, {}],
  ])('%s', (_, config, env, variables) => expect(given(config, env)).toMatchObject({ variables, notes: [] }));

  test.each([
    ["global.index-url='https://me:hush@pypi.example.org/simple'\n", {}, 'the address has a user or password'],
    ["global.index-url='http://localhost:3141/root/pypi'\n", {}, 'containers cannot reach a loopback address'],
    ['', { HTTPS_PROXY: 'http://127.0.0.1:3128' }, 'containers cannot reach a loopback address'],
    ['', { HTTPS_PROXY: 'http://me:hush@proxy:3128' }, 'the address has a user or password'],
    ['', { HTTPS_PROXY: '127.0.0.1:3128' }, 'containers cannot reach a loopback address'],
    ['', { HTTPS_PROXY: 'http://0.0.0.0:3128' }, 'containers cannot reach a loopback address'],
    ['', { HTTPS_PROXY: 'http://[::1]:3128' }, 'containers cannot reach a loopback address'],
    ["global.index-url='http://0.0.0.0:3141/root/pypi'\n", {}, 'containers cannot reach a loopback address'],
    ['', { https_proxy: 'ada:hush@proxy:3128' }, 'the address has a user or password'],
    ['', { https_proxy: 'hush@proxy:3128' }, 'the address has a user or password'],
    ["global.proxy='ada:hush@proxy:3128'\n", {}, 'the address has a user or password'],
    ['', { HTTPS_PROXY: 'http://me:hu/hush@proxy:3128' }, 'the address has a user or password'],
  ])('%j %j stays here, and that is said without the password', (config, env, why) => {
    const { variables, notes } = given(config, env);
    expect(variables).toEqual({});
    expect(notes).toEqual([expect.stringContaining(why)]);
    expect(notes[0]).not.toContain('hush');
  });
});

describe('certificate authorities', () => {
  test.each([
    ['of pip itself', `global.cert='${bundle}'\n`, {}],
    ['of its requests', '', { REQUESTS_CA_BUNDLE: bundle }],
    ['of OpenSSL', '', { SSL_CERT_FILE: bundle }],
  ])('%s are handed on, and a key beside them is not', (_, config, env) =>
    expect(given(config, env).authorities).toBe(certificate('YQ==') + certificate('Yg==')),
  );

  test('that someone added to the machine are passed on with all others', () => {
    expect(settingsIn({ config: '', env: {}, added, bundle })).not.toHaveProperty('authorities');
    writeFileSync(join(added, 'corp.crt'), certificate('Yw=='));
    expect(settingsIn({ config: '', env: {}, added, bundle }).authorities).toContain('YQ==');
  });

  test('in a file that is too large for a ConfigMap are not passed on, with a message', () => {
    const large = join(folder, 'large.pem');
    writeFileSync(large, certificate('YQ=='.repeat(200_000)));
    const { authorities, notes } = given(`global.cert='${large}'\n`);
    expect(authorities).toBeUndefined();
    expect(notes).toEqual([`the certificate authorities in ${large} are not passed on: more than 600 kB`]);
  });
});

test('pip in a notebook installs beside the system’s packages, and trusts what this machine trusts', () => {
  expect(notebookPip('/work/.python', { variables: {}, authorities: 'x', notes: [] }, '/etc/ca.pem')).toMatchObject({
    PIP_BREAK_SYSTEM_PACKAGES: '1',
    PYTHONUSERBASE: '/work/.python',
    PIP_CERT: '/etc/ca.pem',
  });
  const plain = notebookPip('/work/.python', { variables: {}, notes: [] }, '/etc/ca.pem');
  expect(plain).not.toHaveProperty('PIP_CERT');
  // With it neither --target nor a virtual environment works.
  expect(plain).not.toHaveProperty('PIP_USER');
  expect(notebookPip('/x', { variables: {}, notes: [] }, '/y', { isRoot: true })).toMatchObject({ PIP_USER: '1' });
});
