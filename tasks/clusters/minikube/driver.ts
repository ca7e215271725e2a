// Chooses the driver: the one of the profile, or the first virtual machine that this host can run.
import type { Exec } from '../../core/types.ts';
import type { Profile } from '../../profile/schema.ts';

export type Driver = Exclude<Profile['minikube']['driver'], 'vm'>;

/** Virtual machines by system, best first, as minikube prefers them: pkg/minikube/registry/drvs. */
const virtual: Record<string, readonly Driver[]> = {
  linux: ['kvm2', 'qemu2', 'virtualbox'],
  darwin: ['vfkit', 'krunkit', 'qemu2'],
};

/** Those of one system. */
export const virtualDrivers = (platform: string): readonly Driver[] => virtual[platform] ?? [];

/** Those of every system. */
export const everyVirtualDriver: readonly Driver[] = [...new Set(Object.values(virtual).flat())];

/** The program by which a driver is known to be there. */
export const driverProgram = (driver: Driver, arch: string = process.arch): string | undefined =>
  ({
    none: undefined,
    docker: 'docker',
    kvm2: 'virsh',
    qemu2: arch === 'arm64' ? 'qemu-system-aarch64' : 'qemu-system-x86_64',
    virtualbox: 'VBoxManage',
    vfkit: 'vfkit',
    krunkit: 'krunkit',
  })[driver];

/** Whether a program is on PATH. */
export const hasProgram = (program: string, read: Exec): Promise<boolean> =>
  read(['sh', '-c', 'command -v "$1"', 'sh', program]).then(
    (path) => path.trim() !== '',
    () => false,
  );

/** The driver to use, or why there is none. */
export type Choice = { driver: Driver; problem?: undefined } | { driver?: undefined; problem: string };

/** `made` is the driver of the cluster if there is one already: a virtual machine stays of the kind it is. */
export async function chooseDriver(
  { minikube: { driver } }: Pick<Profile, 'minikube'>,
  made: string | undefined,
  read: Exec,
  platform: string = process.platform,
): Promise<Choice> {
  if (driver !== 'vm') return { driver };
  const candidates = virtualDrivers(platform);
  const kept = candidates.find((candidate) => candidate === made);
  if (kept) return { driver: kept };
  for (const candidate of candidates)
    if (await hasProgram(driverProgram(candidate) ?? '', read)) return { driver: candidate };
  if (candidates.length === 0)
    return { problem: `minikube.driver vm: firesteel knows no virtual machine for ${platform}` };
  const lacking = candidates.map((candidate) => `${driverProgram(candidate)} (${candidate})`).join(', ');
  return {
    problem: `minikube.driver vm: none of ${lacking} is on PATH: install one, as in apt-get install qemu-system-x86 ovmf, or use --profile minikube-docker`,
  };
}
