// Nodes of a local cluster that pull from their own registry, by the names of another, with a password.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createExec } from '../../tasks/core/exec.ts';
import { until } from '../../tasks/core/wait.ts';
import { withLogin } from '../../tasks/images/registry/login.ts';
import { pushCommand } from '../../tasks/images/registry/skopeo.ts';
import { writeImageArchive } from '../../tasks/images/scratch.ts';
import { connectKube } from '../../tasks/kube/client.ts';
import type { Manifest } from '../../tasks/kube/types.ts';
import { plainContext } from '../plain-context.ts';
import { installTools, sandbox, whyNoNodes } from './firesteel.ts';
import { fetchRegistry, startRegistry, type TestRegistry } from './registry.ts';

const box = sandbox();
const reason = (await whyNoNodes()) ?? (fetchRegistry(box.data) ? undefined : 'apt-get brings no docker-registry');
const suite = reason ? describe.skip : describe;

interface Pod extends Manifest {
  status?: {
    phase?: string;
    containerStatuses?: { state: { waiting?: { reason?: string; message?: string } } }[];
  };
}

suite(`local.registries${reason ? ` (skipped: ${reason})` : ''}`, () => {
  const host = 'registry.school.example';
  const image = `${host}/class/busybox`;
  const { signal } = new AbortController();
  const exec = createExec(signal);
  const kubeconfig = join(box.data, 'firesteel', 'clusters', 'mirror', 'kubeconfig');
  const kube = connectKube(() => ({ path: kubeconfig, context: 'mirror' }), signal);
  let registry: TestRegistry;
  let profile: string;

  const writeProfile = (registries: object) => {
    profile = box.profile('mirror', JSON.stringify({ local: { nodes: 2, registries } }));
  };

  beforeAll(async () => {
    await installTools([{ name: 'skopeo', package: 'skopeo', purpose: 'pushes' }]);
    registry = await startRegistry({ hosts: [host], accounts: (user) => (user === 'teacher' ? 'push' : undefined) });
    const archive = join(box.data, 'busybox.tar');
    const programs = ['/bin/busybox'];
    const content = { reference: 'busybox:1', programs, entrypoint: ['/busybox'] };
    await writeImageArchive([content], archive, plainContext());
    const known = (...words: Parameters<typeof exec>) => exec(words[0], { ...words[1], env: registry.env });
    await withLogin(host, { user: 'teacher', password: 'chalk' }, known, async (authFile) => {
      for (const tag of ['1', '2', '3']) await known(pushCommand(archive, `${image}:${tag}`, authFile));
    });
    writeProfile(registry.nodes);
  });

  afterAll(async () => {
    await box.run('destroy', '--profile', profile, '--yes');
    await registry.stop();
    box.remove();
  });

  /** Starts a pod of the image on a node; waits until it has run, or cannot be pulled. */
  async function run(name: string, tag: string, node: string, from = image): Promise<string> {
    await kube.create({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace: 'spark' },
      spec: {
        nodeName: node,
        restartPolicy: 'Never',
        securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
        containers: [
          {
            name: 'one',
            image: `${from}:${tag}`,
            args: ['echo', `pulled to ${node}`],
            securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
          },
        ],
      },
    });
    const failure = await until<string | undefined>({
      for: `the pod ${name}`,
      seconds: 90,
      signal,
      probe: async () => {
        const pod = (await kube.get({ apiVersion: 'v1', kind: 'Pod', name, namespace: 'spark' })) as Pod;
        if (pod.status?.phase === 'Succeeded') return { done: undefined };
        const waiting = pod.status?.containerStatuses?.[0]?.state.waiting;
        if (waiting?.reason === 'ErrImagePull') return { done: `${waiting.message}` };
        return { seen: `${pod.status?.phase} ${waiting?.reason}` };
      },
    });
    if (failure) return failure;
    const lines: string[] = [];
    for await (const line of kube.logs({ name, namespace: 'spark' })) lines.push(line);
    return lines.join('\n');
  }

  test('every node pulls an image of that host, as the profile says', async () => {
    const { code, output } = await box.run('deploy', '--profile', profile, '--yes');
    expect(output).toContain('Cluster mirror is ready');
    expect(code).toBe(0);
    expect(await run('first', '1', 'mirror-1')).toBe('pulled to mirror-1');
    expect(await run('second', '1', 'mirror-2')).toBe('pulled to mirror-2');
    expect(registry.logins.filter(({ user }) => user === 'node')).toContainEqual({ user: 'node', isKnown: true });
  });

  test('an image may be named by the address as well', async () => {
    expect(await run('third', '2', 'mirror-2', `${registry.address}/class/busybox`)).toBe('pulled to mirror-2');
  });

  test('the next deploy applies a wrong password, and the next one the right password', async () => {
    const own = registry.nodes[host];
    if (!own) throw new Error(`no ${host}`);
    const passwordFile = join(box.data, 'password');
    writeFileSync(passwordFile, 'forgotten\n');
    writeProfile({ [host]: { ...own, credentials: { ...own.credentials, passwordFile } } });
    expect((await box.run('deploy', '--profile', profile)).code).toBe(0);
    expect(await run('fourth', '3', 'mirror-2')).toMatch(/401|unauthorized/i);
    writeProfile(registry.nodes);
    expect((await box.run('deploy', '--profile', profile)).code).toBe(0);
    expect(await run('fifth', '3', 'mirror-2')).toBe('pulled to mirror-2');
  });

  test('a registry that is removed from the profile is removed from the nodes', async () => {
    const folder = join(box.data, 'firesteel', 'clusters', 'mirror', 'nodes', '2', 'config', 'certs.d');
    expect(existsSync(join(folder, host))).toBe(true);
    writeProfile({});
    expect((await box.run('deploy', '--profile', profile)).code).toBe(0);
    expect(existsSync(join(folder, host))).toBe(false);
    const { output } = await box.run('deploy', '--profile', profile);
    expect(output).toContain('Write the configuration of the nodes: unchanged');
  });
});
