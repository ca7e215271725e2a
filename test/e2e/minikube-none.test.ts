// The real minikube, driver none, with real Spark: from nothing to nothing, also where the machine is its own resolver.
import { basename } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kubernetesVersion } from '../../tasks/clusters/local/programs/releases.ts';
import { imageArchive } from '../../tasks/core/paths.ts';
import { type Ended, installTools, launch, sandbox } from './firesteel.ts';
import { leftBehind } from './host.ts';
import type { Machine } from './machine/machine.ts';
import { readyMachine, useLoopbackResolver, whyNoMachine } from './machine/prepare.ts';

const reason = await whyNoMachine();
const suite = reason ? describe.skip : describe;

/** Newer than the newest minikube knows, so it has to be forced; what it would download is there already. */
const settings = [
  ...['--profile', 'minikube-none', '--set', `minikube.kubernetesVersion=${kubernetesVersion()}`],
  ...['--set', 'minikube.flags=[--force, --preload=false, --cache-images=false]'],
  // kubeadm refuses version 1 of cgroups.
  ...['--set', 'minikube.extraConfig.kubeadm.ignore-preflight-errors=SystemVerification'],
];
const unprotected = ['--set', 'minikube.extraConfig.kubelet.resolv-conf=/etc/resolv.conf', '--set', 'dns.repair=false'];

