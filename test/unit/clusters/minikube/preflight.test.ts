// What keeps minikube from running, reported before anything is changed.
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { clusters } from '../../../../tasks/clusters/index.ts';
import { lookAtMachine, type Machine } from '../../../../tasks/clusters/minikube/none/machine.ts';
import {
  minikubeProblems,
  noneProblems,
  rootProblems,
  sizeProblems,
} from '../../../../tasks/clusters/minikube/preflight.ts';
import { minikubeTools } from '../../../../tasks/clusters/minikube/tools.ts';
import { ourMark } from '../../../../tasks/clusters/ours.ts';
import type { Exec } from '../../../../tasks/core/types.ts';
import { look } from '../../../check-of.ts';
import { fakeMinikube, profileNamed, profilesOf } from '../../../fakes/minikube/fake.ts';
import { plainContext } from '../../../plain-context.ts';

const fake = fakeMinikube();
const good: Machine = {
  platform: 'linux',
  hasRights: true,
  cpus: 4,
  memory: 16_000,
  init: 'systemd',
  hasRuntime: true,
  hasRuntimeService: true,
};

const none = (...sets: string[]) => profileNamed('minikube-none', ...sets);

describe('driver none', () => {
  test('has nothing against a machine that is fit', async () => expect(noneProblems(await none(), good)).toEqual([]));

  test('tells everything at once', async () => {
    const profile = await none(
      ...['clusterName=other', 'minikube.nodes=2', 'minikube.memory=8Gi', 'minikube.cpus=3', 'minikube.diskSize=20Gi'],
    );
    const machine: Machine = {
      ...good,
      hasRights: false,
      cpus: 1,
      memory: 1024,
      init: 'scripts',
      hasRuntimeService: false,
    };
    expect(noneProblems(profile, machine)).toEqual([
      'minikube.driver none needs root, or sudo without a password: run `sudo -v` first',
      'minikube.driver none has only one cluster, named minikube: set clusterName: minikube, not other',
      'minikube.driver none has only one node: set minikube.nodes: 1, not 2',
      'minikube.driver none uses all of this machine: remove minikube.memory 8Gi',
      'minikube.driver none uses all of this machine: remove minikube.cpus 3',
      'minikube.driver none uses all of this machine: remove minikube.diskSize 20Gi',
      'Kubernetes needs 2 CPUs, this machine has 1',
      'Kubernetes needs 1800 MB of memory, this machine has 1024 MB',
      'containerd has no service that minikube could start: install containerd as a package, with its /etc/init.d/containerd',
    ]);
  });

  test.each([
    ['another system', { platform: 'darwin' }, /needs Linux, this is darwin: use --profile minikube-vm/],
    ['systemctl without systemd', { init: 'systemctl without systemd' } as const, /systemd does not run/],
    ['a runtime unknown to systemd', { hasRuntimeService: false }, /containerd\.service$/],
  ])('refuses %s', async (_, machine, problem) =>
    expect(noneProblems(await none(), { ...good, ...machine })).toEqual([expect.stringMatching(problem)]),
  );

  test('refuses CRI-O that no package brings', async () =>
    expect(noneProblems(await none('minikube.containerRuntime=cri-o'), { ...good, hasRuntime: false })).toEqual([
      expect.stringMatching(/^crio is not installed: install CRI-O/),
    ]));

  test('does not check the service of a runtime that is yet to be installed', async () =>
    expect(noneProblems(await none(), { ...good, hasRuntime: false, hasRuntimeService: false })).toEqual([]));

  test.each([
    ['containerd', ['containerd', 'crictl', 'conntrack', 'iptables', 'sudo'], ['cri-dockerd']],
    ['docker', ['dockerd', 'cri-dockerd', 'crictl', 'conntrack', 'iptables', 'sudo'], ['containerd']],
    ['cri-o', ['crictl'], ['containerd', 'cri-dockerd']],
  ])('with %s asks to install %j', async (runtime, wanted, unwanted) => {
    const names = minikubeTools(await none(`minikube.containerRuntime=${runtime}`)).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['minikube', ...wanted]));
    for (const name of unwanted) expect(names).not.toContain(name);
  });
});

describe('a machine is seen', () => {
  const having =
    (answers: Record<string, string>): Exec =>
    async (command) => {
      const answer = answers[command[0] === 'sh' ? (command.at(-1) ?? '') : command.join(' ')];
      if (answer === undefined) throw new Error('not found');
      return answer;
    };
  const touch = (path: string) => {
    mkdirSync(dirname(join(fake.folder, path)), { recursive: true });
    writeFileSync(join(fake.folder, path), '');
  };

  test('that runs systemd and has a unit', async () => {
    touch('run/systemd/system/x');
    touch('usr/lib/systemd/system/containerd.service');
    const read = having({ 'id -u': '1000\n', 'sudo -n true': '', systemctl: '/bin/systemctl', containerd: '/bin/c' });
    expect(await lookAtMachine('containerd', read, fake.folder)).toMatchObject({
      ...{ hasRights: true, init: 'systemd', hasRuntime: true, hasRuntimeService: true },
    });
  });

  test('that has systemctl and no systemd, and sudo that asks', async () => {
    const read = having({ 'id -u': '1000\n', systemctl: '/bin/systemctl' });
    expect(await lookAtMachine('containerd', read, fake.folder)).toMatchObject({
      ...{ hasRights: false, init: 'systemctl without systemd', hasRuntime: false, hasRuntimeService: false },
    });
  });

  test('that starts services with scripts, as root', async () => {
    touch('etc/init.d/docker');
    const read = having({ 'id -u': '0\n', dockerd: '/bin/dockerd' });
    expect(await lookAtMachine('docker', read, fake.folder)).toMatchObject({
      ...{ hasRights: true, init: 'scripts', hasRuntime: true, hasRuntimeService: true },
    });
  });
});

