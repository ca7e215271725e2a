// Which test breaks what a check of doctor looks at: its file below test/, and its title as written there.
const namespaces = 'unit/doctor/namespaces.test.ts';
const networks = 'unit/doctor/networks.test.ts';
const programs = 'unit/doctor/programs.test.ts';
const verbs = 'unit/doctor/verbs.test.ts';
const problems = 'unit/clusters/local/problems.test.ts';
const machine = 'unit/host/host.test.ts';
const server = 'cluster/doctor.test.ts';
const classes = 'unit/doctor/class.test.ts';
const parts = 'unit/clusters/local/machine.test.ts';
const rights = 'an administrator has all rights; a user without any lacks those of every verb, by name';
const nodes =
  'nodes that are down, cordoned, too old, without the image or of another processor are findings, each by its name';
const missing = '%s are missing until they are there';
const small = 'the check %s finds a small file system at $%s';
const bare = 'fails the check %s without %s';

/** A row for each check; those of rights have one together. */
export const broken: Readonly<Record<string, readonly [file: string, title: string]>> = {
  releases: [problems, 'has all its problems in one answer'],
  node: ['unit/doctor/fix.test.ts', 'Node.js %s is %s'],
  'cluster-tools': ['unit/doctor/fix.test.ts', 'a program is missing until it is on PATH'],
  'image-tools': [programs, missing],
  'notebook-tools': [programs, missing],
  'class-tools': [programs, missing],
  'storage-tools': [verbs, 'the programs that build the S3 server are missing on a PATH without them'],
  'shell-java': [networks, 'a Java that does not fit Spark, and no other, is named with what to install'],
  'shell-python': [networks, 'a Python of another version than that of executors is named'],
  versions: [programs, 'a program that firesteel installed long ago is cured by installing it again'],
  path: [programs, 'a PATH without the folder of installed programs is named, which is no fault'],
  system: [problems, 'another operating system is a problem before anything else'],
  'kernel-log': [parts, 'that lack the kernel log are named, with a cure'],
  processes: [parts, 'are not seen with hidepid=%s'],
  root: [networks, bare],
  capabilities: [networks, bare],
  'network-parts': [networks, 'a part of the kernel that networks are made of and that cannot be made is named'],
  noexec: [namespaces, 'a folder that lets no program run is a finding'],
  cgroup: [namespaces, 'control groups that are read-only are a finding'],
  disk: [namespaces, small],
  inotify: [namespaces, 'instances of inotify that other programs use up are a finding (needs namespaces)'],
  queue: [networks, bare],
  overlay: ['unit/clusters/local/images/snapshotter.test.ts', 'that does not tell them carries none'],
  kernel: [namespaces, 'a kernel that is too old is a finding'],
  files: [namespaces, 'a limit of open files that is too low is a finding'],
  cache: [namespaces, small],
  temporary: [namespaces, small],
  minikube: ['unit/clusters/minikube/preflight.test.ts', 'tells everything at once'],
  'node-ports': [
    'unit/clusters/minikube/preflight.test.ts',
    'a port of the control plane that another program has is a finding for driver none',
  ],
  engine: ['e2e/kind.test.ts', 'an engine that is down is a problem before anything else'],
  route: [networks, 'a rule that leads packets past the cluster is overridden by --fix (needs root)'],
  mirrors: ['unit/clusters/local/images/registries.test.ts', 'missing files are reported all at once'],
  networks: [problems, 'that asks for a network in use names the network in the way'],
  proxy: [machine, 'a stopped proxy is a finding without its password, and a running proxy is fine'],
  authorities: [machine, 'an expired authority is a finding, and was none before'],
  packages: [programs, 'that refuses connections is a finding without the password in its address'],
  dns: [machine, 'a silent server is a finding, unless a proxy looks up names'],
  ports: [networks, 'ports that other programs have all are a finding, and the next free one is fine'],
  'nodes-made': [problems, 'whose cluster exists with another number of nodes has to destroy the cluster first'],
  'cluster-name': [
    problems,
    'whose name a cluster of another data folder has needs another, until the cluster is its own',
  ],
  'nodes-changed': [
    'unit/clusters/local/changes.test.ts',
    'other programs are refused, and so are nodes of another version',
  ],
  supervised: ['e2e/doctor.test.ts', 'an enforcer that is stopped is found, and --fix starts it again'],
  cluster: [server, 'a server that is not there leaves nothing to look at but the finding that it is not'],
  skew: [programs, 'a kubectl of another version on PATH is a finding'],
  nodes: [server, nodes],
  clock: [
    server,
    'a clock that differs from that of the API server by an hour is a finding, one that is right is none',
  ],
  coredns: [server, 'a CoreDNS that loops is cured by a command, one that crashes otherwise by a person'],
  'pod-dns': ['e2e/doctor.test.ts', 'a pod finds names, and without CoreDNS finds none'],
  policies: ['e2e/doctor.test.ts', 'an enforcer that is stopped is found, and --fix starts it again'],
  'policies-probe': ['unit/doctor/cluster.test.ts', 'find policies that nothing enforces, and leave no pod'],
  storage: [server, 'a cluster without storage classes is a finding'],
  quota: [server, 'a quota that is used up is a finding, and one with room is none'],
  room: [server, 'a job that no node has room for is a finding'],
  'object-storage': [verbs, 'is missing without its Secret, and the hint makes it'],
  metrics: [verbs, 'a cluster without a metrics server has no autoscaling, which is no fault'],
  request: ['unit/clusters/gke/problems.test.ts', '%s with %s is refused'],
  context: ['unit/clusters/context/kubeconfig.test.ts', 'a missing context and a missing file are two lines'],
  rights: [server, rights],
  'rights-driver': [server, "the driver's account is missing, then right, then has too much"],
  account: ['unit/clusters/digitalocean/failures.test.ts', 'with %s is refused before anything is sent'],
  image: ['unit/doctor/cluster.test.ts', 'that nobody built is not available, and building it is the way'],
  'node-images': [server, nodes],
  architecture: [server, nodes],
  registry: ['unit/images/registry/push.test.ts', 'repository %s of %s'],
  'class-address': [classes, 'an address of no network of this machine is a finding'],
  'class-ports': [classes, 'are taken while another program has one, and free after its end'],
  'class-firewall': ['e2e/firewall.test.ts', 'without a rule is a finding, and its remedy cures it'],
  'class-network': [classes, 'is none of a room where its address is that of a bridge to containers, or of a tunnel'],
  'class-certificate': [classes, 'a certificate that is over soon is renewed by a command'],
  'class-end': ['unit/doctor/class-life.test.ts', 'on %s with %j, what is left of a class that has ended is a finding'],
  'class-room': [classes, 'nodes without room for every seat are a finding, and larger ones are none'],
  'class-images': [classes, 'is loaded by a command'],
  'class-tokens': [classes, 'students without a kubeconfig get one by a command'],
  sleep: [namespaces, 'that can go to sleep is a finding, and one that cannot is fine'],
};
