// What is shown of a kind cluster, whatever its containers and the engine do.
import { describe, expect, test } from 'vitest';
import { kind } from '../../../../tasks/clusters/kind/cluster.ts';
import { clustersCommand, imageCommand, nodesCommand } from '../../../../tasks/clusters/kind/commands.ts';
import { parseNodes } from '../../../../tasks/clusters/kind/nodes.ts';
import { ourMark } from '../../../../tasks/clusters/ours.ts';
import { shown } from '../../../../tasks/core/exec.ts';
import { Failure } from '../../../../tasks/core/failure.ts';
import { writeFiles } from '../../../../tasks/core/files/changes.ts';
import type { Exec } from '../../../../tasks/core/types.ts';
import type { Kube } from '../../../../tasks/kube/types.ts';
import { readProfile } from '../../../../tasks/profile/read.ts';
import { problemsOf } from '../../../../tasks/steps/check.ts';
import type { Context, SingleStep } from '../../../../tasks/steps/types.ts';
import { ownFolder } from '../../../own-folder.ts';

ownFolder();
const profile = await readProfile('kind', ['clusterName=dev']);

const down = new Failure('docker version: exit code 1', {
  output: 'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
});

/** Answers by a command's words; an error is thrown, any other command fails the test. */
const answering =
  (answers: Record<string, string | Error>): Exec =>
  async (command) => {
    const answer = answers[shown(command)];
    if (answer === undefined) throw new Error(`unexpected command: ${shown(command)}`);
    if (answer instanceof Error) throw answer;
    return answer;
  };

const clusters = shown(clustersCommand);
const nodes = shown(nodesCommand(profile));

const contextWith = (answers: Record<string, string | Error>, isReady = true): Context =>
  ({
    profile,
    read: answering(answers),
    kube: {
      raw: async () => (isReady ? 'ok' : Promise.reject(new Failure('cannot reach the cluster'))),
    } as Partial<Kube>,
    state: { image: 'spark:1' },
  }) as unknown as Context;

describe('status', () => {
  test.each<[string, Record<string, string | Error>, boolean, object]>([
    ['a cluster that kind does not know', { [clusters]: 'other\n' }, true, { state: 'absent' }],
    ['no cluster at all', { [clusters]: '' }, true, { state: 'absent' }],
    [
      'an engine that is down, with nothing of ours',
      { [clusters]: down },
      true,
      { state: 'absent', detail: 'cannot look for cluster dev: the Docker engine is not running' },
    ],
    ['a machine without kind', { [clusters]: new Failure('kind: not found') }, true, { state: 'absent' }],
    [
      'containers that run and an API that answers',
      { [clusters]: 'dev\nother\n', [nodes]: 'dev-worker running\ndev-control-plane running\n' },
      true,
      { state: 'running', detail: '2 of 2 nodes run' },
    ],
    [
      'containers that run without an API',
      { [clusters]: 'dev\n', [nodes]: 'dev-control-plane running\n' },
      false,
      { state: 'broken', detail: '1 of 1 nodes run, but cannot reach the cluster' },
    ],
    [
      'one container that does not run',
      { [clusters]: 'dev\n', [nodes]: 'dev-control-plane running\ndev-worker exited\n' },
      true,
      { state: 'broken', detail: '1 of 2 nodes run' },
    ],
    [
      'containers that do not run',
      { [clusters]: 'dev\n', [nodes]: 'dev-control-plane exited\ndev-worker exited\n' },
      true,
      { state: 'stopped', detail: '0 of 2 nodes run' },
    ],
  ])('of %s', async (_, answers, isReady, expected) =>
    expect(await kind.status(contextWith(answers, isReady))).toMatchObject(expected),
  );

  test('of an engine that is down, with a cluster of ours, is not "absent"', async () => {
    await writeFiles([ourMark(profile)]);
    const context = contextWith({ [clusters]: down });
    expect(await kind.status(context)).toMatchObject({ state: 'stopped' });
    const [remove] = kind.down(profile) as SingleStep[];
    await expect(remove?.skip?.(context)).rejects.toThrow(
      'cannot look for cluster dev: the Docker engine is not running',
    );
  });
});

test('nodes come with the control plane first', () =>
  expect(parseNodes('dev-worker2 running\ndev-worker10 exited\ndev-control-plane running\n')).toEqual([
    { name: 'dev-control-plane', isRunning: true },
    { name: 'dev-worker2', isRunning: true },
    { name: 'dev-worker10', isRunning: false },
  ]));

describe('problems', () => {
  const version = "docker version --format '{{.Server.Version}}'";
  test.each<[string, Record<string, string | Error>, string[]]>([
    ['none', { [version]: '28.2.2\n', [clusters]: 'other\n' }, []],
    ['none of the oldest that does', { [version]: '20.10.24+dfsg1\n', [clusters]: '' }, []],
    ['none while kind will be installed', { [version]: '28.2.2\n', [clusters]: new Failure('kind: not found') }, []],
    [
      'an engine that is too old',
      { [version]: '19.03.15\n', [clusters]: '' },
      ['Docker 19.03.15 is too old: kind needs 20.10 or newer'],
    ],
    [
      'Podman in the place of Docker',
      { [version]: '4.9.3\n', [clusters]: '' },
      [
        'docker is Podman 4.9.3 on this machine, and this profile runs kind with Docker: install Docker, or use --profile local, which needs no Docker',
      ],
    ],
    ['docker that will be installed', { [version]: new Failure('docker: not found') }, []],
    [
      'an engine that is down',
      { [version]: down },
      [
        'cannot run kind: the Docker engine is not running: start it: sudo systemctl start docker, or Docker Desktop; ' +
          'or use --profile local, which needs no Docker',
      ],
    ],
  ])('%s', async (_, answers, expected) =>
    expect(await problemsOf(kind.preflights, profile, answering(answers))).toEqual(expected),
  );
});

describe('an image', () => {
  const on = (node: string) => shown(imageCommand(node, 'docker.io/library/spark:1'));
  const two = { [nodes]: 'dev-control-plane running\ndev-worker running\n' };
  const [load, check] = kind.publish(profile) as SingleStep[];

  test('on every node is not loaded again', async () => {
    const context = contextWith({ ...two, [on('dev-control-plane')]: 'x\n', [on('dev-worker')]: 'x\n' });
    expect(await load?.skip?.(context)).toBe('spark:1 is on every node');
    await expect(check?.run(context, { line: () => {} })).resolves.toBeUndefined();
  });

  test('that a node lacks is loaded, and missed if it does not arrive', async () => {
    const context = contextWith({ ...two, [on('dev-control-plane')]: 'x\n', [on('dev-worker')]: '' });
    expect(await load?.skip?.(context)).toBe(false);
    await expect(check?.run(context, { line: () => {} })).rejects.toThrow(
      'spark:1 is not on node dev-worker after loading it',
    );
  });

  test('is not taken for loaded where there is no node', async () =>
    expect(await load?.skip?.(contextWith({ [nodes]: '' }))).toBe(false));
});
