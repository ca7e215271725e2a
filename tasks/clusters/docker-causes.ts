// The table of what keeps a Docker engine from running nodes, with cause and cure, read from top to bottom.

/** What happened, and what to do. */
export interface DockerCause {
  what: string;
  hint: string;
}

interface Row {
  match: RegExp;
  what: (found: RegExpExecArray) => string;
  hint: string | ((found: RegExpExecArray) => string);
}

const inotifyLimits = 'sudo sysctl fs.inotify.max_user_watches=524288 fs.inotify.max_user_instances=512';

/** Used up by many nodes: the kernel reports watches as space, and instances as files. */
export const inotifyHint = `raise the limits: ${inotifyLimits}`;

const anew = 'firesteel destroy, then firesteel deploy';
const startIt =
  'start it: sudo systemctl start docker, or Docker Desktop; or use --profile local, which needs no Docker';
const otherEngine = 'unset DOCKER_HOST, DOCKER_CONTEXT; docker context use default';

/** Where every client looks without settings. */
const usual = /^unix:\/\/(?:\/var)?\/run\/docker\.sock$/;
const isUsual = (address: string): boolean => usual.test(address);

/** The address of an engine, without what the sentence goes on with. */
const addressOf = ([, address = '']: RegExpExecArray): string => address.replace(/[.;,]+$/, '');

const port = '((?:\\[[\\da-f:]+\\]|[\\d.]+):\\d+)';
const takenPort = new RegExp(
  `Bind for (\\S+) failed: port is already allocated|listen tcp[46]? (\\S+): bind: address already in use|failed to bind host port (?:for )?${port}[^\\n]*address already in use|Ports are not available: [^\\n]*?TCP (\\S+) ->`,
);
const portOf = (found: RegExpExecArray): string => found.slice(1).find(Boolean) ?? '';

