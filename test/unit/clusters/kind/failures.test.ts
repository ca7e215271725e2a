// What kind's errors come down to: one line, and one thing to do. The texts are kind v0.33's and Docker's.
import { expect, test } from 'vitest';
import { kindFailure, runKind } from '../../../../tasks/clusters/kind/failures.ts';
import { Failure } from '../../../../tasks/core/failure.ts';
import type { Exec } from '../../../../tasks/core/types.ts';

const pull = (reason: string) =>
  'ERROR: failed to create cluster: failed to pull image "kindest/node:v1.37.0@sha256:a1ed": command "docker pull ' +
  'kindest/node:v1.37.0@sha256:a1ed" failed with error: exit status 1\n\n' +
  `Command Output: Error response from daemon: ${reason}`;

const failed = (output: string) => new Failure('kind create cluster: exit code 1', { output });

test.each([
  [
    'ERROR: failed to create cluster: failed to get docker info: command "docker info --format \'{{json .}}\'" failed ' +
      'with error: exit status 1\n\nCommand Output: Cannot connect to the Docker daemon at unix:///var/run/docker.sock. ' +
      'Is the docker daemon running?',
    'the Docker engine is not running',
    /^start it: /,
  ],
  [
    'ERROR: failed to list clusters: command "docker ps" failed\n\nCommand Output: permission denied while trying to ' +
      'connect to the Docker daemon socket at unix:///var/run/docker.sock: dial unix /var/run/docker.sock: connect: permission denied',
    'this user may not use the Docker engine',
    /usermod -aG docker/,
  ],
  [
    pull('Get "https://registry-1.docker.io/v2/": dial tcp: lookup registry-1.docker.io on 10.0.0.1:53: no such host'),
    'node image kindest/node:v1.37.0 cannot be pulled: the registry cannot be reached',
    /kind\.image/,
  ],
  [
    pull('manifest for kindest/node:v1.37.0 not found: manifest unknown: manifest unknown'),
    "node image kindest/node:v1.37.0 does not exist, or is for another architecture than this machine's",
    /kind\.image/,
  ],
  [
    pull('toomanyrequests: You have reached your pull rate limit.'),
    "node image kindest/node:v1.37.0 cannot be pulled: the registry's limit is reached",
    /docker login/,
  ],
  [pull('something new'), 'node image kindest/node:v1.37.0 cannot be pulled', /docker pull/],
  [
    pull('write /var/lib/docker/tmp/GetImageBlob1: no space left on device'),
    'the disk of the Docker engine is full',
    /docker builder prune/,
  ],
  [
    'ERROR: failed to create cluster: node(s) already exist for a cluster with the name "dev"',
    'containers of a cluster dev already exist',
    /firesteel destroy/,
  ],
  [
    'ERROR: failed to create cluster: command "docker run --name dev-control-plane" failed with error: exit status 125\n\n' +
      'Command Output: docker: Error response from daemon: driver failed programming external connectivity on endpoint ' +
      'dev-control-plane: Bind for 127.0.0.1:6443 failed: port is already allocated.',
    'address 127.0.0.1:6443 of the API server is in use',
    /another port/,
  ],
  [
    'ERROR: failed to create cluster: running kind with rootless provider requires cgroup v2, see https://kind.sigs.k8s.io/docs/user/rootless/',
    'a Docker engine without root needs cgroup v2, delegated to its user',
    /rootless/,
  ],
  [
    'ERROR: failed to create cluster: failed to init node with kubeadm: command "docker exec --privileged ' +
      'dev-control-plane kubeadm init" failed with error: exit status 1\nCommand Output: kubelet is configured to not run on a host using cgroup v1',
    'this machine has cgroup v1, and the kubelet of that node image needs v2',
    /older image/,
  ],
  [
    'ERROR: failed to create cluster: failed to init node with kubeadm: command "docker exec" failed with error: exit ' +
      'status 1\nCommand Output: [kubelet-check] The HTTP call equal to curl http://localhost:10248/healthz failed\nThe kubelet is not running',
    'the kubelet does not become healthy (kubeadm init)',
    /memory/,
  ],
  [
    'ERROR: failed to create cluster: failed to join node with kubeadm: command "docker exec" failed with error: exit status 1',
    'kubeadm join failed in the node',
    /kind\.image/,
  ],
  [
    'ERROR: failed to create cluster: could not find a log line that matches "Reached target .*Multi-User System.*|detected cgroup v1"',
    'systemd does not start in the node container',
    /inotify/,
  ],
  [
    'ERROR: failed to create cluster: command "docker network create" failed\n\nCommand Output: Error response from ' +
      'daemon: all predefined address pools have been fully subnetted',
    'Docker has no network address left for the cluster',
    /docker network rm/,
  ],
  [
    'ERROR: failed to create cluster: failed to lock config file: open /home/me/kubeconfig.lock: file exists',
    '/home/me/kubeconfig.lock is left over from a killed kind process',
    /remove that file/,
  ],
  ['ERROR: no nodes found for cluster "dev"', 'there is no kind cluster dev', /firesteel deploy/],
  [
    'ERROR: failed to load image: command "docker exec --privileged -i dev-control-plane ctr --namespace=k8s.io images ' +
      'import" failed with error: exit status 1\nCommand Output: ctr: unexpected EOF',
    'a node rejects the image',
    /disk/,
  ],
])('%#: %s', (output, message, hint) => {
  const failure = kindFailure(failed(output), 'make cluster dev') as Failure;
  expect(failure.message).toBe(`cannot make cluster dev: ${message}`);
  expect(failure.hint).toMatch(hint);
  expect(failure.output).toBe(output);
});

