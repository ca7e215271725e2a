// Properties of a standalone cluster, and the scripts that its pods run.
import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { projectPath } from '../../../tasks/core/paths.ts';
import { readProfile } from '../../../tasks/profile/read.ts';
import {
  applicationProperties,
  daemonProperties,
  heapPercent,
  keptMebibytes,
  offeredHeap,
  workerProblems,
} from '../../../tasks/standalone/conf.ts';
import { ownFolderOfTest } from '../../own-folder.ts';

const profileWith = (...set: string[]) => readProfile('local', set);
const script = (name: string) => projectPath('docker', 'standalone', name);

describe('properties', () => {
  test('of daemons open no port without the secret', async () => {
    const properties = daemonProperties(await profileWith());
    expect(properties).toMatchObject({
      'spark.authenticate': 'true',
      'spark.network.crypto.enabled': 'true',
      'spark.master.rest.enabled': 'false',
      'spark.deploy.recoveryMode': 'FILESYSTEM',
    });
    expect(properties).not.toHaveProperty('spark.authenticate.secret');
    expect(properties).not.toHaveProperty('spark.deploy.defaultCores');
  });

  test('of daemons have a recovery folder for each version of Spark', async () => {
    const folder = async (version: string) =>
      daemonProperties(await profileWith(`spark.version=${version}`))['spark.deploy.recoveryDirectory'];
    expect(await folder('3.5.8')).toBe('/var/lib/spark/3.5.8');
    expect(await folder('4.1.1')).toBe('/var/lib/spark/4.1.1');
  });

  test('of applications hand over what an executor holds', async () => {
    expect(applicationProperties(await profileWith())).toMatchObject({
      'spark.master': 'spark://standalone-master-0.standalone-master.spark.svc:7077',
      'spark.executor.memory': '1120m',
      'spark.decommission.enabled': 'true',
      'spark.storage.decommission.shuffleBlocks.enabled': 'true',
      'spark.storage.decommission.rddBlocks.enabled': 'true',
    });
  });

  test('of the profile hold, but for those about Kubernetes and those that make the cluster what it is', async () => {
    const profile = await profileWith(
      'spark.conf.spark.executor.memory=600m',
      'spark.conf.spark.kubernetes.executor.limit.cores=1',
      'spark.conf.spark.authenticate=false',
      'standalone.defaultCores=3',
    );
    expect(applicationProperties(profile)).toMatchObject({
      'spark.executor.memory': '600m',
      'spark.authenticate': 'true',
    });
    expect(Object.keys(applicationProperties(profile)).filter((key) => key.startsWith('spark.kubernetes'))).toEqual([]);
    expect(daemonProperties(profile)['spark.deploy.defaultCores']).toBe('3');
  });
});

/** A Spark that says with which words it was started. */
function sparkThatSays(): string {
  const home = ownFolderOfTest();
  mkdirSync(join(home, 'bin'));
  writeFileSync(join(home, 'bin', 'spark-class'), '#!/bin/bash\necho "$@"\n');
  chmodSync(join(home, 'bin', 'spark-class'), 0o755);
  return home;
}

test.each([
  ['1200Mi', 1200],
  ['2Gi', 2048],
  ['3500M', 3338],
  ['16Gi', 16_384],
])('a worker of %s offers the heap that applications ask for', async (memory, mebibytes) => {
  const profile = await profileWith(`standalone.worker.memory=${memory}`);
  const words = execFileSync('bash', [script('daemon.sh'), 'worker'], {
    encoding: 'utf8',
    env: {
      PATH: process.env['PATH'],
      SPARK_HOME: sparkThatSays(),
      POD_IP: '198.19.0.4',
      WORKER_PORT: '7078',
      PAGES_PORT: '8081',
      MASTER_URL: 'spark://m:7077',
      LIMIT_CORES: '3',
      LIMIT_MEBIBYTES: `${mebibytes}`,
      KEPT_MEBIBYTES: `${keptMebibytes}`,
      HEAP_PERCENT: `${heapPercent}`,
    },
  });
  expect(words).toContain('--cores 3 ');
  expect(words).toMatch(/ spark:\/\/m:7077\n$/);
  const offered = Number(/--memory (\d+)m/.exec(words)?.[1]);
  expect(offered).toBeGreaterThanOrEqual(offeredHeap(profile));
  expect(offered - offeredHeap(profile)).toBeLessThanOrEqual(1);
});

test('a worker that cannot run one executor is a problem, with the least that can', async () => {
  const [problem = ''] = workerProblems(await profileWith('standalone.worker.memory=1000Mi'));
  expect(problem).toMatch(/^standalone\.worker\.memory: 1000Mi leaves an executor 386 MiB of heap/);
  const least = /set it to (\d+Mi)/.exec(problem)?.[1];
  expect(workerProblems(await profileWith(`standalone.worker.memory=${least}`))).toEqual([]);
});

test('a master starts once its name leads to its pod', () => {
  const run = (address: string) =>
    spawnSync('timeout', ['2', 'bash', script('daemon.sh'), 'master'], {
      encoding: 'utf8',
      env: {
        PATH: process.env['PATH'],
        SPARK_HOME: sparkThatSays(),
        POD_IP: address,
        MASTER_HOST: '127.0.0.1',
        MASTER_PORT: '7077',
        PAGES_PORT: '8080',
      },
    });
  expect(run('127.0.0.1').stdout).toContain('Master --host 127.0.0.1 --port 7077');
  expect(run('198.19.0.3').status).toBe(124);
});

describe('readiness', () => {
  /** Whether a daemon with these pages is ready. */
  async function isReady(part: string, page: object): Promise<boolean> {
    const server = createServer((_, answer) => answer.end(JSON.stringify(page, undefined, 2)));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    return promisify(execFile)('bash', [script('ready.sh'), part], {
      env: { PATH: process.env['PATH'], PAGES_PORT: `${port}` },
    }).then(
      () => true,
      () => false,
    );
  }

  test.each([
    ['master', { status: 'ALIVE' }, true],
    ['master', { status: 'RECOVERING' }, false],
    ['master', { status: 'STANDBY' }, false],
    ['worker', { masterwebuiurl: 'http://standalone-master-0:8080' }, true],
    ['worker', { masterwebuiurl: '' }, false],
  ])('of a %s with %o is %s', async (part, page, ready) => {
    expect(await isReady(part, page)).toBe(ready);
  });

  test('a daemon that does not listen is not ready', () => {
    const { status } = spawnSync('bash', [script('ready.sh'), 'master'], {
      env: { PATH: process.env['PATH'], PAGES_PORT: '1' },
    });
    expect(status).not.toBe(0);
  });
});
