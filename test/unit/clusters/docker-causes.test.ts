// What docker prints where no node can run, and the cause and the cure that a person gets for it.
import { expect, test } from 'vitest';
import { dockerCause } from '../../../tasks/clusters/docker-causes.ts';

const daemon = (text: string) => `docker: Error response from daemon: ${text}`;
const mainHint = /^start it: sudo systemctl start docker/;

test.each<[printed: string, what: string, hint: RegExp]>([
  [
    'failed to connect to the docker API at unix:///var/run/docker.sock; check if the path is correct and if the daemon is ' +
      'running: dial unix /var/run/docker.sock: connect: no such file or directory',
    'the Docker engine is not running',
    mainHint,
  ],
  [
    'Cannot connect to the Docker daemon at unix:///run/docker.sock. Is the docker daemon running?',
    'the Docker engine is not running',
    mainHint,
  ],
  ['Error: Is the docker daemon running?', 'the Docker engine is not running', mainHint],
  [
    'Cannot connect to the Docker daemon at unix:///home/me/.colima/default/docker.sock. Is the docker daemon running?',
    'the Docker engine at unix:///home/me/.colima/default/docker.sock is not running',
    /docker context use default$/,
  ],
  [
    'Cannot connect to the Docker daemon at tcp://docker:2375. Is the docker daemon running?',
    'the Docker engine at tcp://docker:2375 is not running',
    /unset DOCKER_HOST/,
  ],
  [
    'error during connect: Get "http://docker:2375/v1.24/version": dial tcp: lookup docker on 10.0.0.2:53: no such host',
    'the Docker engine of $DOCKER_HOST, or of the context, cannot be reached',
    /unset DOCKER_HOST/,
  ],
  [
    'error during connect: Get "http://docker.example.com/v1.51/version": command [ssh -l me -- build.test docker system ' +
      'dial-stdio] has exited with exit status 255, make sure the URL is valid: stderr=Host key verification failed.',
    'the Docker engine cannot be reached by SSH',
    /without a password/,
  ],
  [
    'error during connect: Get "https://10.0.0.5:2376/v1.51/version": tls: failed to verify certificate: x509: certificate signed by unknown authority',
    'the docker program and the Docker engine do not agree on TLS',
    /DOCKER_CERT_PATH/,
  ],
  [
    'permission denied while trying to connect to the docker API at unix:///var/run/docker.sock',
    'this user may not use the Docker engine',
    /usermod -aG docker/,
  ],
  [
    'Got permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock: Get x: dial ' +
      'unix /var/run/docker.sock: connect: permission denied',
    'this user may not use the Docker engine',
    /usermod -aG docker/,
  ],
  [
    'Failed to initialize: unable to resolve docker endpoint: context "desktop-linux": context not found: open /x/meta.json: no such file or directory',
    'the docker program has no context desktop-linux',
    /docker context use default/,
  ],
  [
    'Current context "colima" is not found on the file system, please check your config file at /home/me/.docker/config.json',
    'the docker program has no context colima',
    /docker context use default/,
  ],
  [
    "The command 'docker' could not be found in this WSL 2 distro.",
    'Docker Desktop does not serve this WSL distribution',
    /WSL integration/,
  ],
  [
    'Error response from daemon: client version 1.43 is too old. Minimum supported API version is 1.44, please upgrade your client to a newer version',
    'the docker program (API 1.43) and the Docker engine (API 1.44) do not fit',
    /update the older/,
  ],
  [
    'Error response from daemon: client version 1.52 is too new. Maximum supported API version is 1.41',
    'the docker program (API 1.52) and the Docker engine (API 1.41) do not fit',
    /DOCKER_API_VERSION=1\.41/,
  ],
  [
    'Failed to start cAdvisor: inotify_add_watch /sys/fs/cgroup/kubelet: no space left on device',
    'this machine has too few inotify watches for this number of nodes',
    /max_user_watches/,
  ],
  [
    daemon(
      'OCI runtime create failed: unable to join session keyring: unable to create session key: disk quota exceeded',
    ),
    'the kernel has no keys left for containers',
    /kernel\.keys\.maxkeys/,
  ],
  [
    daemon(
      'runc create failed: unable to apply cgroup: mkdir /sys/fs/cgroup/memory/docker/3f: no space left on device',
    ),
    'the kernel has no control groups left for containers',
    /restart this machine/,
  ],
  [
    daemon('mkdir /var/lib/docker/overlay2/3f: no space left on device.'),
    'the disk of the Docker engine is full',
    /docker system prune also deletes stopped clusters/,
  ],
  [
    'error getting credentials - err: exec: "docker-credential-desktop.exe": executable file not found in $PATH, out: ``',
    'docker-credential-desktop, which stores the logins of Docker, is not on PATH',
    /credsStore/,
  ],
  [
    'error getting credentials - err: exit status 1, out: `error storing: no pass store`',
    'the program that stores the logins of Docker fails: error storing: no pass store',
    /credsStore/,
  ],
  [
    daemon(
      'failed to set up container networking: driver failed programming external connectivity on endpoint dev-control-plane: ' +
        'Unable to enable DNAT rule: (iptables failed: iptables --wait -t nat -A DOCKER -p tcp -d 127.0.0.1 -j DNAT: iptables: No chain/target/match by that name.\n (exit status 1))',
    ),
    'another program has removed the firewall rules of the Docker engine',
    /systemctl restart docker/,
  ],
  [
    "iptables v1.8.9 (nf_tables): Chain 'DOCKER-ISOLATION-STAGE-2' does not exist",
    'another program has removed the firewall rules of the Docker engine',
    /systemctl restart docker/,
  ],
  [
    daemon(
      'failed to create endpoint dev on network kind: failed to add the host (veth1) <=> sandbox (veth2) pair interfaces: operation not supported.',
    ),
    'the kernel lacks modules that the network of Docker needs',
    /restart this machine if its kernel was updated/,
  ],
  [
    daemon('failed to bind host port 127.0.0.1:39000/tcp: address already in use'),
    'address 127.0.0.1:39000 of the API server is in use',
    /another port/,
  ],
  [
    daemon('failed to bind host port for 127.0.0.1:39000:172.18.0.2:6443/tcp: address already in use'),
    'address 127.0.0.1:39000 of the API server is in use',
    /another port/,
  ],
  [
    daemon(
      'Ports are not available: exposing port TCP 127.0.0.1:6443 -> 127.0.0.1:0: listen tcp 127.0.0.1:6443: bind: address already in use',
    ),
    'address 127.0.0.1:6443 of the API server is in use',
    /another port/,
  ],
  [
    'Error response from daemon: driver failed programming external connectivity on endpoint dev-control-plane: Bind for ' +
      '127.0.0.1:35001 failed: port is already allocated\nError: failed to start containers: dev-control-plane',
    'address 127.0.0.1:35001 of a node is in use',
    /firesteel destroy/,
  ],
  [
    `Error response from daemon: network ${'3f'.repeat(32)} not found\nError: failed to start containers: dev-control-plane`,
    'the Docker network of the nodes does not exist any more',
    /firesteel destroy/,
  ],
  [
    daemon('endpoint with name dev-control-plane already exists in network kind.'),
    'network kind still has an endpoint dev-control-plane that ended badly',
    /^remove it: docker network disconnect --force kind dev-control-plane$/,
  ],
  [
    daemon('network kind is ambiguous (2 matches found on name).'),
    'Docker has several networks named kind',
    /network rm/,
  ],
  [
    daemon(
      'Conflict. The container name "/dev-control-plane" is already in use by container "3f". You have to remove it.',
    ),
    'another container has the name dev-control-plane',
    /docker rm --force dev-control-plane;/,
  ],
  [
    'Error response from daemon: invalid pool request: Pool overlaps with other one on this address space',
    'Docker has no network address left for the cluster',
    /prune breaks stopped clusters/,
  ],
  [
    daemon('cgroups: cannot find cgroup mount destination: unknown.'),
    'this machine has no cgroup of systemd, which containers need',
    /mount -t cgroup/,
  ],
  [
    daemon("error while creating mount source path '/lib/modules': mkdir /lib/modules: read-only file system."),
    'the Docker engine works on a read-only disk',
    /snap/,
  ],
])('%#: %s', (printed, what, hint) => {
  const cause = dockerCause(printed);
  expect(cause?.what).toBe(what);
  expect(cause?.hint).toMatch(hint);
});

test('what docker has nothing to do with stays unexplained', () =>
  expect(dockerCause('[kubelet-check] The kubelet is not healthy after 4m0s: connection refused')).toBeUndefined());
