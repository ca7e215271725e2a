// Reads the properties of this machine that driver none needs.
import { existsSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Exec } from '../../../core/types.ts';
import type { Profile } from '../../../profile/schema.ts';
import { hasProgram } from '../driver.ts';

/** This machine, as seen. */
export interface Machine {
  platform: string;
  /** root, or sudo that does not ask. */
  hasRights: boolean;
  cpus: number;
  /** In MiB. */
  memory: number;
  /** What starts services, as minikube sees it: it takes systemd for granted wherever there is a systemctl. */
  init: 'systemd' | 'scripts' | 'systemctl without systemd';
  /** Whether the container runtime's program is there. */
  hasRuntime: boolean;
  /** Whether there is a service that starts the runtime. */
  hasRuntimeService: boolean;
}

type Runtime = Profile['minikube']['containerRuntime'];

/** The program of each runtime; its service has the same name, but for Docker's. */
export const runtimeProgram: Record<Runtime, string> = { containerd: 'containerd', docker: 'dockerd', 'cri-o': 'crio' };
export const runtimeService: Record<Runtime, string> = { containerd: 'containerd', docker: 'docker', 'cri-o': 'crio' };

const unitFolders = ['/etc/systemd/system', '/run/systemd/system', '/usr/lib/systemd/system', '/lib/systemd/system'];

/** Looks at this machine; `root` is another place to look for files below. */
export async function lookAtMachine(runtime: Runtime, read: Exec, root = '/'): Promise<Machine> {
  const has = (path: string) => existsSync(join(root, path));
  const runsSystemd = has('/run/systemd/system');
  const [isRoot, maySudo, hasSystemctl, hasRuntime] = await Promise.all([
    read(['id', '-u']).then((uid) => uid.trim() === '0'),
    read(['sudo', '-n', 'true']).then(
      () => true,
      () => false,
    ),
    hasProgram('systemctl', read),
    hasProgram(runtimeProgram[runtime], read),
  ]);
  const service = runtimeService[runtime];
  return {
    platform: process.platform,
    hasRights: isRoot || maySudo,
    cpus: cpus().length,
    memory: Math.floor(totalmem() / 2 ** 20),
    init: runsSystemd ? 'systemd' : hasSystemctl ? 'systemctl without systemd' : 'scripts',
    hasRuntime,
    hasRuntimeService: runsSystemd
      ? unitFolders.some((folder) => has(join(folder, `${service}.service`)))
      : has(join('/etc/init.d', service)),
  };
}
