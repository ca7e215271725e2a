// The proxy variables of a shell, however they are spelled.
import { describe, expect, test } from 'vitest';
import {
  isDirect,
  isLoopbackHost,
  isPrivateHost,
  javaExceptions,
  loopbackNamesIn,
  proxiesOf,
} from '../../../../tasks/core/network/proxy.ts';

const read = (env: Record<string, string>) => {
  const { http, https, direct } = proxiesOf(env);
  return [http?.href, https?.href, direct.join(' ')];
};

test.each<[Record<string, string>, (string | undefined)[]]>([
  [{}, [undefined, undefined, '']],
  [{ HTTPS_PROXY: '' }, [undefined, undefined, '']],
  [{ https_proxy: 'http://a:1' }, [undefined, 'http://a:1/', '']],
  [{ HTTP_PROXY: 'a', HTTPS_PROXY: 'b:2' }, ['http://a/', 'http://b:2/', '']],
  [{ HTTPS_PROXY: 'http://me:s%40t@[fd00::1]:3128' }, [undefined, 'http://me:s%40t@[fd00::1]:3128/', '']],
  [{ ALL_PROXY: 'socks5://a:1', http_proxy: 'b' }, ['http://b/', 'socks5://a:1', '']],
  [{ all_proxy: 'a:1' }, ['http://a:1/', 'http://a:1/', '']],
  [{ https_proxy: 'http://a:port' }, [undefined, undefined, '']],
  [{ NO_PROXY: 'a, b', no_proxy: 'b,.c' }, [undefined, undefined, 'a b .c']],
  [{ NO_PROXY: 'a b\tc ,,d' }, [undefined, undefined, 'a b c d']],
  [{ HTTPS_PROXY: ' http://a:1\n' }, [undefined, 'http://a:1/', '']],
  [{ HTTPS_PROXY: 'http://CORP\\me:s@a:1' }, [undefined, 'http://CORP%5Cme:s@a:1/', '']],
  [{ HTTPS_PROXY: 'me:s/e#s@a?me@a:1' }, [undefined, 'http://me:s%2Fe%23s%40a%3Fme@a:1/', '']],
  [{ HTTPS_PROXY: '"http://a:1"' }, [undefined, 'http://a:1/', '']],
])('%j', (env, expected) => expect(read(env)).toEqual(expected));

test.each([
  ['localhost', true],
  ['LOCALHOST', true],
  ['127.8.9.1', true],
  ['[::1]', true],
  ['localhost.', true],
  ['localhost.localdomain', true],
  ['ip6-localhost', true],
  ['127.1', true],
  ['[::ffff:127.0.0.1]', true],
  ['0.0.0.0', true],
  ['[::]', true],
  ['10.0.0.1', false],
  ['mylocalhost', false],
  ['localhost.example', false],
])('%s is this machine: %s', (host, expected) => expect(isLoopbackHost(host)).toBe(expected));

test('names that a file of hosts gives to this machine', () =>
  expect(
    loopbackNamesIn('127.0.0.1 localhost\n127.0.1.1\tBox.corp box # own\n# 127.0.0.1 not\n10.0.0.1 other\n::1 six\n\n'),
  ).toEqual(['localhost', 'box.corp', 'box', 'six']));

test.each([
  ['198.18.0.2', true],
  ['172.31.0.1', true],
  ['[fd00::1]', true],
  ['34.76.1.2', false],
  ['api.example', false],
])('%s is a private address: %s', (host, expected) => expect(isPrivateHost(host)).toBe(expected));

describe('a host is reached without the proxy', () => {
  test.each([
    ['api.example', '*', true],
    ['api.example', 'example', true],
    ['api.example', '.example', true],
    ['api.example', '*.example', true],
    ['example', 'example:443', true],
    ['myexample', 'example', false],
    ['10.1.2.3', '10.0.0.0/8', true],
    ['11.1.2.3', '10.0.0.0/8', false],
    ['10.1.2.3', '10.1.2.3', true],
    ['10.1.2.3', '2.3', false],
    ['fd00::7', 'fd00::/8', true],
    ['[fd00::7]', '[fd00::7]:6443', true],
    ['api.example', '10.0.0.0/99', false],
    ['localhost', '', true],
  ])('%s with NO_PROXY=%s: %s', (host, entry, expected) =>
    expect(isDirect(host, { direct: entry ? [entry] : [] })).toBe(expected),
  );
});

test.each([
  ['localhost', 'localhost'],
  ['.corp', '*.corp'],
  ['*.corp', '*.corp'],
  ['corp', 'corp *.corp'],
  ['Corp:8080', 'corp *.corp'],
  ['*', '*'],
  ['10.0.0.0/8', '10.*'],
  ['192.168.1.7/24', '192.168.1.*'],
  ['172.16.0.0/14', '172.16.* 172.17.* 172.18.* 172.19.*'],
  ['10.0.0.6/31', '10.0.0.6 10.0.0.7'],
  ['0.0.0.0/0', '*'],
  ['10.0.0.0/99', ''],
  ['10.1.2.3:80', '10.1.2.3'],
  ['fd00::1', '[fd00::1]'],
  ['[fd00::1]:443', '[fd00::1]'],
  ['fd00::/8', ''],
])('the exception %s is %j for Java', (entry, patterns) =>
  expect(javaExceptions({ direct: [entry] }).join(' ')).toBe(patterns),
);
