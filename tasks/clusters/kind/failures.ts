// The table of kind's errors, with cause and cure.
import { Failure } from '../../core/failure.ts';

interface Reason {
  match: RegExp;
  message: (found: RegExpExecArray) => string;
  hint: string;
}

const inotify = 'sudo sysctl fs.inotify.max_user_watches=524288 fs.inotify.max_user_instances=512';

/** The first that matches counts: what stands behind an error before the error around it. */
const reasons: Reason[] = [
  {
    match: /permission denied while trying to connect to the Docker daemon|dial unix \S+: connect: permission denied/i,
    message: () => 'this user may not use the Docker engine',
    hint: 'add yourself to group docker and log in again: sudo usermod -aG docker $USER',
  },
  {
    match: /Cannot connect to the Docker daemon|Is the docker daemon running/i,
    message: () => 'the Docker engine is not running',
    hint: 'start it: sudo systemctl start docker, or Docker Desktop; or use --profile local, which needs no Docker',
  },
  {
    match: /no space left on device/i,
    message: () => 'the disk of the Docker engine is full',
    hint: 'free space: docker system prune',
  },
  {
    match: /failed to pull image "([^"@]+)[^"]*"[\s\S]*(toomanyrequests|rate limit)/i,
    message: ([, image]) => `node image ${image} cannot be pulled: the registry's limit is reached`,
    hint: 'log in to the registry: docker login; or try again later',
  },
  {
    match:
      /failed to pull image "([^"@]+)[^"]*"[\s\S]*(manifest unknown|manifest for .* not found|not found: manifest|pull access denied|no matching manifest)/i,
    message: ([, image]) => `node image ${image} does not exist, or is for another architecture than this machine's`,
    hint: 'set kind.image to one of https://github.com/kubernetes-sigs/kind/releases',
  },
  {
    match:
      /failed to pull image "([^"@]+)[^"]*"[\s\S]*(no such host|i\/o timeout|connection refused|network is unreachable|TLS handshake timeout|request canceled|context deadline|server misbehaving|EOF)/i,
    message: ([, image]) => `node image ${image} cannot be pulled: the registry cannot be reached`,
    hint: 'load the image with docker load, or set kind.image to a local image; list local images: docker images',
  },
  {
    match: /failed to pull image "([^"@]+)/,
    message: ([, image]) => `node image ${image} cannot be pulled`,
    hint: 'pull the image by hand, and read the output: docker pull IMAGE',
  },
  {
    match: /node\(s\) already exist for a cluster with the name "([^"]+)"/,
    message: ([, name]) => `containers of a cluster ${name} already exist`,
    hint: 'remove them: firesteel destroy, or choose another clusterName',
  },
  {
    match: /Bind for (\S+) failed: port is already allocated|listen tcp4? (\S+): bind: address already in use/,
    message: ([, a, b]) => `address ${a ?? b} of the API server is in use`,
    hint: 'run the command again: kind takes another port each time',
  },
  {
    match: /requires cgroup v2|requires setting systemd property "Delegate=yes"/,
    message: () => 'a Docker engine without root needs cgroup v2, delegated to its user',
    hint: 'follow https://kind.sigs.k8s.io/docs/user/rootless/, or use an engine that runs as root',
  },
  {
    match: /cgroup v1 (support is|is not supported)|configured to not run on a host using cgroup v1|failCgroupV1/i,
    message: () => 'this machine has cgroup v1, and the kubelet of that node image needs v2',
    hint: 'boot with systemd.unified_cgroup_hierarchy=1, or set an older image: kind.image=kindest/node:v1.34.0',
  },
  {
    match: /too many open files|inotify/i,
    message: () => 'this machine has too few inotify watches for this number of nodes',
    hint: `raise the limits: ${inotify}`,
  },
  {
    match: /non-overlapping (subnet|IPv4)|predefined address pools have been fully subnetted/i,
    message: () => 'Docker has no network address left for the cluster',
    hint: 'remove unused networks: docker network prune',
  },
  {
    match: /could not find a log line that matches/,
    message: () => 'systemd does not start in the node container',
    hint: `raise the inotify limits, ${inotify}, or free memory; then run the command again`,
  },
  {
    match: /failed to (init|join) node with kubeadm[\s\S]*kubelet/i,
    message: ([, what]) => `the kubelet does not become healthy (kubeadm ${what})`,
    hint: 'free memory and disk, or try another node image in kind.image; then run the command again',
  },
  {
    match: /failed to (init|join) node with kubeadm/,
    message: ([, what]) => `kubeadm ${what} failed in the node`,
    hint: 'try another node image in kind.image',
  },
  {
    match: /failed to lock config file: open ([^:]+): file exists/,
    message: ([, file]) => `${file} is left over from a killed kind process`,
    hint: 'remove that file and run the command again',
  },
  {
    match: /no nodes found for cluster "([^"]+)"/,
    message: ([, name]) => `there is no kind cluster ${name}`,
    hint: 'create it: firesteel deploy',
  },
  {
    match: /ctr: |failed to load image/,
    message: () => 'a node rejects the image',
    hint: 'free disk space of the Docker engine (see docker system df), and run the command again',
  },
];

/** What kind said after `ERROR: `. */
const ownWords = (output: string): string | undefined => /^ERROR: (.+)$/m.exec(output)?.[1];

/** The Failure of a kind or docker command in words of its cause; `doing` as in "make cluster dev". */
export function kindFailure(error: unknown, doing: string): unknown {
  if (!(error instanceof Failure) || error.output === undefined) return error;
  for (const { match, message, hint } of reasons) {
    const found = match.exec(error.output);
    if (found) return new Failure(`cannot ${doing}: ${message(found)}`, { hint, output: error.output, cause: error });
  }
  const said = ownWords(error.output);
  return said ? new Failure(`cannot ${doing}: ${said}`, { output: error.output, cause: error }) : error;
}
