// No secret is left in a text, whichever shape it comes in; what is none stays.
import { describe, expect, test } from 'vitest';
import { createRedaction, secretsOfEnvironment } from '../../../../tasks/core/faults/redaction.ts';
import { secrets } from '../../../secret-samples.ts';

const canary = 'canary-7f3a91';

describe('by its shape', () => {
  const redact = createRedaction([]);

  test.each([
    `https_proxy=http://me:${canary}@proxy.example.org:3128`,
    `postgres://u:p@ss/${canary}@db/x`,
    `Authorization: Bearer ${canary}`,
    `authorization: Basic ${canary}`,
    `"token": "${canary}"`,
    `token=${canary}`,
    `http://127.0.0.1:8888/lab?token=${canary}&x=1`,
    `DB_PASSWORD=${canary}`,
    `password: ${canary}`,
    `spark.hadoop.fs.s3a.secret.key=${canary}`,
    `client-key-data: ${canary}`,
    `Set-Cookie: ${canary}`,
    `--password ${canary}`,
    `["--api-key",\n  "${canary}"]`,
    `--token=${canary}`,
    `-----BEGIN EC PRIVATE KEY-----\n${canary}\n-----END EC PRIVATE KEY-----`,
    `-----BEGIN PRIVATE KEY-----\n${canary} cut off`,
    `eyJhbGciOi.${canary}.${canary}`,
    `ghp_${canary.replaceAll('-', '')}0000`,
    `https://192.168.1.20:8443/j/${canary}`,
    `HTTPS_PROXY=ada:${canary}@proxy:3128`,
    `"https_proxy": "ada:p@/${canary}@proxy"`,
    `DB_PASS=${canary}`,
    `MYSQL_PWD: ${canary}`,
    `https://store.example.org/c?sv=1&sig=${canary}`,
    `jdbc:oracle:thin:ada/${canary}@//db:1521/x`,
    `"{\\"password\\": \\"a b\\\\\\"${canary}\\", \\"user\\": \\"ada\\"}"`,
    `["--password","${canary}"]`,
    `"[\\"--password\\",\\"${canary}\\"]"`,
  ])('%s', (text) => {
    expect(redact(text)).not.toContain(canary.slice(-6));
    expect(redact(text)).not.toContain('7f3a91');
  });

  test.each(secrets)('%s=%s loses what makes it a secret', (name, value) => {
    const text = `${name}=${value}`;
    expect(redact(text)).not.toBe(text);
    expect(redact(text)).not.toMatch(/sesame|c2VzYW1l/);
  });

  test('what is beside a secret in JSON that is a string of JSON stays', () =>
    expect(redact('"{\\"token\\": \\"x1\\", \\"user\\": \\"ada\\"}"')).toBe(
      '"{\\"token\\": \\"***\\", \\"user\\": \\"ada\\"}"',
    ));

  test.each([
    'registry.k8s.io/kube-proxy:v1.36.3@sha256:0123456789abcdef',
    'HTTPS_PROXY=proxy.example.org:3128',
    'MAX_TOKENS=512',
    'spark.kubernetes.driver.secrets.mine=/etc/mine',
    'https://dl.k8s.io/release/v1.36.3/bin/linux/amd64/kubectl',
    'the token of ada expires before the class ends',
    'passwordFile=/run/secrets/password',
    '2026-11-28T09:30:15.123Z INFO TaskSetManager: Finished task 0.0 in stage 0.0',
  ])('%s stays', (text) => expect(redact(text)).toBe(text));
});

describe('by its value', () => {
  const odd = 'näive "Word" & more/+=';

  test.each([
    ['unchanged', odd],
    ['in an address', encodeURIComponent(odd)],
    ['in JSON', JSON.stringify(odd)],
    ['in base64', Buffer.from(odd).toString('base64')],
  ])('%s', (_, text) => expect(createRedaction([odd])(`before ${text} after`)).toMatch(/^before "?\*\*\*"? after$/));

  test('a secret that another one begins with is taken out whole', () =>
    expect(createRedaction(['abcdef', 'abcdef-ghijkl'])('abcdef-ghijkl')).toBe('***'));

  test('values of secret variables are found, and passwords in addresses', () => {
    const env = { DIGITALOCEAN_ACCESS_TOKEN: canary, HTTPS_PROXY: 'http://me:other-secret@proxy', PATH: '/usr/bin' };
    expect(secretsOfEnvironment(env)).toEqual([
      canary,
      'http://me:other-secret@proxy',
      'me:other-secret',
      'other-secret',
    ]);
  });

  test('the password of a proxy without a scheme is found', () =>
    expect(secretsOfEnvironment({ https_proxy: `ada:${canary}/@@proxy:3128`, PIP_PROXY: 'proxy:3128' })).toEqual([
      `ada:${canary}/@`,
      `${canary}/@`,
    ]));
});
