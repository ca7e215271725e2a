// The calls we make, taken by the real minikube: it reads every flag, looks for the driver, and stops before it starts.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { minikubeCommand } from '../../tasks/clusters/minikube/command.ts';
import type { Driver } from '../../tasks/clusters/minikube/driver.ts';
import { minikubeEnvironment } from '../../tasks/clusters/minikube/environment.ts';
import { startCommand } from '../../tasks/clusters/minikube/start.ts';
import { parseProfiles, parseStatus } from '../../tasks/clusters/minikube/status.ts';
import { createExec } from '../../tasks/core/exec.ts';
import type { Command } from '../../tasks/core/types.ts';
import { installMissing, missingTools } from '../../tasks/toolbox/host-packages.ts';
import { profileNamed } from '../fakes/minikube/fake.ts';
import { type Stub, stub } from '../fakes/minikube/stubs.ts';
import { perform } from './firesteel.ts';

const quiet: Stub = '#!/bin/sh\n';
const qemu = process.arch === 'arm64' ? 'qemu-system-aarch64' : 'qemu-system-x86_64';

/** Every program a driver looks for; none of them does anything. */
const stubs: Record<string, Stub> = {
  docker: stub.docker,
  virsh: stub.virsh,
  [qemu]: stub.qemu,
  VBoxManage: stub.virtualbox,
  ...Object.fromEntries(['sudo', 'iptables', 'conntrack', 'crictl'].map((name) => [name, quiet])),
};

const tuned = [
  ...['minikube.diskSize=20Gi', 'minikube.addons=[metrics-server, ingress]', 'minikube.waitTimeout=5m'],
  ...['minikube.kubernetesVersion=v1.34.0', 'minikube.extraConfig.kubelet.max-pods=50'],
];

const rows: [profile: string, driver: Driver, sets: string[]][] = [
  ['minikube-none', 'none', []],
  ['minikube-none', 'none', ['minikube.kubernetesVersion=v1.34.0', 'minikube.waitTimeout=5m']],
  ['minikube-vm', 'kvm2', []],
  ['minikube-vm', 'qemu2', []],
  ['minikube-vm', 'virtualbox', []],
  ['minikube-vm', 'kvm2', tuned],
  ['minikube-vm', 'qemu2', ['minikube.containerRuntime=cri-o']],
  ['minikube-docker', 'docker', []],
  [
    'minikube-docker',
    'docker',
    [...tuned, 'minikube.containerRuntime=docker', 'minikube.nodes=2', 'clusterName=other'],
  ],
];

/** Of a shell that makes everything fail that no pattern names. */
const strays = {
  MINIKUBE_DRIVER: 'bogus',
  MINIKUBE_MEMORY: '1',
  MINIKUBE_CPUS: '1',
  MINIKUBE_DISK_SIZE: '1',
  MINIKUBE_CNI: 'x',
};

interface Event {
  type: string;
  data: Record<string, string>;
}

const suite = process.platform === 'linux' ? describe : describe.skip;

suite('the real minikube', () => {
  let program: string;
  let folder: string;

  beforeAll(async () => {
    const exec = createExec(new AbortController().signal);
    await perform(installMissing(await missingTools([{ name: 'minikube', purpose: 'test' }], exec)));
    program = (await exec(['sh', '-c', 'command -v minikube'])).trim();
  });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'fs-argv-'));
    mkdirSync(join(folder, 'bin'));
    for (const [name, text] of Object.entries(stubs)) {
      writeFileSync(join(folder, 'bin', name), text);
      chmodSync(join(folder, 'bin', name), 0o755);
    }
    writeFileSync(join(folder, 'firmware.fd'), '');
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  const call = ([, ...words]: Command) =>
    spawnSync(program, words, {
      // The stubs come first, so nothing of this machine is asked, least of all its sudo.
      env: {
        ...minikubeEnvironment({ clusterName: 'here' }, strays),
        PATH: [join(folder, 'bin'), '/usr/bin', '/bin'].join(delimiter),
        HOME: folder,
        MINIKUBE_HOME: folder,
        KUBECONFIG: join(folder, 'kubeconfig'),
      },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });

  test.each(rows)('takes the start of %s on %s with %j', async (name, driver, sets) => {
    const flags = [
      '--dry-run',
      '--force',
      ...(driver === 'qemu2' ? [`--qemu-firmware-path=${folder}/firmware.fd`] : []),
    ];
    const profile = await profileNamed(name, ...sets, `minikube.flags=${JSON.stringify(flags)}`);
    const { status, stdout, stderr } = call(
      startCommand(profile, driver, driver === 'none' ? '/etc/other' : undefined),
    );
    const events = stdout
      .split('\n')
      .filter(Boolean)
      .map((line): Event => JSON.parse(line));
    const said = events.map(({ data }) => data['message']);
    expect(status, `${stderr}${said.join('\n')}`).toBe(0);
    expect(said).toContain(`Using the ${driver} driver based on user configuration`);
    expect(said.at(-1)).toBe('dry-run validation complete!');
    expect(existsSync(join(folder, 'kubeconfig'))).toBe(false);
  });

  test('refuses an unknown flag, so the test above can fail', async () => {
    const profile = await profileNamed('minikube-docker', 'minikube.flags=["--dry-run", "--force", "--no-such-flag"]');
    const { status, stderr } = call(startCommand(profile, 'docker'));
    expect(status).toBe(14);
    expect(stderr).toContain('unknown flag: --no-such-flag');
  });

  test('reports an absent cluster in the form that firesteel reads', async () => {
    const profile = await profileNamed('minikube-docker');
    const status = call(minikubeCommand(profile, 'status', '--output=json'));
    expect(status.status).toBe(85);
    expect(parseStatus(status.stdout.split('\n').filter(Boolean), 'minikube-docker').state).toBe('absent');
    const list = call(['minikube', 'profile', 'list', '--output=json', '--light']);
    expect(parseProfiles(list.stdout.split('\n'))).toEqual({ valid: [], invalid: [] });
  });

  test.each([
    [['image ls', '--format=json'], 14],
    [['image load', '/no/such.tar'], 14],
    [['docker-env', '--shell=none', '--output=json'], 85],
    [['update-context'], 85],
    [['delete', '--output=json'], 0],
  ])('knows the call %j, and ends it with %i where there is no cluster', async ([verb = '', ...words], code) => {
    const { status, stderr } = call(minikubeCommand(await profileNamed('minikube-docker'), verb, ...words));
    expect(stderr).not.toMatch(/unknown (flag|command)/);
    expect(status).toBe(code);
  });
});
