// The local cluster against the CIS Kubernetes Benchmark 1.12, as kube-bench asks it: each row one recommendation.
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { pkiFiles } from '../../../../tasks/clusters/local/control-plane/pki.ts';
import type { Layout } from '../../../../tasks/clusters/local/layout.ts';
import { componentsOf } from '../../../../tasks/clusters/local/node/components.ts';
import { configurationFiles } from '../../../../tasks/clusters/local/node/configuration.ts';
import { kubeletConfiguration, kubeProxyConfiguration } from '../../../../tasks/clusters/local/node/settings.ts';
import { projectPath } from '../../../../tasks/core/paths.ts';
import type { FileContent } from '../../../../tasks/core/types.ts';
import { ownFolder } from '../../../own-folder.ts';
import { abilities, clusterOf, profileWith } from './fixtures.ts';

ownFolder();
const { layout, first } = await clusterOf(2);

/** A flag's value; the empty text for a bare one, undefined for one that is not set. */
function flag(program: string, name: string): string | undefined {
  const command = componentsOf(layout, first, abilities).find((component) => component.name === program)?.command;
  if (!command) throw new Error(`no ${program}`);
  const word = command.find((text) => text === `--${name}` || text.startsWith(`--${name}=`));
  return word?.slice(`--${name}=`.length);
}

const pki = (file: string) => `/run/node/pki/${file}`;

const unset = undefined;
const atLeast = (least: number) => expect.toSatisfy((value) => Number(value) >= least, `at least ${least}`);

describe('flags', () => {
  test.each([
    ['1.2.1', 'kube-apiserver', 'anonymous-auth', 'false'],
    ['1.2.2', 'kube-apiserver', 'token-auth-file', unset],
    ['1.2.4', 'kube-apiserver', 'kubelet-client-certificate', pki('apiserver-kubelet-client.crt')],
    ['1.2.4', 'kube-apiserver', 'kubelet-client-key', pki('apiserver-kubelet-client.key')],
    ['1.2.5', 'kube-apiserver', 'kubelet-certificate-authority', pki('ca.crt')],
    ['1.2.6-8', 'kube-apiserver', 'authorization-mode', 'Node,RBAC'],
    ['1.2.10, 1.2.14', 'kube-apiserver', 'enable-admission-plugins', 'NodeRestriction,DenyServiceExternalIPs'],
    ['1.2.12-13', 'kube-apiserver', 'disable-admission-plugins', unset],
    ['1.2.15', 'kube-apiserver', 'profiling', 'false'],
    ['1.2.16', 'kube-apiserver', 'audit-log-path', '/run/node/logs/audit.log'],
    ['1.2.17', 'kube-apiserver', 'audit-log-maxage', atLeast(30)],
    ['1.2.18', 'kube-apiserver', 'audit-log-maxbackup', atLeast(10)],
    ['1.2.19', 'kube-apiserver', 'audit-log-maxsize', atLeast(100)],
    ['1.2.21', 'kube-apiserver', 'service-account-lookup', unset],
    ['1.2.22', 'kube-apiserver', 'service-account-key-file', pki('service-account.pub')],
    ['1.2.23', 'kube-apiserver', 'etcd-certfile', pki('apiserver-etcd-client.crt')],
    ['1.2.23', 'kube-apiserver', 'etcd-keyfile', pki('apiserver-etcd-client.key')],
    ['1.2.24', 'kube-apiserver', 'tls-cert-file', pki('apiserver.crt')],
    ['1.2.24', 'kube-apiserver', 'tls-private-key-file', pki('apiserver.key')],
    ['1.2.25', 'kube-apiserver', 'client-ca-file', pki('ca.crt')],
    ['1.2.26', 'kube-apiserver', 'etcd-cafile', pki('etcd-ca.crt')],
    ['1.2.27', 'kube-apiserver', 'encryption-provider-config', pki('encryption.json')],
    ['1.2.30', 'kube-apiserver', 'service-account-extend-token-expiration', 'false'],
    ['1.3.1', 'kube-controller-manager', 'terminated-pod-gc-threshold', '1024'],
    ['1.3.2', 'kube-controller-manager', 'profiling', 'false'],
    ['1.3.3', 'kube-controller-manager', 'use-service-account-credentials', 'true'],
    ['1.3.4', 'kube-controller-manager', 'service-account-private-key-file', pki('service-account.key')],
    ['1.3.5', 'kube-controller-manager', 'root-ca-file', pki('ca.crt')],
    ['1.3.6', 'kube-controller-manager', 'feature-gates', unset],
    ['1.3.7', 'kube-controller-manager', 'bind-address', '127.0.0.1'],
    ['1.4.1', 'kube-scheduler', 'profiling', 'false'],
    ['1.4.2', 'kube-scheduler', 'bind-address', '127.0.0.1'],
    ['2.1', 'etcd', 'cert-file', pki('etcd.crt')],
    ['2.1', 'etcd', 'key-file', pki('etcd.key')],
    ['2.2', 'etcd', 'client-cert-auth', ''],
    ['2.3', 'etcd', 'auto-tls', unset],
    ['2.4', 'etcd', 'peer-cert-file', pki('etcd.crt')],
    ['2.4', 'etcd', 'peer-key-file', pki('etcd.key')],
    ['2.5', 'etcd', 'peer-client-cert-auth', ''],
    ['2.6', 'etcd', 'peer-auto-tls', unset],
    ['2.7', 'etcd', 'trusted-ca-file', pki('etcd-ca.crt')],
    ['2.7', 'etcd', 'peer-trusted-ca-file', pki('etcd-ca.crt')],
  ])('%s: %s --%s', (_, program, name, expected) => expect(flag(program, name)).toEqual(expected));
});