/** Contracts: the messages of docker/cli and moby from 19.03 to 29, and of runc. */
const rows: readonly Row[] = [
  {
    match: /client version ([\d.]+) is too (?:new|old)\. (?:Max|Min)imum supported API version is ([\d.]+)/,
    what: ([, client, engine]) => `the docker program (API ${client}) and the Docker engine (API ${engine}) do not fit`,
    hint: ([, , engine]) => `update the older of both, or set DOCKER_API_VERSION=${engine} if the program is the newer`,
  },
  {
    match: /permission denied while trying to connect to the Docker (?:daemon|API)|dial unix \S+: connect: permission/i,
    what: () => 'this user may not use the Docker engine',
    hint: 'add yourself to group docker and log in again: sudo usermod -aG docker $USER',
  },
  {
    match: /(?:context|context:) "?([^\s":]+)"?: context not found|Current context "([^"]+)" is not found/i,
    what: ([, one, other]) => `the docker program has no context ${one ?? other}`,
    hint: `choose another one: ${otherEngine}`,
  },
  {
    match: /could not be found in this WSL/,
    what: () => 'Docker Desktop does not serve this WSL distribution',
    hint: 'turn on WSL integration in Docker Desktop: Settings > Resources',
  },
  {
    match: /error during connect: [\s\S]*?(?:exit status 255|\bssh\b[^\n]*(?:denied|refused|resolve|failed))/,
    what: () => 'the Docker engine cannot be reached by SSH',
    hint: `let ssh log in there without a password, or use the engine of this machine: ${otherEngine}`,
  },
  {
    match: /error during connect: [\s\S]*?(?:x509|remote error: tls|HTTPS? (?:request|response) to|TLS handshake)/,
    what: () => 'the docker program and the Docker engine do not agree on TLS',
    hint: 'correct DOCKER_TLS_VERIFY and DOCKER_CERT_PATH, or the port in DOCKER_HOST (2376 with TLS, 2375 without)',
  },
  {
    match: /(?:Cannot connect to the Docker daemon at|failed to connect to the docker API at) (\S+)/i,
    what: (found) =>
      isUsual(addressOf(found))
        ? 'the Docker engine is not running'
        : `the Docker engine at ${addressOf(found)} is not running`,
    hint: (found) =>
      isUsual(addressOf(found)) ? startIt : `start it, or use the engine of this machine: ${otherEngine}`,
  },
  {
    match: /error during connect: [\s\S]*?dial (?:tcp|unix)|error during connect: [\s\S]*?(?:no such host|timed? ?out)/,
    what: () => 'the Docker engine of $DOCKER_HOST, or of the context, cannot be reached',
    hint: `start that engine, or use the engine of this machine: ${otherEngine}`,
  },
  {
    match: /Cannot connect to the Docker daemon|Is the docker daemon running|docker daemon is not running/i,
    what: () => 'the Docker engine is not running',
    hint: startIt,
  },
  {
    match: /too many open files|inotify|fsnotify/i,
    what: () => 'this machine has too few inotify watches for this number of nodes',
    hint: inotifyHint,
  },
  {
    match: /join(?:ing)? session keyring|create session key/,
    what: () => 'the kernel has no keys left for containers',
    hint: 'raise the limits: sudo sysctl kernel.keys.maxkeys=20000 kernel.keys.maxbytes=500000',
  },
  {
    match: /\/sys\/fs\/cgroup\/[^\n]*no space left on device/i,
    what: () => 'the kernel has no control groups left for containers',
    hint: 'stop containers that you do not need, or restart this machine',
  },
  {
    match: /no space left on device|disk quota exceeded/i,
    what: () => 'the disk of the Docker engine is full',
    hint: 'free space: docker builder prune, docker image prune; docker system prune also deletes stopped clusters',
  },
  {
    match: /(docker-credential-[\w-]+)[^\n]*(?:executable file not found|no such file)/i,
    what: ([, helper]) => `${helper}, which stores the logins of Docker, is not on PATH`,
    hint: 'put that helper on PATH, or remove credsStore and credHelpers from ~/.docker/config.json',
  },
  {
    match: /error getting credentials - err: [^\n]*?out: `([^`\n]*)/,
    what: ([, said]) => `the program that stores the logins of Docker fails${said ? `: ${said}` : ''}`,
    hint: 'repair that program, or remove credsStore and credHelpers from ~/.docker/config.json',
  },
  {
    match: /Table does not exist|missing kernel module|failed to add the host .*operation not supported/i,
    what: () => 'the kernel lacks modules that the network of Docker needs',
    hint: 'restart this machine if its kernel was updated, or load the modules: sudo modprobe iptable_nat br_netfilter veth',
  },
  {
    match:
      /No chain\/target\/match by that name|Chain ['"]?DOCKER[\w-]*['"]? does not exist|Failed to (?:Setup IP tables|program FILTER chain)/i,
    what: () => 'another program has removed the firewall rules of the Docker engine',
    hint: 'make the rules anew: sudo systemctl restart docker',
  },
  {
    match: new RegExp(`(?:${takenPort.source})[\\s\\S]*failed to start containers`),
    what: (found) => `address ${portOf(found)} of a node is in use`,
    hint: `stop the program that uses it (sudo ss -lntp), and run the command again; or create the cluster anew: ${anew}`,
  },
  {
    match: takenPort,
    what: (found) => `address ${portOf(found)} of the API server is in use`,
    hint: 'run the command again: another port is taken each time',
  },
  {
    match: /network ([\w.-]+) (?:not found|does not exist)[\s\S]*failed to start containers/,
    what: () => 'the Docker network of the nodes does not exist any more',
    hint: `create the cluster anew: ${anew}`,
  },
  {
    match: /endpoint with name (\S+) already exists in network (\S+?)[.:]?(?:\s|$)/,
    what: ([, node, network]) => `network ${network} still has an endpoint ${node} that ended badly`,
    hint: ([, node, network]) => `remove it: docker network disconnect --force ${network} ${node}`,
  },
  {
    match: /network (\S+) is ambiguous/,
    what: ([, network]) => `Docker has several networks named ${network}`,
    hint: 'remove those without containers: docker network ls, docker network rm ID',
  },
  {
    match: /container name "\/?([^"]+)" is already in use/,
    what: ([, name]) => `another container has the name ${name}`,
    hint: ([, name]) => `remove it if nothing needs it: docker rm --force ${name}; or choose another clusterName`,
  },
  {
    match: /non-overlapping (?:subnet|IPv4)|predefined address pools have been fully subnetted|Pool overlaps with/i,
    what: () => 'Docker has no network address left for the cluster',
    hint: 'remove unused networks: docker network ls, docker network rm NAME; docker network prune breaks stopped clusters',
  },
  {
    match: /cgroup mountpoint does not exist|cannot find cgroup mount destination/,
    what: () => 'this machine has no cgroup of systemd, which containers need',
    hint: 'mount it: sudo mkdir /sys/fs/cgroup/systemd && sudo mount -t cgroup -o none,name=systemd cgroup /sys/fs/cgroup/systemd',
  },
  {
    match: /read-only file system/i,
    what: () => 'the Docker engine works on a read-only disk',
    hint: 'restart Docker; if that does not help, check the disk, or replace a Docker that came as a snap',
  },
];

/** Why a Docker engine does not run nodes, by what docker printed; undefined if that is not known. */
export function dockerCause(printed: string): DockerCause | undefined {
  for (const { match, what, hint } of rows) {
    const found = match.exec(printed);
    if (found) return { what: what(found), hint: typeof hint === 'string' ? hint : hint(found) };
  }
  return undefined;
}
