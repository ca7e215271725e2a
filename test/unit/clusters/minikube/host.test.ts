// What driver none takes from this machine, and what it overwrites there.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { minikubeOverwrites } from '../../../../tasks/clusters/minikube/cluster.ts';
import { strayFolders } from '../../../../tasks/clusters/minikube/none/leftovers.ts';
import { chooseResolvConf } from '../../../../tasks/clusters/minikube/resolv-conf.ts';
import { ourMark } from '../../../../tasks/clusters/ours.ts';
import { fakeMinikube, profileNamed, profilesOf } from '../../../fakes/minikube/fake.ts';

const fake = fakeMinikube();
const none = (...sets: string[]) => profileNamed('minikube-none', ...sets);

describe("pods' name servers", () => {
  const host = (files: Record<string, string>) => {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(fake.folder, 'host', path)), { recursive: true });
      writeFileSync(join(fake.folder, 'host', path), content);
    }
    return join(fake.folder, 'host');
  };
  const stub = 'nameserver 127.0.0.53\n';

  test('are left to minikube where the host asks another machine', async () =>
    expect(await chooseResolvConf(await none(), host({ 'etc/resolv.conf': 'nameserver 192.0.2.1\n' }))).toEqual({}));

  test("come from systemd-resolved's own file where the host asks itself", async () => {
    const root = host({ 'etc/resolv.conf': stub, 'run/systemd/resolve/resolv.conf': 'nameserver 192.0.2.2\n' });
    expect(await chooseResolvConf(await none(), root)).toEqual({
      path: '/run/systemd/resolve/resolv.conf',
      servers: ['192.0.2.2'],
    });
  });

  test('are written out where no file has none but real ones', async () => {
    const root = host({ 'etc/resolv.conf': `${stub}nameserver 192.0.2.3\n` });
    const path = join(fake.folder, 'data/firesteel/clusters/minikube/resolv.conf');
    expect(await chooseResolvConf(await none(), root)).toEqual({
      path,
      servers: ['192.0.2.3'],
      ours: { path, content: 'nameserver 192.0.2.3\n' },
    });
  });

  test('are those of dns.upstream before any of the host', async () => {
    const root = host({ 'etc/resolv.conf': stub, 'run/systemd/resolve/resolv.conf': 'nameserver 192.0.2.2\n' });
    const { ours } = await chooseResolvConf(await none('dns.upstream=["192.0.2.9", "192.0.2.10"]'), root);
    expect(ours?.content).toBe('nameserver 192.0.2.9\nnameserver 192.0.2.10\n');
  });

  test('that cannot be found are a problem before the start', async () =>
    expect((await chooseResolvConf(await none(), host({ 'etc/resolv.conf': stub }))).problem).toMatch(
      /CoreDNS would forward to itself: set dns\.upstream/,
    ));

  test('are not checked where kubelet.resolv-conf is given, or the node is not this machine', async () => {
    const root = host({ 'etc/resolv.conf': stub });
    expect(
      await chooseResolvConf(await none('minikube.extraConfig.kubelet.resolv-conf=/etc/resolv.conf'), root),
    ).toEqual({});
    expect(await chooseResolvConf(await profileNamed('minikube-docker'), root)).toEqual({});
  });
});

test('a folder in place of a kubeconfig is found, and no other', () => {
  const root = join(fake.folder, 'stray');
  expect(strayFolders(root)).toEqual([]);
  for (const name of ['controller-manager.conf', 'manifests'])
    mkdirSync(join(root, 'etc/kubernetes', name), { recursive: true });
  writeFileSync(join(root, 'etc/kubernetes/admin.conf'), '');
  expect(strayFolders(root)).toEqual([join(root, 'etc/kubernetes/controller-manager.conf')]);
});

describe('what is overwritten', () => {
  test('is shown for driver none, of what is there', async () => {
    for (const path of ['etc/kubernetes', 'var/lib/minikube', 'etc/unrelated'])
      mkdirSync(join(fake.folder, path), { recursive: true });
    const lines = await minikubeOverwrites(await none(), fake.context(await none()).read, fake.folder);
    expect(lines).toEqual([
      expect.stringMatching(/^\/etc\/kubernetes: overwritten/),
      expect.stringMatching(/^\/var\/lib\/minikube: overwritten/),
    ]);
    const docker = await profileNamed('minikube-docker');
    expect(await minikubeOverwrites(docker, fake.context(docker).read, fake.folder)).toEqual([]);
  });

  test('is nothing once the cluster is ours', async () => {
    const profile = await none();
    const context = fake.context(profile);
    mkdirSync(join(fake.folder, 'etc/kubernetes'), { recursive: true });
    await context.write([ourMark(profile)]);
    fake.answer('profile list --output=json --light'.split(' '), profilesOf({}), profilesOf({ minikube: 'none' }));
    expect(await minikubeOverwrites(profile, context.read, fake.folder)).toHaveLength(1);
    expect(await minikubeOverwrites(profile, context.read, fake.folder)).toEqual([]);
  });
});
