// Maven coordinates: what is handed to Ivy, and what its failures become.
import { expect, test } from 'vitest';
import {
  furtherRepository,
  ivyCommand,
  ivyFailure,
  ivyModule,
  ivySettings,
  mavenProblems,
  proxyOptions,
  sparkModules,
} from '../../../../tasks/images/layer/maven.ts';

test.each([
  ['org.apache.commons:commons-math3:3.6.1', true],
  ['org.apache.spark/spark-avro_2.13/4.3.0', true],
  ['org.apache.commons:commons-math3', false],
  ['org.apache.commons:commons-math3:jar:3.6.1', false],
  ['org.apache.commons:commons-math3:', false],
  ['a b:c:1', false],
  ['../x:y:1', false],
])('%s is a coordinate: %s', (text, isFine) => {
  expect(mavenProblems([text])).toEqual(
    isFine ? [] : [`maven: ${text}: expected group:artifact:version, such as org.apache.commons:commons-math3:3.6.1`],
  );
});

test("Spark's modules are known by its jars", () => {
  const jars = [
    'spark-sql_2.13-4.3.0.jar',
    'spark-mllib-local_2.13-4.3.0.jar',
    'commons-math3-3.6.1.jar',
    'ivy-2.5.3.jar',
  ];
  expect(sparkModules(jars)).toEqual(['spark-mllib-local_2.13', 'spark-sql_2.13']);
});

test('the module needs what was requested at run time, without Scala and Spark', () => {
  const module = ivyModule(['a.b:c:1.0', 'd/e_2.13/2'], ['spark-sql_2.13']);
  expect(module.match(/<(dependency|exclude) .*>/g)).toEqual([
    '<dependency org="a.b" name="c" rev="1.0" conf="default->default(runtime)"/>',
    '<dependency org="d" name="e_2.13" rev="2" conf="default->default(runtime)"/>',
    '<exclude module="scala-library"/>',
    '<exclude org="org.apache.spark" module="spark-sql_2.13"/>',
  ]);
});

test("jars come from Maven Central, or from where Spark's own variable says, by way of our own cache", () => {
  expect(ivySettings('/cache/ivy', '/taken')).toContain('<ibiblio name="central" m2compatible="true" usepoms="true"/>');
  expect(ivySettings('/cache/ivy', '/taken')).toContain(
    'defaultCacheDir="/cache/ivy" resolutionCacheDir="/taken/resolution"',
  );
  expect(ivySettings('/c', '/w', 'https://example.org/m2?a=1&b')).toContain('root="https://example.org/m2?a=1&amp;b"');
});

test('Ivy leaves jars under the names that spark-submit gives them', () => {
  expect(ivyCommand('/home/jars/ivy-2.5.3.jar', '/taken', '/to', ['-Da=b']).slice(0, 4)).toEqual([
    'java',
    '-Da=b',
    '-jar',
    '/home/jars/ivy-2.5.3.jar',
  ]);
  expect(ivyCommand('/i.jar', '/taken', '/to', []).at(-1)).toBe(
    '/to/[organization]_[artifact]-[revision](-[classifier]).[ext]',
  );
});

