// Programs that answer just enough for minikube to take them for the real ones, and the form of a recording.

/** A shell script. */
export type Stub = string;

const script = (...lines: string[]): Stub => ['#!/bin/sh', ...lines, ''].join('\n');

const information = JSON.stringify({
  NCPU: 4,
  MemTotal: 16_000_000_000,
  OperatingSystem: 'Debian GNU/Linux 12 (bookworm)',
  OSType: 'linux',
  ServerVersion: '27.5.1',
  Driver: 'overlay2',
  CgroupDriver: 'systemd',
  CgroupVersion: '2',
  SecurityOptions: ['name=seccomp,profile=builtin', 'name=cgroupns'],
});

/** What drivers look for. */
export const stub = {
  docker: script(
    'case "$1" in',
    '  version) echo "linux-27.5.1:Docker Engine - Community" ;;',
    `  system|info) echo '${information}' ;;`,
    '  context) echo default ;;',
    'esac',
  ),
  dockerDown: script(
    'echo "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?" >&2',
    'exit 1',
  ),
  dockerForbidden: script(
    'echo "permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock: dial unix /var/run/docker.sock: connect: permission denied" >&2',
    'exit 1',
  ),
  virsh: script('echo "<domainCapabilities/>"'),
  qemu: script('echo "QEMU emulator version 8.2.0"'),
  virtualbox: script('echo 7.0.20r163906'),
  askingSudo: script('echo "sudo: a password is required" >&2', 'exit 1'),
} satisfies Record<string, Stub>;

/** One call of minikube and what came of it. */
export interface Recording {
  name: string;
  args: string[];
  code: number;
  /** Lines. */
  stdout: string[];
  stderr: string[];
}
