// The real kind with a real Docker engine, as far as it goes without a node image: argv, configuration and kubeconfig are
// taken, containers are found, listed and deleted, and what fails is said in one line. What cannot run where no registry
// is to be reached: the node image itself, so Kubernetes in a container, loading an image into it, SparkPi on it.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kind } from '../../tasks/clusters/kind/cluster.ts';
import { loadCommand } from '../../tasks/clusters/kind/commands.ts';
import { kindFailure } from '../../tasks/clusters/kind/failures.ts';
import { shown } from '../../tasks/core/exec.ts';
import { Failure } from '../../tasks/core/failure.ts';
import { projectPath, toolsFolder } from '../../tasks/core/paths.ts';
import { readProfile } from '../../tasks/profile/read.ts';
import { firesteelCommand } from '../built-command.ts';
import { type Ended, installTools, launch, sandbox, whyNoNodes } from './firesteel.ts';

const reason = (await whyNoNodes()) ?? (process.getuid?.() === 0 ? undefined : 'needs root for its own engine');
const suite = reason ? describe.skip : describe;

suite(`kind without a node image${reason ? ` (skipped: ${reason})` : ''}`, () => {
  const box = sandbox();
  const profile = box.profile('dev', 'cluster: kind\nkind:\n  image: registry.invalid/node:v1.37.0\n  workers: 2\n');
  const ours = join(box.data, 'firesteel', 'clusters', 'dev');
  const usual = join(box.data, 'users-own');
  const env = {
    ...process.env,
    XDG_DATA_HOME: box.data,
    KUBECONFIG: usual,
    PATH: `${toolsFolder()}:${process.env['PATH']}`,
  };

  /** Shell commands, one after the other, with a Docker engine that is there for as long; its containers are kept. */
  const inEngine = (...scripts: string[]): Promise<Ended> =>
    new Promise((resolve) => {
      const child = spawn(projectPath('docker', 'private-engine.sh'), [join(box.data, 'engine'), ...scripts], {
        env,
        cwd: projectPath(),
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let output = '';
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
      child.on('close', (code) => resolve({ code, output }));
    });
  const firesteel = (...words: string[]) => shown([...firesteelCommand, ...words, '--profile', profile]);

  /** Containers that kind takes for the nodes of a cluster; they have a program to run and nothing of Kubernetes. */
  const makeNodes = [
    `tar --create --directory / --dereference bin/busybox | docker import --change 'CMD ["/bin/busybox","sleep","600"]' - lookalike`,
    ...['control-plane', 'worker'].map((role) =>
      shown([
        ...['docker', 'create', '--network', 'none', '--name', `dev-${role}`],
        ...['--label', 'io.x-k8s.kind.cluster=dev', '--label', `io.x-k8s.kind.role=${role}`, 'lookalike'],
      ]),
    ),
  ];

  beforeAll(async () => installTools(kind.tools(await readProfile(profile, []))));

  afterAll(() => box.remove());

  test('an engine that is down is a problem before anything else', async () => {
    const { code, output } = await launch(['deploy', '--profile', profile], {
      env: { ...env, DOCKER_HOST: 'unix:///var/run/nobody.sock' },
    }).ended;
    expect(output).toMatch(/cannot run kind: the Docker engine at unix:\S+ is not running: start it, /);
    expect(code).toBe(2);
  });

  test('a missing cluster is absent, and there is nothing to destroy', async () => {
    const { code, output } = await inEngine(firesteel('status'), firesteel('destroy'));
    expect(output).toContain('dev: absent (kind has no such cluster)');
    expect(output).toContain('Delete the cluster: no such cluster');
    expect(code).toBe(0);
  });

  test('deploy gets as far as the node image, and says in one line that it cannot be pulled', async () => {
    const { code, output } = await inEngine(firesteel('deploy', '--yes'));
    expect(output).toContain('Create the cluster: Creating cluster "dev"');
    expect(output).toContain('Create the cluster: Ensuring node image (registry.invalid/node:v1.37.0)');
    expect(output).toContain(
      '✖ Create the cluster: cannot make cluster dev: node image registry.invalid/node:v1.37.0 cannot be pulled: the registry cannot be reached',
    );
    expect(output).toMatch(/→ load the image with docker load/);
    expect(code).toBe(1);
    expect([existsSync(join(ours, 'kubeconfig')), existsSync(usual)]).toEqual([false, false]);
  });

  test('an image is not loaded into a cluster that is not there', async () => {
    const archive = join(box.data, 'image.tar');
    execFileSync('touch', [archive]);
    const { code, output } = await inEngine(shown(loadCommand(await readProfile(profile, []), archive)));
    expect(code).toBe(1);
    expect(kindFailure(new Failure('kind', { output }), 'load spark:1')).toMatchObject({
      message: 'cannot load spark:1: there is no kind cluster dev',
    });
  });

  test('containers that do not run are a stopped cluster', async () => {
    const { output } = await inEngine(...makeNodes, firesteel('status'));
    expect(output).toContain('dev: stopped (0 of 2 nodes run)');
    expect(output).toMatch(/^dev-control-plane +container +stopped/m);
  });

  test('one running container is a broken cluster, and two without an API are no success', async () => {
    const { output } = await inEngine(
      'docker start dev-worker',
      firesteel('status'),
      'docker start dev-control-plane',
      firesteel('status'),
    );
    expect(output).toContain('dev: broken (1 of 2 nodes run)');
    expect(output).toContain('dev: broken (2 of 2 nodes run, but ');
  });

  test('deploy starts what was stopped, and fails on what is no Kubernetes', async () => {
    // As if kind had made them: otherwise they would be taken for the rest of the deploy before.
    writeFileSync(join(ours, 'made'), '');
    const { code, output } = await inEngine(firesteel('deploy', '--yes'));
    expect(output).toContain('Create the cluster: cluster dev exists');
    expect(output).toContain('✔ Start the nodes');
    expect(output).toMatch(/✖ Write the kubeconfig: cannot get the kubeconfig of dev: /);
    expect(code).toBe(1);
  });

  test('kind refuses a second cluster of that name, and we say which', async () => {
    const { output } = await inEngine('kind create cluster --name dev || :');
    expect(kindFailure(new Failure('kind', { output }), 'make cluster dev')).toMatchObject({
      message: 'cannot make cluster dev: containers of a cluster dev already exist',
    });
  });

  test('destroy deletes the containers and nothing else', async () => {
    const { code, output } = await inEngine(
      'docker create --network none --name bystander lookalike',
      firesteel('destroy'),
      'echo left: $(docker ps --all --format {{.Names}})',
    );
    expect(output).toContain('✔ Delete the cluster');
    expect(output).toMatch(/^left: bystander$/m);
    expect(code).toBe(0);
    expect(existsSync(ours)).toBe(false);
  });
});
