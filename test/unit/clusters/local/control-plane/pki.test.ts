// Keys, certificates and kubeconfigs of a cluster of two nodes, made for real.
import { X509Certificate } from 'node:crypto';
import { basename, join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import {
  administrator,
  areCertificatesEnding,
  kubeletClient,
  pkiFiles,
  renewedPkiFiles,
} from '../../../../../tasks/clusters/local/control-plane/pki.ts';
import { writeFiles } from '../../../../../tasks/core/files/changes.ts';
import { ownFolder } from '../../../../own-folder.ts';
import { clusterOf } from '../fixtures.ts';

ownFolder();
const { layout, first, last } = await clusterOf(2);
const files = await pkiFiles(layout);

function text(path: string): string {
  const file = files.find((candidate) => candidate.path === path);
  if (!file) throw new Error(`no ${path}`);
  return String(file.content);
}

const certificate = (path: string) => new X509Certificate(text(path));
const inNode = (name: string, node = first) => join(node.folder, 'pki', name);
const authority = certificate(join(layout.folder, 'pki', 'ca.crt'));

interface Kubeconfig {
  clusters: { cluster: { server: string; 'certificate-authority-data': string } }[];
  users: { user: { 'client-certificate-data': string } }[];
}

const kubeconfig = (path: string) => JSON.parse(text(path)) as Kubeconfig;

function clientOf(path: string): X509Certificate {
  const data = kubeconfig(path).users[0]?.user['client-certificate-data'] ?? '';
  return new X509Certificate(Buffer.from(data, 'base64'));
}

test('whatever holds a private key or a secret is closed to others', () => {
  const secret = files.filter(({ content }) => /PRIVATE KEY|client-key-data|"secret"/.test(String(content)));
  expect(secret).toHaveLength(18);
  expect(secret.filter(({ mode }) => mode !== 0o600).map(({ path }) => path)).toEqual([]);
});

test("the authority's key is in the cluster's folder and in no other file", () => {
  const path = join(layout.folder, 'pki', 'ca.key');
  const key = text(path);
  const body = key.split('\n')[1] ?? key;
  const encoded = Buffer.from(key).toString('base64');
  const holders = files.filter(({ content }) => String(content).includes(body) || String(content).includes(encoded));
  expect(holders.map((file) => file.path)).toEqual([path]);
});

test("a node that is not the first gets no key but its own and its proxy's", () => {
  const names = files.filter(({ path }) => path.startsWith(last.folder)).map(({ path }) => path);
  expect(names).toEqual(
    ['ca.crt', 'kubelet.crt', 'kubelet.key', 'kubelet.kubeconfig', 'kube-proxy.kubeconfig'].map((name) =>
      inNode(name, last),
    ),
  );
});

describe('the kubeconfig people get', () => {
  const client = clientOf(layout.kubeconfig);

  test('is for the administrator, who is in no group', () => {
    expect(administrator).toBe('firesteel-admin');
    expect(client.subject).toBe('CN=firesteel-admin');
  });

  test('has an RSA key, which old clients read', () => {
    expect(client.publicKey.asymmetricKeyType).toBe('rsa');
    expect(client.publicKey.asymmetricKeyDetails?.modulusLength).toBe(2048);
  });

  test('names server and authority', () => {
    const cluster = kubeconfig(layout.kubeconfig).clusters[0]?.cluster;
    expect(cluster?.server).toBe('https://198.18.7.2:6443');
    const given = new X509Certificate(Buffer.from(cluster?.['certificate-authority-data'] ?? '', 'base64'));
    expect(given.fingerprint256).toBe(authority.fingerprint256);
  });

  test('is written last, because its presence means that all other files exist', () =>
    expect(files.at(-1)?.path).toBe(layout.kubeconfig));
});

describe('clients', () => {
  test.each([
    ['break-glass', join(layout.folder, 'pki', 'break-glass.kubeconfig'), 'O=system:masters\nCN=break-glass'],
    ['controller manager', inNode('controller-manager.kubeconfig'), 'CN=system:kube-controller-manager'],
    ['scheduler', inNode('scheduler.kubeconfig'), 'CN=system:kube-scheduler'],
    ['kubelet', inNode('kubelet.kubeconfig', last), 'O=system:nodes\nCN=system:node:local-2'],
    ['proxy', inNode('kube-proxy.kubeconfig', last), 'CN=system:kube-proxy'],
  ])('%s', (_, path, subject) => {
    const client = clientOf(path);
    expect(client.subject).toBe(subject);
    expect(client.checkIssued(authority) && client.verify(authority.publicKey)).toBe(true);
  });

  test('only break-glass is in system:masters', () => {
    const paths = files.map(({ path }) => path).filter((path) => /kubeconfig$/.test(path));
    expect(paths.filter((path) => clientOf(path).subject.includes('system:masters'))).toEqual([
      join(layout.folder, 'pki', 'break-glass.kubeconfig'),
    ]);
  });
});

describe('servers are known by name and address', () => {
  test.each([
    [
      'the API server',
      inNode('apiserver.crt'),
      ['kubernetes.default.svc', 'localhost'],
      ['198.18.7.2', '198.19.128.1'],
    ],
    ['the first kubelet', inNode('kubelet.crt'), ['local-1'], ['198.18.7.2']],
    ['the second kubelet', inNode('kubelet.crt', last), ['local-2'], ['198.18.7.3']],
    ['etcd', inNode('etcd.crt'), ['localhost'], ['127.0.0.1']],
  ])('%s', (_, path, names, addresses) => {
    const server = certificate(path);
    for (const name of names) expect(server.checkHost(name)).toBe(name);
    for (const address of addresses) expect(server.checkIP(address)).toBe(address);
    expect(server.checkIP('198.18.7.77')).toBeUndefined();
  });
});

describe('three authorities sign, each its own', () => {
  const [etcd, frontProxy] = [certificate(inNode('etcd-ca.crt')), certificate(inNode('front-proxy-ca.crt'))];
  test.each([
    ['kubelet.crt', authority],
    ['apiserver.crt', authority],
    ['apiserver-kubelet-client.crt', authority],
    ['etcd.crt', etcd],
    ['apiserver-etcd-client.crt', etcd],
    ['front-proxy-client.crt', frontProxy],
  ])('%s', (name, signer) => {
    const signers = [authority, etcd, frontProxy].filter((candidate) =>
      certificate(inNode(name)).verify(candidate.publicKey),
    );
    expect(signers).toEqual([signer]);
  });

  test('the API server is to kubelets the user that is bound to their API', () =>
    expect(certificate(inNode('apiserver-kubelet-client.crt')).subject).toBe(`CN=${kubeletClient}`));
});

describe('certificates that end soon', () => {
  const day = 24 * 3_600_000;
  afterEach(() => void vi.useRealTimers());

  test.each([
    ['a new cluster has none', 0, false],
    ['40 days before their end they are kept', 325, false],
    ['20 days before their end they are to be renewed', 345, true],
    ['after their end they are to be renewed', 400, true],
  ])('%s', async (_, age, isEnding) => {
    await writeFiles(files);
    vi.useFakeTimers({ now: Date.now() + age * day, toFake: ['Date'] });
    expect(areCertificatesEnding(layout)).toBe(isEnding);
  });

  test('are issued again by the same authority, and keys of tokens and Secrets stay', async () => {
    await writeFiles(files);
    const renewed = await renewedPkiFiles(layout);
    const paths = (some: typeof files) => some.map(({ path }) => path);
    const stay = ['ca.crt', 'ca.key', 'service-account.key', 'service-account.pub', 'encryption.json'];
    expect(paths(renewed)).toEqual(paths(files).filter((path) => !stay.includes(basename(path))));
    for (const name of ['apiserver.crt', 'kubelet.crt']) {
      const leaf = new X509Certificate(`${renewed.find(({ path }) => path === inNode(name))?.content}`);
      expect(leaf.verify(authority.publicKey)).toBe(true);
      expect(leaf.serialNumber).not.toBe(certificate(inNode(name)).serialNumber);
    }
  });
});