const valueAt = (object: object, path: string): unknown =>
  path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], object);

const { local } = await profileWith();

describe('settings', () => {
  const kubelet = kubeletConfiguration(layout, first, local);
  test.each([
    ['4.2.1', 'authentication.anonymous.enabled', false],
    ['4.2.2', 'authorization.mode', 'Webhook'],
    ['4.2.2', 'authentication.webhook.enabled', true],
    ['4.2.3', 'authentication.x509.clientCAFile', pki('ca.crt')],
    ['4.2.4', 'readOnlyPort', 0],
    ['4.2.5', 'streamingConnectionIdleTimeout', unset],
    ['4.2.6', 'makeIPTablesUtilChains', unset],
    ['4.2.9', 'tlsCertFile', pki('kubelet.crt')],
    ['4.2.9', 'tlsPrivateKeyFile', pki('kubelet.key')],
    ['4.2.10', 'rotateCertificates', unset],
    ['4.2.11', 'featureGates', unset],
    ['4.2.13', 'podPidsLimit', atLeast(1)],
    ['4.2.14', 'seccompDefault', true],
  ])('%s: kubelet %s', (_, path, expected) => expect(valueAt(kubelet, path)).toEqual(expected));

  test('4.3.1: kube-proxy metricsBindAddress', () =>
    expect(valueAt(kubeProxyConfiguration(layout, first), 'metricsBindAddress')).toMatch(/^127\.0\.0\.1:/));
});

describe('files', () => {
  let files: FileContent[];
  beforeAll(async () => {
    const profile = await profileWith('local.nodes=2');
    files = [...configurationFiles(profile, layout as Layout, abilities), ...(await pkiFiles(layout))];
  });

  test.each([
    ['1.1.13', /\/clusters\/local\/kubeconfig$/, 1],
    ['1.1.13', /\/break-glass\.kubeconfig$/, 1],
    ['1.1.15', /\/scheduler\.kubeconfig$/, 1],
    ['1.1.17', /\/controller-manager\.kubeconfig$/, 1],
    ['1.1.21', /\.key$/, 9],
    ['1.2.27', /\/encryption\.json$/, 1],
    ['4.1.3', /\/kube-proxy\.kubeconfig$/, 2],
    ['4.1.5', /\/kubelet\.kubeconfig$/, 2],
    ['4.1.9', /\/kubelet\.json$/, 2],
  ])('%s: %s can be read by its owner alone', (_, pattern, count) => {
    const found = files.filter(({ path }) => pattern.test(path));
    expect(found.map(({ mode }) => mode)).toEqual(Array(count).fill(0o600));
  });

  test('1.2.28: Secrets are encrypted before anything else is tried', () => {
    const text = String(files.find(({ path }) => path.endsWith('/encryption.json'))?.content);
    const [{ resources, providers }] = JSON.parse(text).resources;
    expect(resources).toEqual(['secrets']);
    expect(Buffer.from(providers[0].secretbox.keys[0].secret, 'base64')).toHaveLength(32);
  });

  test("1.1.11: etcd's folder is closed to others", () =>
    expect(readFileSync(projectPath('docker', 'node', 'init.sh'), 'utf8')).toMatch(/^chmod 700 \/run\/node\/etcd$/m));
});
