// Finds everything in a profile or on this machine that keeps minikube from running.
import { cpus, totalmem } from 'node:os';
import type { Exec } from '../../core/types.ts';
import { quantityValue } from '../../kube/quantity.ts';
import type { Profile } from '../../profile/schema.ts';
import { namesakes } from '../namesakes.ts';
import { chooseDriver, type Driver } from './driver.ts';
import { isMadeHere } from './identity.ts';
import { lookAtMachine, type Machine, runtimeProgram, runtimeService } from './none/machine.ts';
import { chooseResolvConf } from './resolv-conf.ts';
import { findDriver } from './status.ts';

/** MiB; minikube takes no less. minUsableMem in cmd/minikube/cmd/start.go. */
const leastMemory = 1800;
/** MiB; minimumDiskSize there. */
const leastDisk = 2000;
/** minimumCPUS there. */
const leastCpus = 2;

const mebibytes = (quantity: string): number => Math.floor((quantityValue(quantity) ?? 0) / 2 ** 20);

/** Everything that can be known before a start. */
export async function minikubeProblems(profile: Profile, read: Exec): Promise<string[]> {
  const made = await findDriver(profile, read);
  const choice = await chooseDriver(profile, made, read);
  const isRoot = (await read(['id', '-u']).catch(() => '')).trim() === '0';
  const { containerRuntime, driver } = profile.minikube;
  const resolvConf = await chooseResolvConf(profile);
  return [
    ...(choice.problem ? [choice.problem] : []),
    ...existingProblems(profile, choice.driver, made, isMadeHere(profile, made)),
    ...sizeProblems(profile, { cpus: cpus().length, memory: Math.floor(totalmem() / 2 ** 20) }),
    ...(driver === 'none' ? noneProblems(profile, await lookAtMachine(containerRuntime, read)) : []),
    ...(choice.driver && isRoot ? rootProblems(profile, choice.driver) : []),
    ...(resolvConf.problem ? [resolvConf.problem] : []),
  ];
}

/** A cluster of this name that is there already: it must be ours, and of the driver the profile asks for. */
export function existingProblems(
  profile: Profile,
  driver: Driver | undefined,
  made: string | undefined,
  isMarked: boolean,
): string[] {
  const { clusterName, minikube } = profile;
  const others = namesakes(profile);
  if (others.length > 0 || made === undefined) return others;
  const asked = driver ?? minikube.driver;
  const remedy = isMarked ? 'destroy it' : `delete it with \`minikube delete -p ${clusterName}\``;
  if (made !== '' && made !== asked)
    return [
      `cluster ${clusterName} was made with driver ${made}, but the profile names ${asked}: ${remedy} or choose another clusterName`,
    ];
  if (!isMarked)
    return [
      `minikube has a cluster ${clusterName} that firesteel did not make: use it with --profile context, ${remedy}, or choose another clusterName`,
    ];
  return [];
}

/** Sizes that minikube refuses, and those beyond this machine. */
export function sizeProblems({ minikube }: Profile, host: { cpus: number; memory: number }): string[] {
  const { driver, memory, cpus: asked, diskSize } = minikube;
  if (driver === 'none') return [];
  const size = memory === undefined ? undefined : mebibytes(memory);
  const problems: string[] = [];
  if (size !== undefined && size < leastMemory)
    problems.push(
      `minikube.memory ${memory} is ${size} MB: today's minikube refuses less than ${leastMemory} MB, so the 1 GB of old guides is too small; a Spark job needs 4Gi or more`,
    );
  // Docker may run elsewhere, with more than this machine has.
  if (driver !== 'docker' && size !== undefined && size > host.memory)
    problems.push(`minikube.memory ${memory} is more than this machine has (${host.memory} MB): set it lower`);
  if (driver !== 'docker' && asked !== undefined && asked > host.cpus)
    problems.push(`minikube.cpus ${asked} is more than this machine has (${host.cpus}): set it lower`);
  if (diskSize !== undefined && mebibytes(diskSize) < leastDisk)
    problems.push(
      `minikube.diskSize ${diskSize} is ${mebibytes(diskSize)} MB: minikube refuses less than ${leastDisk} MB`,
    );
  return problems;
}

/** minikube refuses every driver but none to root, which is right on a desktop and wrong in a container. */
export const rootProblems = ({ minikube: { flags } }: Profile, driver: Driver): string[] =>
  driver === 'none' || flags.some((flag) => /^--force(=true)?$/.test(flag))
    ? []
    : [
        `minikube does not let root use driver ${driver}: run firesteel as another user, or set minikube.flags: [--force]`,
      ];

/** What driver none needs that no package brings, and what it does not take. */
export function noneProblems({ clusterName, minikube }: Profile, machine: Machine): string[] {
  if (machine.platform !== 'linux')
    return [`minikube.driver none needs Linux, this is ${machine.platform}: use --profile minikube-vm`];
  const { containerRuntime } = minikube;
  const program = runtimeProgram[containerRuntime];
  const service = runtimeService[containerRuntime];
  const problems: string[] = [];
  if (!machine.hasRights)
    problems.push('minikube.driver none needs root, or sudo without a password: run `sudo -v` first');
  if (clusterName !== 'minikube')
    problems.push(
      `minikube.driver none has only one cluster, named minikube: set clusterName: minikube, not ${clusterName}`,
    );
  if (minikube.nodes > 1)
    problems.push(`minikube.driver none has only one node: set minikube.nodes: 1, not ${minikube.nodes}`);
  for (const key of ['memory', 'cpus', 'diskSize'] as const)
    if (minikube[key] !== undefined)
      problems.push(`minikube.driver none uses all of this machine: remove minikube.${key} ${minikube[key]}`);
  if (machine.cpus < leastCpus) problems.push(`Kubernetes needs ${leastCpus} CPUs, this machine has ${machine.cpus}`);
  if (machine.memory < leastMemory)
    problems.push(`Kubernetes needs ${leastMemory} MB of memory, this machine has ${machine.memory} MB`);
  if (containerRuntime === 'cri-o' && !machine.hasRuntime)
    problems.push(
      'crio is not installed: install CRI-O from its own packages, or set minikube.containerRuntime: containerd',
    );
  if (machine.init === 'systemctl without systemd')
    problems.push(
      'systemctl is on PATH but systemd does not run: minikube would start services with it and fail; boot with systemd, or remove systemctl from PATH',
    );
  else if (machine.hasRuntime && !machine.hasRuntimeService)
    problems.push(
      `${program} has no service that minikube could start: install ${containerRuntime} as a package, with its ${machine.init === 'systemd' ? `${service}.service` : `/etc/init.d/${service}`}`,
    );
  return problems;
}
