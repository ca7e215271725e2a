// What runs on which node, and where it listens.
import { describe, expect, test } from 'vitest';
import { componentsOf } from '../../../../../tasks/clusters/local/node/components.ts';
import { kubeletConfiguration, kubeProxyConfiguration } from '../../../../../tasks/clusters/local/node/settings.ts';
import { ownFolder } from '../../../../own-folder.ts';
import { abilities, clusterOf, profileWith } from '../fixtures.ts';

ownFolder();
const names = (components: { name: string }[]) => components.map(({ name }) => name);

describe('on a cluster of two nodes', () => {
  test('the first runs the control plane too', async () => {
    const { layout, first } = await clusterOf(2);
    expect(names(componentsOf(layout, first, abilities))).toEqual([
      'etcd',
      'kube-apiserver',
      'kube-controller-manager',
      'kube-scheduler',
      'resolver',
      'slirp4netns',
      'containerd',
      'kube-network-policies',
      'kubelet',
      'kube-proxy',
    ]);
  });

  test('the other runs none of it', async () => {
    const { layout, last } = await clusterOf(2);
    expect(names(componentsOf(layout, last, abilities))).toEqual([
      'slirp4netns',
      'containerd',
      'kube-network-policies',
      'kubelet',
      'kube-proxy',
    ]);
  });

  test('only programs that end without an API server wait for it', async () => {
    const { layout, first } = await clusterOf(2);
    const waiting = componentsOf(layout, first, abilities).filter(({ needsApi }) => needsApi);
    expect(names(waiting)).toEqual([
      'kube-controller-manager',
      'kube-scheduler',
      'kube-network-policies',
      'kube-proxy',
    ]);
  });

  test('the kubelet is named after its node and waits for containerd', async () => {
    const { layout, last } = await clusterOf(2);
    const kubelet = componentsOf(layout, last, abilities).find(({ name }) => name === 'kubelet');
    expect(kubelet?.command).toEqual(expect.arrayContaining(['--hostname-override=local-2', '--node-ip=198.18.7.3']));
    expect(kubelet?.awaits).toEqual(['/run/containerd/containerd.sock']);
  });

  test('proxy settings reach containerd alone', async () => {
    const { layout, first } = await clusterOf(2);
    const proxyEnv = { HTTPS_PROXY: 'http://proxy:3128' };
    const settings = componentsOf(layout, first, { ...abilities, proxyEnv }).filter(({ env }) => env?.['HTTPS_PROXY']);
    expect(settings.map(({ name, env }) => [name, env])).toEqual([['containerd', proxyEnv]]);
  });

  test('only the outgoing network and the resolver are in the network of the host', async () => {
    const { layout, first } = await clusterOf(2);
    const outside = componentsOf(layout, first, abilities).filter(({ host }) => host);
    expect(outside.map(({ name, host }) => [name, host])).toEqual([
      ['resolver', 'mounts'],
      ['slirp4netns', 'network'],
    ]);
    expect(outside[1]?.command).toEqual(expect.arrayContaining(['--disable-host-loopback', '--disable-dns']));
  });
});

test("every listener is on loopback or on the node's own address", async () => {
  const { layout, first } = await clusterOf(1);
  const flags = componentsOf(layout, first, abilities).flatMap(({ name, command }) =>
    command
      .map((word) => /^--((?:.*listen|bind|address).*?)=(?:https?:\/\/)?([^:/]*)/.exec(word))
      .flatMap((found) => (found ? [`${name} ${found[1]} ${found[2]}`] : [])),
  );
  expect(flags).toEqual([
    'etcd listen-client-urls 127.0.0.1',
    'etcd listen-peer-urls 127.0.0.1',
    'kube-apiserver bind-address 198.18.7.2',
    'kube-controller-manager bind-address 127.0.0.1',
    'kube-scheduler bind-address 127.0.0.1',
  ]);
  const { local } = await profileWith();
  expect(kubeletConfiguration(layout, first, local)).toMatchObject({ address: '198.18.7.2', readOnlyPort: 0 });
  expect(kubeProxyConfiguration(layout, first)).toMatchObject({
    bindAddress: '198.18.7.2',
    healthzBindAddress: expect.stringMatching(/^127\.0\.0\.1:/),
    metricsBindAddress: expect.stringMatching(/^127\.0\.0\.1:/),
  });
});

test('volumes are made by the user of Spark, who needs them', async () => {
  const { layout, first } = await clusterOf(1);
  const command = componentsOf(layout, first, abilities).find(
    ({ name }) => name === 'kube-controller-manager',
  )?.command;
  const program = command?.indexOf('kube-controller-manager') ?? 0;
  expect(command?.slice(0, program)).toEqual(expect.arrayContaining(['setpriv', '--reuid=185', '--regid=0']));
  expect(command?.slice(program)).toContain('--enable-hostpath-provisioner=true');
});