suite(`minikube without a virtual machine${reason ? ` (skipped: ${reason})` : ''}`, () => {
  const box = sandbox();
  let machine: Machine;

  beforeAll(async () => {
    await installTools();
    machine = await readyMachine(box);
  }, 30 * 60_000);

  afterAll(async () => {
    await machine?.end();
    box.remove();
  });

  const run = (verb: string, ...words: string[]): Promise<Ended> =>
    launch([verb, ...words.splice(0, verb === 'dns' || verb === 'submit' ? 1 : 0), ...settings, ...words], {
      before: machine.inside,
    }).ended;

  /** Returns the output of a run that went well. */
  const done = async (...words: [string, ...string[]]): Promise<string> => {
    const { code, output } = await run(...words);
    expect(code, output).toBe(0);
    return output;
  };

  const kubectl = (...words: string[]): string =>
    machine.exec(
      'kubectl',
      '--kubeconfig=/run/machine/home/.local/share/firesteel/clusters/minikube/kubeconfig',
      ...words,
    );

  const corefile = (): string =>
    kubectl('--namespace=kube-system', 'get', 'configmap', 'coredns', '--output=jsonpath={.data.Corefile}');

  /** Which processes run, and which version each object of ours and of minikube's has. */
  const state = (): string[] => [
    machine.exec('pidof', 'kubelet', 'containerd', 'kube-apiserver', 'etcd'),
    kubectl(
      'get',
      'namespaces,serviceaccounts,roles,rolebindings,configmaps,deployments,daemonsets',
      '--all-namespaces',
      '--output=jsonpath={range .items[*]}{.kind} {.metadata.name} {.metadata.generation} {.metadata.uid}{"\\n"}{end}',
    ),
    corefile(),
  ];

  /** A cluster's files and processes, and what firesteel linked for it. */
  const left = (): string =>
    machine.exec(
      'sh',
      '-c',
      'pidof kubelet kube-apiserver kube-controller-manager kube-scheduler kube-proxy etcd containerd-shim-runc-v2; ' +
        'find /etc/kubernetes /var/lib/minikube /opt/cni /usr/local/bin/crictl ! -type d 2> /dev/null; ' +
        'find /etc/kubernetes -name "*.conf" 2> /dev/null || true',
    );

  test('a dry run before anything exists changes nothing', async () => {
    const output = await done('deploy', '--dry-run');
    expect(output).toContain('$ minikube start');
    expect(output).toContain('--driver=none');
    expect(left()).toBe('');
  });

  test('deploy brings it up', async () => {
    expect(await done('deploy', '--yes')).toContain('Cluster minikube is ready');
    expect(kubectl('get', 'nodes', '--output=name')).toBe('node/minikube\n');
    expect(await done('status')).toContain('minikube: running');
  });

  test('a second deploy changes nothing', async () => {
    const first = state();
    await done('deploy');
    expect(state()).toEqual(first);
    expect(await done('deploy', '--dry-run', '--exit-code')).not.toContain('  $ ');
  });

  test('SparkPi ends with pi', async () => {
    expect(await done('submit', 'pi', '--yes')).toMatch(/^Pi is roughly 3\.14\d+$/m);
  });

  test('an image that cannot be loaded fails the run that needs it', async () => {
    const images = JSON.parse(machine.exec('crictl', 'images', '--output=json')) as {
      images: { repoTags: string[] }[];
    };
    const spark = images.images.flatMap(({ repoTags }) => repoTags).find((tag) => /\/spark:/.test(tag)) ?? '';
    machine.exec('crictl', 'rmi', spark);
    const archive = imageArchive(spark);
    machine.write('/run/broken.tar', 'no archive');
    machine.exec('mount', '--bind', '/run/broken.tar', archive);
    const { code, output } = await run('submit', 'pi');
    machine.exec('umount', archive);
    expect(output).toMatch(/✖ .*image/i);
    expect(output).toContain(basename(spark));
    expect(code).toBe(1);
  });

  test('a stopped cluster is reported as stopped, and deploy starts it', async () => {
    machine.exec('minikube', 'stop');
    expect(await done('status')).toContain('minikube: stopped');
    expect(await done('deploy')).toContain('Cluster minikube is ready');
    expect(await done('status')).toContain('minikube: running');
  });

  test('destroy removes it, and a second one has nothing to do', async () => {
    await done('destroy', '--yes');
    expect(await done('status')).toContain('minikube: absent');
    // The last process of a pod may take a moment to end.
    await expect.poll(left, { timeout: 30_000 }).toBe('');
    await done('destroy');
  });

  test('on a machine that is its own resolver, no loop forms', async () => {
    useLoopbackResolver(machine);
    // A runtime makes such a folder of a file that a container misses when it starts once more during a deletion.
    machine.exec('mkdir', '--parents', '/etc/kubernetes/controller-manager.conf');
    await done('deploy', '--yes');
    expect(machine.exec('pgrep', '--list-full', 'kubelet')).toContain('--resolv-conf=/run/dnsmasq/resolv.conf');
    await done('dns', 'check');
    await done('destroy', '--yes');
  });

  describe('where nothing prevents the loop', () => {
    const loop = /127\.0\.0\.1:\d+ (->|→) :53/;
    let original = '';

    test('deploy fails and names it', async () => {
      const { code, output } = await run('deploy', '--yes', ...unprotected);
      expect(output).toMatch(loop);
      expect(code).toBe(1);
      original = corefile();
    });

    test('dns check names it', async () => {
      const { code, output } = await run('dns', 'check', ...unprotected);
      expect(output).toMatch(loop);
      expect(code).toBe(1);
    });

    test('dns repair repairs the loop and proves it', async () => {
      await done('dns', 'repair', ...unprotected);
      expect(corefile()).toBe(original.replace('forward . /etc/resolv.conf', 'forward . 203.0.113.1'));
      await done('dns', 'check', ...unprotected);
    });

    test('dns undo restores what was there', async () => {
      await done('dns', 'undo', ...unprotected);
      expect(corefile()).toBe(original);
    });

    test('destroy claims no success where the container runtime is down', async () => {
      machine.exec('service', 'containerd', 'stop');
      const { code, output } = await run('destroy', '--yes', ...unprotected);
      expect(output).toContain('the container runtime does not answer');
      expect(code).toBe(1);
      machine.exec('service', 'containerd', 'start');
      await done('destroy', '--yes', ...unprotected);
      expect(left()).toBe('');
    });
  });

  test('nothing is left on the host', async () => {
    await machine.end();
    expect(leftBehind(machine.folder)).toEqual([]);
  });
});