const kubeadm = (said: string) =>
  'ERROR: failed to create cluster: failed to init node with kubeadm: command "docker exec --privileged dev-control-plane ' +
  `kubeadm init --v=6" failed with error: exit status 1\n\nCommand Output: I1024 15:11:49 kubelet.go:1] kubelet\n${said}`;

test.each([
  [
    '[kubelet-check] The kubelet is healthy after 501ms\n[control-plane-check] kube-apiserver is not healthy after 4m0s',
    'kube-apiserver does not become healthy (kubeadm init)',
  ],
  [
    '[api-check] The API server is not healthy after 4m0s\nThis error is likely caused by:\n\t- The kubelet is not running',
    'The API server does not become healthy (kubeadm init)',
  ],
  [
    "[kubelet-check] It seems like the kubelet isn't running or healthy.",
    'the kubelet does not become healthy (kubeadm init)',
  ],
  ['[kubelet-check] The kubelet is not healthy after 4m0s', 'the kubelet does not become healthy (kubeadm init)'],
  [
    '\tUnfortunately, an error has occurred:\n\t\ttimed out waiting for the condition',
    'the node does not come up in time (kubeadm init)',
  ],
  [
    'error execution phase certs/apiserver: failed to write certificate: odd',
    'kubeadm init failed in the node: certs/apiserver: failed to write certificate: odd',
  ],
  ['\t[WARNING SystemVerification]: cgroups v1 support is in maintenance mode', 'kubeadm init failed in the node'],
])('%#: kubeadm fails with %s', (said, message) =>
  expect(kindFailure(failed(kubeadm(said)), 'make cluster dev')).toMatchObject({
    message: `cannot make cluster dev: ${message}`,
  }),
);

test('kubeadm that the kernel ended needs memory', () =>
  expect(kindFailure(failed(kubeadm('').replace('status 1', 'status 137')), 'make cluster dev')).toMatchObject({
    message: 'cannot make cluster dev: the kernel ended kubeadm init in the node, which lacks memory',
  }));

test('an error that pages of kubeadm follow is explained, and shown without its stack', async () => {
  const stack = Array.from({ length: 30 }, (_, i) => [
    'k8s.io/kubernetes/cmd/kubeadm/app/cmd/phases/workflow.(*Runner).Run.func1',
    `\tk8s.io/kubernetes/cmd/kubeadm/app/cmd/phases/workflow/runner.go:${i}`,
  ]).flat();
  const printed = [...kubeadm('[kubelet-check] The kubelet is not healthy after 4m0s').split('\n'), ...stack];
  const exec: Exec = (_, options) => {
    for (const line of printed) options?.onLine?.(line);
    throw failed(printed.slice(-20).join('\n'));
  };
  const shown: string[] = [];
  const failure = runKind(exec, ['kind', 'create', 'cluster'], 'make cluster dev', {
    onLine: (line) => shown.push(line),
  });
  await expect(failure).rejects.toMatchObject({
    message: 'cannot make cluster dev: the kubelet does not become healthy (kubeadm init)',
    output: expect.stringMatching(/^ERROR: [\s\S]*The kubelet is not healthy after 4m0s$/),
  });
  expect(shown).toEqual(printed);
});

test('a node that stopped is named', () =>
  expect(
    kindFailure(failed('Error response from daemon: container 3f0123456789abcdef is not running'), 'load spark:1'),
  ).toMatchObject({
    message: 'cannot load spark:1: node container 3f0123456789 does not run',
    hint: expect.stringMatching(/^start it: firesteel deploy/),
  }));

test('an unknown error is shown in kind’s own words', () =>
  expect(
    kindFailure(failed("ERROR: failed to create cluster: 'X' is odd\n\nStack trace"), 'make cluster X'),
  ).toMatchObject({
    message: "cannot make cluster X: failed to create cluster: 'X' is odd",
  }));

test('an error that is not kind’s own is passed on', () => {
  for (const error of [new Error('x'), new Failure('kind: not found'), failed('no such line')])
    expect(kindFailure(error, 'make cluster dev')).toBe(error);
});
