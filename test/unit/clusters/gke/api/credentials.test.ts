// Tokens of the logged-in user: exchanged, renewed, and a failure where there are none. Over real HTTPS, to a server here.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  credentialsFailure,
  hasNoCredentials,
  openCredentials,
} from '../../../../../tasks/clusters/gke/api/credentials.ts';
import { endpointOf } from '../../../../../tasks/clusters/gke/api/rest.ts';
import { Failure } from '../../../../../tasks/core/failure.ts';
import { execCredential } from '../../../../../tasks/kube/kubeconfig/exec-credential.ts';

const folder = mkdtempSync(join(tmpdir(), 'fs-credentials-'));
const names = [
  'HOME',
  'CLOUDSDK_CONFIG',
  'GOOGLE_APPLICATION_CREDENTIALS',
  'GOOGLE_CLOUD_QUOTA_PROJECT',
  'METADATA_SERVER_DETECTION',
  'CLOUDSDK_API_ENDPOINT_OVERRIDES_IAM',
];
const kept = Object.fromEntries(names.map((name) => [name, process.env[name]]));
let server: Server;
let asked = 0;
let answer: () => { status: number; body: object };

beforeAll(async () => {
  server = createServer((_, response) => {
    asked += 1;
    const { status, body } = answer();
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
});

beforeEach(() => {
  asked = 0;
  for (const name of names) delete process.env[name];
  Object.assign(process.env, { HOME: folder, METADATA_SERVER_DETECTION: 'none' });
});

afterAll(() => {
  server.close();
  for (const [name, value] of Object.entries(kept))
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  rmSync(folder, { recursive: true });
});

/** Credentials of a workload, which a token server exchanges. https://google.aip.dev/auth/4117 */
function logIn(more: object = {}): void {
  const file = join(folder, 'credentials.json');
  writeFileSync(join(folder, 'subject'), 'canary-subject');
  writeFileSync(
    file,
    JSON.stringify({
      type: 'external_account',
      audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/q',
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      token_url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/token`,
      credential_source: { file: join(folder, 'subject') },
      ...more,
    }),
  );
  process.env['GOOGLE_APPLICATION_CREDENTIALS'] = file;
}

const token = (seconds: number) => () => ({
  status: 200,
  body: {
    access_token: `token-${asked}`,
    issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    token_type: 'Bearer',
    expires_in: seconds,
  },
});

test('a valid token is requested once, even by many callers at a time', async () => {
  logIn();
  answer = token(3600);
  const credentials = openCredentials();
  const tokens = await Promise.all([credentials.token(), credentials.token()]);
  expect(tokens.map((one) => one.token)).toEqual(['token-1', 'token-1']);
  expect(tokens[0]?.expires?.getTime()).toBeGreaterThan(Date.now() + 3_500_000);
  expect(await credentials.headers()).toEqual({ authorization: 'Bearer token-1' });
});

test('a token with half a minute left is renewed', async () => {
  logIn();
  answer = token(29);
  const credentials = openCredentials();
  expect((await credentials.token()).token).toBe('token-1');
  expect((await credentials.token()).token).toBe('token-2');
});

test('after a refusal it is requested again', async () => {
  logIn();
  const credentials = openCredentials();
  answer = () => ({ status: 400, body: { error: 'invalid_grant', error_description: 'ended' } });
  await expect(credentials.token()).rejects.toThrow('your Google credentials have expired or are revoked');
  answer = token(3600);
  expect((await credentials.token()).token).toMatch(/^token-/);
});

test('the project that pays for asking goes along', async () => {
  logIn({ quota_project_id: 'payer-1' });
  answer = token(3600);
  expect(await openCredentials().headers()).toMatchObject({ 'x-goog-user-project': 'payer-1' });
});

test('where nobody is logged in, a failure says so, with what to do', async () => {
  const error = await openCredentials()
    .token()
    .catch((refusal: unknown) => refusal);
  expect(hasNoCredentials(error)).toBe(true);
  expect((error as Failure).hint).toContain('gcloud auth application-default login');
});

test('a file that holds no credentials, and a missing one, are reported', async () => {
  process.env['GOOGLE_APPLICATION_CREDENTIALS'] = join(folder, 'nothing.json');
  await expect(openCredentials().token()).rejects.toThrow('GOOGLE_APPLICATION_CREDENTIALS names no file');
  writeFileSync(join(folder, 'broken.json'), '{"type": ');
  process.env['GOOGLE_APPLICATION_CREDENTIALS'] = join(folder, 'broken.json');
  await expect(openCredentials().token()).rejects.toThrow('cannot read the file of Google credentials');
});

describe('a refusal', () => {
  const refusal = (data: object, message = 'Request failed with status code 400') =>
    Object.assign(new Error(message), { response: { data }, config: { data: 'refresh_token=canary' } });
  test.each([
    [refusal({ error: 'invalid_grant', error_subtype: 'invalid_rapt' }), /requires a new login to Google/],
    [refusal({ error: 'invalid_grant', error_description: 'Token has been expired or revoked.' }), /have expired/],
    [refusal({ error: 'invalid_grant', error_description: 'Invalid JWT: check your iat and exp' }), /clock is wrong/],
    [refusal({ error: 'invalid_client' }), /does not know the program/],
    [refusal({}, "Permission 'iam.serviceAccounts.getAccessToken' denied"), /may not act as the service account/],
    [refusal({}, 'request to https://oauth2 failed, reason: getaddrinfo ENOTFOUND oauth2'), /cannot reach/],
    [refusal({}, 'something new'), /^no token from Google: something new$/],
  ])('%s is reported, and nothing secret with it', (error, line) => {
    const failure = credentialsFailure(error);
    expect(failure.message).toMatch(line);
    expect(failure.hint).not.toBe('');
    expect(JSON.stringify([failure.message, failure.hint, failure.cause])).not.toContain('canary');
  });
});

describe('endpoints', () => {
  test('are Google’s own, or where gcloud’s variables say', () => {
    expect(endpointOf('iam').href).toBe('https://iam.googleapis.com/');
    process.env['CLOUDSDK_API_ENDPOINT_OVERRIDES_IAM'] = 'https://127.0.0.1:8443';
    expect(endpointOf('iam').href).toBe('https://127.0.0.1:8443/');
    process.env['CLOUDSDK_API_ENDPOINT_OVERRIDES_IAM'] = 'https://gate.example.com/iam';
    expect(new URL('v1/x', endpointOf('iam')).href).toBe('https://gate.example.com/iam/v1/x');
  });

  test.each(['http://127.0.0.1:80/', 'localhost:443', 'nonsense'])('are never without TLS: %s', (address) => {
    process.env['CLOUDSDK_API_ENDPOINT_OVERRIDES_IAM'] = address;
    expect(() => endpointOf('iam')).toThrow(Failure);
  });
});

test('a plug-in’s token ends half a minute early, and one without end has none', () => {
  expect(JSON.parse(execCredential({ token: 't', expires: new Date('2026-01-01T00:01:00Z') }))).toEqual({
    apiVersion: 'client.authentication.k8s.io/v1',
    kind: 'ExecCredential',
    status: { token: 't', expirationTimestamp: '2026-01-01T00:00:30.000Z' },
  });
  expect(JSON.parse(execCredential({ token: 't' })).status).toEqual({ token: 't' });
});
