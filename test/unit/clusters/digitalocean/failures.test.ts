// What DigitalOcean refuses, and what becomes of it: clear lines, patience where it helps, and the token nowhere.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { accountProblems } from '../../../../tasks/clusters/digitalocean/account.ts';
import { limitEnds, openApi } from '../../../../tasks/clusters/digitalocean/api.ts';
import { answerFailure, isLost } from '../../../../tasks/clusters/digitalocean/failures.ts';
import type { Failure } from '../../../../tasks/core/failure.ts';
import { failureText } from '../../../../tasks/core/report.ts';
import type { Answer } from '../../../fakes/digitalocean/published.ts';
import { errors } from '../../../fakes/digitalocean/published.ts';
import { type Account, startAccount } from './account.ts';

const failed = (call: Promise<unknown>): Promise<Failure> =>
  call.then(
    () => Promise.reject(new Error('it did not fail')),
    (error: Failure) => error,
  );

describe('an answer', () => {
  test.each<[string, Answer, RegExp, RegExp]>([
    [
      'without authentication',
      errors.unauthorized,
      /rejects the token in \$DIGITALOCEAN_ACCESS_TOKEN \(Unable to/,
      /create a new token/,
    ],
    [
      'without rights',
      errors.forbidden,
      /lacks a scope for this request \(You do not have permission/,
      /scopes kubernetes/,
    ],
    [
      'about a locked account',
      { ...errors.invalid('Your account is locked. Please contact support.'), status: 403 },
      /is locked, not verified, or has no valid payment method \(Your account is locked/,
      /account\/billing/,
    ],
    [
      'about the droplet limit',
      errors.dropletLimit,
      /has reached its limit of machines \(validation error: 3 add/,
      /lower digitalocean\.nodes/,
    ],
    [
      'about capacity',
      errors.invalid('The size is currently unavailable in this region'),
      /machines of that size are not available in that region now/,
      /another digitalocean\.size/,
    ],
    [
      'about the registry',
      errors.registryLimit,
      /plan does not allow this \(registry is not eligible/,
      /digitalocean\.registry/,
    ],
    [
      'about the number of machines',
      errors.invalid('you have reached the maximum number of droplets'),
      /has reached its limit of machines \(you have reached/,
      /droplet_limit_increase/,
    ],
    [
      'about a registry that collects garbage',
      { ...errors.invalid('garbage collection is in progress'), status: 412 },
      /is read-only during garbage collection \(garbage/,
      /wait some minutes/,
    ],
    [
      'about what has to end first',
      { ...errors.invalid('precondition failed'), status: 412 },
      /another operation must end first \(precondition failed/,
      /wait a minute/,
    ],
    [
      'about settings',
      errors.invalid('validation error: pool names'),
      /rejects these settings \(validation error: pool/,
      /correct the digitalocean block/,
    ],
    ['of a fault', errors.server, /has an internal error \(Unexpected server-side error/, /status\.digitalocean\.com/],
  ])('%s is one clear line, with the request to quote', (_, { status, body }, message, hint) => {
    const failure = answerFailure('create cluster demo', status, JSON.stringify(body));
    expect(failure.message).toMatch(message);
    expect(failure.message).toMatch(/^cannot create cluster demo: .*, request 4851a473-.*\)$/);
    expect(failure.hint).toMatch(hint);
  });

  test.each([
    [422, 'validation error: invalid version slug', 'DigitalOcean has no such version', /options versions$/],
    [422, 'invalid droplet size', 'DigitalOcean has no such size of machine', /options sizes$/],
    [422, 'region not found', 'DigitalOcean has no such region', /options regions$/],
    [422, 'validation error: must specify a valid region slug', 'DigitalOcean has no such region', /options regions$/],
    [422, 'Kubernetes version 1.29.1-do.0 is no longer supported', 'DigitalOcean has no such version', /versions$/],
    [403, 'Your account has been suspended', 'the account is locked, not verified', /account\/billing/],
    [422, 'registry with name "x" already taken', 'the name is in use', /digitalocean\.registry/],
    [422, 'high availability is not available in this region', 'DigitalOcean does not offer this', /\.region/],
    [422, 'node pool count 600 exceeds max allowed nodes', 'a cluster does not take that number', /\.nodes$/],
    [422, 'Region nyc2 is not available', 'machines of that size are not available', /digitalocean\.region/],
    [422, 'insufficient droplet capacity in region nyc1', 'machines of that size are not available', /\.size/],
    [403, 'volume limit reached', 'the account has reached a limit', /^delete what is unused/],
    [422, 'load balancer limit exceeded', 'the account has reached a limit', /^delete what is unused/],
    [400, 'storage usage exceeds the included storage limit', "the container registry's plan", /larger plan/],
    [403, 'GPU droplets are not enabled for this account', 'the account has no access to this yet', /request access/],
    [403, 'You must verify your email address', 'the account is locked, not verified', /account\/billing/],
    [422, 'Your account is currently on hold', 'the account is locked, not verified', /account\/billing/],
    [422, 'a cluster with this name already exists', 'the name is in use', /clusterName/],
    [422, 'cluster must be running', 'another operation must end first', /^wait a minute/],
    [412, 'registry is read only', 'the container registry is read-only', /^wait some minutes/],
    [407, 'Proxy Authentication Required', 'the proxy of this machine rejects the request', /HTTPS_PROXY/],
    [451, 'legal reasons', 'DigitalOcean rejects the request', /update firesteel/],
    [503, 'Service is unavailable', 'DigitalOcean has an internal error', /status\.digitalocean/],
  ])('%i %s has its cause and its cure', (status, message, what, hint) => {
    const failure = answerFailure('create cluster demo', status, JSON.stringify({ message }));
    expect(failure.message).toContain(`cannot create cluster demo: ${what}`);
    expect(failure.hint).toMatch(hint);
  });

  test('that is a page of a proxy is not taken for DigitalOcean’s own', () =>
    expect(answerFailure('x', 403, '<html>Access denied</html>').message).toContain('another server answered'));

  test('that is not JSON is shown unchanged', () =>
    expect(answerFailure('x', 502, '<html>Bad gateway</html>').message).toContain('<html>Bad gateway</html>'));
});

describe('the account', () => {
  afterEach(() => vi.unstubAllEnvs());

  test.each([
    ['no token', '', undefined, /^\$DIGITALOCEAN_ACCESS_TOKEN is not set/],
    ['a token of two lines', 'secret\nsecret', undefined, /contains characters that are not valid in a token$/],
    ['an open address', 'secret', 'http://127.0.0.1', /expected an address with https:\/\/, got http:\/\/127/],
    ['no address', 'secret', 'api.digitalocean.com', /expected an address with https:\/\//],
  ])('with %s is refused before anything is sent', (_, token, address, line) => {
    vi.stubEnv('DIGITALOCEAN_ACCESS_TOKEN', token);
    vi.stubEnv('DIGITALOCEAN_API_URL', address ?? '');
    const problems = accountProblems();
    expect(problems).toEqual([expect.stringMatching(line)]);
    expect(problems.join()).not.toContain('secret');
    expect(() => openApi(new AbortController().signal)).toThrow(line);
  });
});

describe('a call', () => {
  let account: Account;
  const quick = { requestMs: 500, totalMs: 4000, firstPauseMs: 10 };
  const api = () => openApi(new AbortController().signal, quick);
  const list = () => api().list('list clusters', '/kubernetes/clusters', 'kubernetes_clusters');
  const create = () => api().post('create cluster demo', '/kubernetes/clusters', {});

  beforeEach(async () => {
    account = await startAccount();
  });
  afterEach(() => account.close());

  test.each(['cut', 'lose', 'hang'] as const)('that only reads is sent again after %s', async (does) => {
    account.fake.inject({ what: /^GET/, times: 2, does });
    expect(await list()).toEqual([]);
  });

  test('that only reads is sent again after a fault of the server', async () => {
    account.fake.inject({ what: /^GET/, times: 2, does: { answer: errors.server } });
    expect(await list()).toEqual([]);
  });

  test('is sent again when the limit of requests allows it', async () => {
    account.fake.inject({ what: /^GET/, does: { answer: errors.tooMany({ 'retry-after': '1' }) } });
    const start = Date.now();
    expect(await list()).toEqual([]);
    expect(Date.now() - start).toBeGreaterThanOrEqual(1000);
  });

  test('that would have to wait too long for the limit says until when', async () => {
    const ends = Math.floor(Date.now() / 1000) + 1800;
    account.fake.inject({ what: /^GET/, does: { answer: errors.tooMany({ 'ratelimit-reset': `${ends}` }) } });
    const failure = await failed(list());
    expect(failure.message).toContain("DigitalOcean's API rate limit is reached");
    expect(failure.hint).toContain(new Date(ends * 1000).toISOString().slice(0, 19));
  });

  test.each(['cut', 'lose', 'hang', { answer: errors.server }] as const)(
    'that creates is sent once, and not known to be done or not after %j',
    async (does) => {
      account.fake.inject({ what: /^POST/, does });
      const failure = await failed(create());
      expect(isLost(failure)).toBe(true);
      expect(account.fake.changes().length).toBeLessThanOrEqual(1);
    },
  );

  test('that is refused was certainly received', async () => {
    account.fake.inject({ what: /^POST/, does: { answer: errors.dropletLimit } });
    expect(isLost(await failed(create()))).toBe(false);
  });

  test('to a closed port was certainly not received', async () => {
    process.env['DIGITALOCEAN_API_URL'] = 'https://127.0.0.1:40001';
    const failure = await failed(create());
    expect(isLost(failure)).toBe(false);
    expect(failure.message).toBe('cannot create cluster demo: no answer from https://127.0.0.1:40001: ECONNREFUSED');
  });

  test('to a server with an untrusted certificate is not made', async () => {
    process.env['DIGITALOCEAN_API_URL'] = account.fake.address.replace('127.0.0.1', 'localhost');
    const start = Date.now();
    expect((await failed(list())).message).toMatch(/ERR_TLS_CERT_ALTNAME_INVALID/);
    expect(Date.now() - start).toBeLessThan(2000);
  });

  test('shows the token nowhere, whatever goes wrong', async () => {
    account.fake.inject({ what: /^POST/, does: { answer: errors.unauthorized } });
    const refused = await failed(create());
    account.fake.inject({ what: /^POST/, does: 'cut' });
    const cut = await failed(create());
    for (const failure of [refused, cut]) {
      const { inspect } = await import('node:util');
      expect(failureText('x', failure, true)).not.toContain(account.fake.token);
      expect(inspect(failure, { depth: 9 })).not.toContain(account.fake.token);
    }
  });

  test('gets every page of a list', async () => {
    const body = { region: 'fra1', version: 'latest', node_pools: [{ name: 'n', size: 's-2vcpu-4gb', count: 1 }] };
    for (let i = 0; i < 450; i++) account.fake.clusters.add({ name: `other-${i}`, ...body });
    expect(await list()).toHaveLength(450);
    expect(account.fake.calls).toHaveLength(3);
  });
});

test('the limit ends after the seconds given, else at the time given', () => {
  const at = (headers: Record<string, string>) => limitEnds(new Headers(headers), 1_000_000);
  expect(at({ 'retry-after': '29', 'ratelimit-reset': '9999' })).toBe(1_029_000);
  expect(at({ 'ratelimit-reset': '1100' })).toBe(1_100_000);
  expect(at({ 'ratelimit-reset': '900' })).toBe(1_000_000);
  expect(at({})).toBeGreaterThan(1_000_000);
});