test.each([
  [{}, []],
  [{ https_proxy: 'http://proxy.example.org:3128' }, ['-Dhttps.proxyHost=proxy.example.org', '-Dhttps.proxyPort=3128']],
  [{ HTTP_PROXY: 'proxy' }, ['-Dhttp.proxyHost=proxy', '-Dhttp.proxyPort=80']],
  [{ https_proxy: 'http://[fd00::1]:3128' }, ['-Dhttps.proxyHost=fd00::1', '-Dhttps.proxyPort=3128']],
  [{ HTTPS_PROXY: '', https_proxy: 'proxy:99999' }, []],
  [{ HTTPS_PROXY: 'https://proxy' }, ['-Dhttps.proxyHost=proxy', '-Dhttps.proxyPort=443']],
  [
    { HTTPS_PROXY: 'proxy:1', NO_PROXY: '10.0.0.0/8' },
    ['-Dhttps.proxyHost=proxy', '-Dhttps.proxyPort=1', '-Dhttp.nonProxyHosts=10.*'],
  ],
  [{ ALL_PROXY: 'socks5h://proxy' }, ['-DsocksProxyHost=proxy', '-DsocksProxyPort=1080']],
  [
    { all_proxy: 'http://proxy:3128', HTTP_PROXY: 'http://other:8080' },
    ['-Dhttp.proxyHost=other', '-Dhttp.proxyPort=8080', '-Dhttps.proxyHost=proxy', '-Dhttps.proxyPort=3128'],
  ],
  [
    { HTTPS_PROXY: 'http://me:secret@proxy:8080/', no_proxy: 'localhost, .example.org' },
    ['-Dhttps.proxyHost=proxy', '-Dhttps.proxyPort=8080', '-Dhttp.nonProxyHosts=localhost|*.example.org'],
  ],
])('a proxy of %o reaches Java without its password', (env, options) => {
  expect(proxyOptions(env)).toEqual(options);
});

test.each<[what: string, printed: string[], message: string, hint: string]>([
  [
    'a coordinate nobody has',
    [
      '\t\tmodule not found: org.apache.commons#commons-math3;99.9',
      '\t\t::          UNRESOLVED DEPENDENCIES         ::',
      '\t\t:: org.apache.commons#commons-math3;99.9: not found',
      '\t\t:: a.b#c_2.13;1: not found',
    ],
    'maven: org.apache.commons:commons-math3:99.9, a.b:c_2.13:1: not found',
    'correct the coordinate: search for the package on https://central.sonatype.com',
  ],
  [
    'a repository that does not answer',
    [
      '\t\t:: org.apache.commons#commons-math3;3.6.1: not found',
      '\tServer access error at url https://repo1.maven.org/x.pom (java.net.ConnectException: Connection refused)',
    ],
    'maven: no answer from https://repo1.maven.org/x.pom: java.net.ConnectException: Connection refused',
    "check this machine's network and proxy, and that its Java trusts the server's certificate",
  ],
  [
    'a proxy that asks for a user',
    ['\tServer access error at url https://repo1.maven.org/x.pom (java.io.IOException: Unable to tunnel: 407)'],
    'maven: the proxy of this machine requires a login, and firesteel passes none to Java: java.io.IOException: Unable to tunnel: 407',
    'set https_proxy to a proxy without a login',
  ],
  [
    'a repository with a password in its address',
    ['\tServer access error at url https://me:se@cret@example.org/m2/x.pom (java.io.IOException: 401)'],
    'maven: no answer from https://***@example.org/m2/x.pom: java.io.IOException: 401',
    "check this machine's network and proxy, and that its Java trusts the server's certificate",
  ],
  [
    'a torn download',
    [
      '\t[FAILED     ] a.b#c;1!c.jar: invalid sha1: expected=1 computed=2 (57ms)',
      '\t\t::              FAILED DOWNLOADS            ::',
    ],
    'maven: a.b#c;1!c.jar: invalid sha1: expected=1 computed=2',
    'run the command again; finished downloads are kept',
  ],
  ['nothing', [], 'maven: Ivy failed', 'run the command again; finished downloads are kept'],
])('Ivy reports %s', (_, printed, message, hint) => {
  const failure = ivyFailure(new Error('exit code 1'), printed);
  expect(failure.message).toBe(message);
  expect(failure.hint).toBe(hint);
  expect(failure.output).not.toContain('cret');
});

test.each([
  [['graphframes:graphframes:0.8.3-spark3.5-s_2.12'], 'https://repos.spark-packages.org/'],
  [['org.apache.commons:commons-math3:3.6.1'], undefined],
])('packages %j need the further repository %s', (coordinates, address) =>
  expect(furtherRepository(coordinates)).toBe(address),
);
