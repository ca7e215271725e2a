// How JVMs of the Spark image start sooner: when the compiler begins, and which of them map the archive of classes.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { projectPath } from '../../../tasks/core/paths.ts';

let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'firesteel-archive-'));
  mkdirSync(join(home, 'jars'));
  for (const name of ['jars/a.jar', 'jars/b.jar', 'classes.jsa']) writeFileSync(join(home, name), '');
});
afterAll(() => rmSync(home, { recursive: true }));

/** What spark-class runs in place of this command. */
function sooner(command: string[], env: Record<string, string> = {}): string[] {
  const script = '. "$0"; CMD=("$@"); start_sooner; printf "%s\\n" "${CMD[@]}"';
  const args = ['-euc', script, projectPath('docker', 'spark', 'jvm-start.sh'), ...command];
  const output = execFileSync('bash', args, {
    env: { PATH: process.env['PATH'], SPARK_HOME: home, ...env },
    encoding: 'utf8',
  });
  return output.split('\n').slice(0, -1);
}

const compiler = [
  ...['-XX:Tier4InvocationThreshold=50000', '-XX:Tier4MinInvocationThreshold=6000'],
  ...['-XX:Tier4CompileThreshold=150000', '-XX:Tier4BackEdgeThreshold=400000'],
];
const archive = () => [`-XX:SharedArchiveFile=${home}/classes.jsa`, '-Xlog:cds=off', '-Xlog:cds+dynamic=off'];
const jars = () => `${home}/jars/a.jar:${home}/jars/b.jar`;

test.each<[what: string, conf: () => string, env: Record<string, string>]>([
  ['Spark’s own configuration', () => join(home, 'conf'), {}],
  ['another configuration', () => '/own', { SPARK_CONF_DIR: '/own' }],
])('with %s first, jars go before it, each of them once', (_what, conf, env) => {
  expect(sooner(['java', '-cp', `${conf()}/:${home}/jars/*:/job/*`, '-Xmx1g', 'Main', '-cp', 'x y'], env)).toEqual([
    'java',
    ...compiler,
    ...archive(),
    '-cp',
    `${jars()}:${conf()}/:/job/*`,
    '-Xmx1g',
    'Main',
    '-cp',
    'x y',
  ]);
});

test.each([
  ['a class path of a job before it', () => `/own.jar:${home}/conf/:${home}/jars/*`],
  ['another class path', () => '/own/*'],
])('with %s, the class path stays', (_what, path) => {
  const rest = ['-cp', path(), 'Main'];
  expect(sooner(['java', ...rest])).toEqual(['java', ...compiler, ...rest]);
});

test('variables before java stay before it', () => {
  const rest = ['-Xss4m', '-cp', '/own/*', 'Main'];
  expect(sooner(['env', 'A=b c', '/jdk/bin/java', ...rest])).toEqual([
    'env',
    'A=b c',
    '/jdk/bin/java',
    ...compiler,
    ...rest,
  ]);
});

test.each([
  ['the Python of a shell', ['env', 'PYSPARK_SUBMIT_ARGS=x', 'python3', '-i']],
  ['a command without a class path', ['java', '-version']],
  ['nothing', []],
])('%s does not change', (_what, command) => expect(sooner(command)).toEqual(command.length > 0 ? command : ['']));

test('without an archive, the class path stays', () => {
  const rest = ['-cp', '/nowhere/conf/:/nowhere/jars/*', 'Main'];
  expect(sooner(['java', ...rest], { SPARK_HOME: '/nowhere' })).toEqual(['java', ...compiler, ...rest]);
});

test('an executor does both', () => {
  const entrypoint = projectPath('docker', 'spark', 'entrypoint.sh');
  const names = ['MEMORY', 'ID', 'CORES', 'POD_IP', 'POD_NAME'].map((name) => `SPARK_EXECUTOR_${name}`);
  const others = ['SPARK_DRIVER_URL', 'SPARK_APPLICATION_ID', 'SPARK_RESOURCE_PROFILE_ID'];
  const bin = join(home, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'java'), '#!/bin/sh\nprintf "%s\\n" "$@"\n', { mode: 0o755 });
  const output = execFileSync(entrypoint, ['executor'], {
    cwd: home,
    env: {
      PATH: `${bin}:${process.env['PATH']}`,
      SPARK_HOME: home,
      ...Object.fromEntries([...names, ...others].map((name) => [name, '1'])),
    },
    encoding: 'utf8',
  });
  expect(output.split('\n').slice(0, 11)).toEqual([
    ...compiler,
    ...archive(),
    '-Xms1',
    '-Xmx1',
    '-cp',
    `${jars()}:${home}/conf:${home}/jars/*:${home}`,
  ]);
});