describe('sizes', () => {
  const host = { cpus: 4, memory: 16_000 };
  test.each<[sets: string[], problems: RegExp[]]>([
    [['minikube.driver=kvm2'], []],
    [['minikube.driver=kvm2', 'minikube.memory=1Gi'], [/1Gi is 1024 MB: today's minikube refuses less than 1800 MB/]],
    [['minikube.driver=kvm2', 'minikube.memory=1800M'], [/is 1716 MB/]],
    [['minikube.driver=kvm2', 'minikube.memory=1800Mi'], []],
    [['minikube.driver=kvm2', 'minikube.memory=32Gi'], [/more than this machine has \(16000 MB\)/]],
    [['minikube.driver=kvm2', 'minikube.cpus=8'], [/more than this machine has \(4\)/]],
    [['minikube.driver=kvm2', 'minikube.diskSize=1Gi'], [/refuses less than 2000 MB/]],
    [['minikube.driver=docker', 'minikube.cpus=8', 'minikube.memory=32Gi'], []],
    [
      ['minikube.driver=kvm2', 'minikube.memory=1Gi', 'minikube.cpus=8'],
      [/1800 MB/, /has \(4\)/],
    ],
  ])('%j give %j', async (sets, problems) =>
    expect(sizeProblems(await profileNamed('minikube-vm', ...sets), host)).toEqual(
      problems.map((problem) => expect.stringMatching(problem)),
    ),
  );
});

test('root gets the hint to use --force, unless it is given or the driver is none', async () => {
  const plain = await profileNamed('minikube-docker');
  expect(rootProblems(plain, 'docker')).toEqual([
    'minikube does not let root use driver docker: run firesteel as another user, or set minikube.flags: [--force]',
  ]);
  expect(rootProblems(await profileNamed('minikube-docker', 'minikube.flags=["--force"]'), 'docker')).toEqual([]);
  expect(rootProblems(await none(), 'none')).toEqual([]);
});

describe('a cluster of that name', () => {
  const list = 'profile list --output=json --light'.split(' ');
  const sets = ['minikube.memory=2Gi', 'minikube.cpus=2', 'minikube.flags=["--force"]'];
  const problems = async (name: string, ...more: string[]) => {
    const profile = await profileNamed(name, ...sets, ...more);
    return minikubeProblems(profile, fake.context(profile).read);
  };

  test('made with another driver is not taken for it', async () => {
    const profile = await profileNamed('minikube-docker');
    fake.answer(list, profilesOf({ 'minikube-docker': 'kvm2' }));
    await fake.context(profile).write([ourMark(profile)]);
    expect(await problems('minikube-docker')).toEqual([
      'cluster minikube-docker was made with driver kvm2, but the profile names docker: delete it with `minikube delete -p minikube-docker` or choose another clusterName',
    ]);
  });

  test("of the user's own is left alone", async () => {
    fake.answer(list, profilesOf({ 'minikube-docker': 'docker' }));
    expect(await problems('minikube-docker')).toEqual([
      expect.stringMatching(/^minikube has a cluster minikube-docker that firesteel did not make: .*--profile context/),
    ]);
  });

  test('that we made is used', async () => {
    const profile = await profileNamed('minikube-docker');
    fake.answer(list, profilesOf({ 'minikube-docker': 'docker' }));
    await fake.context(profile).write([ourMark(profile)]);
    expect(await problems('minikube-docker')).toEqual([]);
  });

  test('which is a local one keeps its folder', async () => {
    fake.answer(list, profilesOf({}));
    mkdirSync(join(fake.folder, 'data', 'firesteel', 'clusters', 'minikube-docker', 'nodes'), { recursive: true });
    expect(await problems('minikube-docker')).toEqual([
      'cluster minikube-docker is a local cluster: choose another clusterName, or destroy that cluster first',
    ]);
  });
});

test('a port of the control plane that another program has is a finding for driver none', async () => {
  const server = createServer().listen(10_259);
  onTestFinished(() => void server.close());
  // Another program may have it already, which is as good.
  await Promise.race([once(server, 'listening'), once(server, 'error')]).catch(() => undefined);
  const context = plainContext({ profile: await profileNamed('minikube-none'), cluster: clusters.minikube });
  const found = await look('node-ports', context);
  expect(found.state).toBe('missing');
  expect([found.seen, ...(found.more ?? [])]).toContain('port 10259 is used by another program');
});
