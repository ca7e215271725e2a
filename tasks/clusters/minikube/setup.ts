// minikube in the set-up wizard, with each of its drivers.
import type { Profile } from '../../profile/schema.ts';
import { memoryQuantity } from '../../spark/sizes/choice.ts';
import type { Asked, Host, Offer, Proposal, SetupKind } from '../../steps/setup.ts';
import { driverProgram, everyVirtualDriver, virtualDrivers } from './driver.ts';

const hasNode = ({ minikube }: Profile): boolean => minikube.driver !== 'none';

/** In MiB: a driver and two executors of 1 GB each, and what Kubernetes itself needs. */
const enough = 8192;
/** In MiB: minikube takes no less. */
const least = 1800;

/** What the node can have of this machine: a container no more than Docker has. */
function roomFor({ host, profile }: Asked): { cores: number; mebibytes: number; of: string } {
  const { cores, mebibytes, dockerSize } = host;
  const isSmaller = dockerSize && (dockerSize.cores < cores || dockerSize.mebibytes < mebibytes);
  if (profile.minikube.driver !== 'docker' || !isSmaller) return { cores, mebibytes, of: '' };
  return {
    cores: Math.min(cores, dockerSize.cores),
    mebibytes: Math.min(mebibytes, dockerSize.mebibytes),
    of: ' that Docker has',
  };
}

function memoryFor(asked: Asked): Proposal | undefined {
  if (!hasNode(asked.profile)) return undefined;
  const room = roomFor(asked);
  const share = Math.floor((room.mebibytes * 0.6) / 512) * 512;
  const mebibytes = Math.max(least, Math.min(enough, share));
  return {
    value: memoryQuantity(mebibytes * 2 ** 20),
    why: `of ${(room.mebibytes / 1024).toFixed(1)} GB${room.of}`,
  };
}

function cpusFor(asked: Asked): Proposal | undefined {
  if (!hasNode(asked.profile)) return undefined;
  const room = roomFor(asked);
  return { value: Math.max(2, Math.min(3, room.cores)), why: `of ${room.cores} cores${room.of}` };
}

function noneFit({ system, rights, hasSystemd, programs }: Host): Pick<Offer, 'fit' | 'reason'> {
  if (system !== 'linux') return { fit: 'impossible', reason: `needs Linux, this is ${system}` };
  if (rights === 'none') return { fit: 'lacking', reason: 'needs root, or sudo without a password: run sudo -v first' };
  if (!hasSystemd && 'systemctl' in programs)
    return { fit: 'lacking', reason: 'systemctl is here, but systemd does not run' };
  return { fit: 'lacking', reason: 'takes over this machine: only for machines set aside for minikube' };
}

function virtualFit({ system, programs }: Host): Pick<Offer, 'fit' | 'reason'> {
  const drivers = virtualDrivers(system);
  if (drivers.length === 0) return { fit: 'impossible', reason: `no kind of virtual machine is known for ${system}` };
  const found = drivers.find((driver) => (driverProgram(driver) ?? '') in programs);
  if (found) return { fit: 'ready', reason: `${found} is here` };
  return { fit: 'lacking', reason: `needs one of ${drivers.join(', ')}, none is installed` };
}

function dockerFit({ docker, rights }: Host): Pick<Offer, 'fit' | 'reason'> {
  if (docker === 'not running') return { fit: 'lacking', reason: 'Docker does not answer: start it first' };
  if (docker === 'not installed') return { fit: 'lacking', reason: 'needs Docker, which is not installed' };
  if (rights === 'root')
    return { fit: 'lacking', reason: 'minikube does not let root use Docker: run as another user' };
  return { fit: 'ready', reason: 'Docker runs here' };
}

export const minikubeSetup: SetupKind = {
  offers: (host) => [
    {
      name: 'minikube-docker',
      title: 'minikube in a Docker container',
      values: { cluster: 'minikube', 'minikube.driver': 'docker' },
      ...dockerFit(host),
    },
    {
      name: 'minikube-vm',
      title: 'minikube in a virtual machine',
      values: { cluster: 'minikube', 'minikube.driver': 'vm' },
      alike: { 'minikube.driver': everyVirtualDriver },
      ...virtualFit(host),
    },
    {
      name: 'minikube-none',
      title: 'minikube directly on this machine, as root',
      // minikube has only one cluster of this kind.
      values: { cluster: 'minikube', clusterName: 'minikube', 'minikube.driver': 'none' },
      ...noneFit(host),
    },
  ],
  questions: [
    { key: 'minikube.cpus', flag: 'cpus', title: 'CPUs of the node', applies: hasNode, propose: cpusFor },
    { key: 'minikube.memory', flag: 'memory', title: 'Memory of the node', applies: hasNode, propose: memoryFor },
    { key: 'minikube.nodes', flag: 'nodes', title: 'Nodes', applies: hasNode },
  ],
};
