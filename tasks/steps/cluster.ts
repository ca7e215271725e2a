// The interface of every kind of cluster.
import type { Exec } from '../core/types.ts';
import type { KubeSource } from '../kube/types.ts';
import type { Profile } from '../profile/schema.ts';
import type { Check, Preflight } from './check.ts';
import type { Context, Step, Tool } from './types.ts';

export interface ComponentStatus {
  name: string;
  state: 'running' | 'restarting' | 'stopped';
  pid?: number;
  restarts: number;
  /** The newest line of its log that looks like an error. */
  lastError?: string;
}

export interface ClusterStatus {
  state: 'absent' | 'stopped' | 'broken' | 'running';
  /** One line: what was seen. */
  detail: string;
  /** Parts that the cluster kind knows, by node; empty where it knows none. */
  components: (ComponentStatus & { node: string })[];
}

/** Whether connections that NetworkPolicies forbid are kept from happening. */
export interface Enforcement {
  verdict: 'enforced' | 'not enforced' | 'not known';
  /** Why so, or what is wrong with it all the same. */
  why?: string;
}

/** What a cluster will have for pods, by its profile; what is left out is not known. */
export interface Capacity {
  nodes: number;
  /** Of each node. */
  cores?: number;
  mebibytes?: number;
  /** What Kubernetes' own pods request of all nodes together, where that is not what kubeadm's do. */
  own?: { cores: number; mebibytes: number };
  /** What makes it larger: the profile's keys, or the machine. */
  keys: string;
}

/** What a cluster gives to Services of type LoadBalancer. */
export interface LoadBalancers {
  /** What one costs, as `about 0.03 USD an hour`; left out where nobody knows. */
  price?: string;
}

/** Reference of the Spark image that a profile asks for, built or not; undefined if the profile names no Spark that is there. */
export type SparkImage = () => Promise<string | undefined>;

/** How one kind of cluster does it. */
export interface Cluster {
  /** Programs the host needs. */
  tools(profile: Profile): Tool[];
  /** What about a profile or this machine keeps it from working: verbs ask before they start, and `doctor` asks too. */
  readonly preflights: readonly Preflight[];
  /** What else `doctor` looks at for this kind alone. */
  readonly checks?: readonly Check[];
  /** What `up` would overwrite on this machine, a line each, shown in a question first. Only reads. */
  overwrites?(profile: Profile, read: Exec): Promise<string[]>;
  /** Paid resources that `up` would create, a line each, shown in a question first; none if they exist. Only reads. */
  costs?(context: Context): Promise<string[]>;
  /** What `down` would delete outside this machine, a line each: the user types its name first. Only reads. */
  deletes?(context: Context): Promise<string[]>;
  /** What is running and costs money, and how to end it: shown at the end of every run, good or bad. Only reads. */
  reminder?(context: Context): Promise<string[]>;
  /** What `deploy` says of this machine's settings at its end, a sentence each. Only reads. */
  notes?(profile: Profile, read: Exec): Promise<string[]>;
  /** Its networks where firesteel chose them, such as 198.19.0.0/17: nodes and this machine, pods, services, the way out. */
  networks?(profile: Profile, read: Exec): Promise<string[]>;
  /** The size of the cluster, if the profile or this machine determines it. */
  capacity?(profile: Profile): Capacity | undefined;
  /** Name servers that its CoreDNS could forward to without a loop, best first; empty if nothing is known of any. */
  upstreamDns?(profile: Profile, read: Exec): Promise<string[]>;
  /** Name servers in the resolver file of its kubelets, where firesteel wrote it; left out if nobody knows. */
  kubeletDns?(profile: Profile, read: Exec): Promise<string[]>;
  /** Load balancers with an address that others reach, where its cloud hands them out. */
  loadBalancers?(profile: Profile): LoadBalancers | undefined;
  /** An image with nslookup that every node has after `up`; left out, the Spark image is used. */
  readonly probeImage?: string;
  /** It was there before: the user's kubeconfig has it, and only firesteel's namespace in it is firesteel's. */
  readonly isGiven?: true;
  /** A volume with access mode ReadWriteOnce is on one node at a time, so pods of other nodes wait for ever. */
  readonly tiesVolumesToNodes?: true;
  /** One folder holds the volumes of all nodes: pods of any node mount a volume, whatever its access mode. */
  readonly sharesVolumes?: true;
  /** Where to find the API: the kubeconfig file and the context in it. */
  kubeconfig(profile: Profile): KubeSource;
  status(context: Context): Promise<ClusterStatus>;
  /** The ends of the logs of its programs, by their names, where they are files of this machine. Only reads. */
  logs?(profile: Profile, read: Exec): Promise<Record<string, string>>;
  /** Whether it enforces NetworkPolicies, if that is known without a test. Only reads. */
  enforcement?(context: Context): Promise<Enforcement>;
  /** A kind whose nodes can start with the Spark image checks whether it is built. */
  up(profile: Profile, image?: SparkImage): Step[];
  /** What a job needs from its second moment on, such as cluster DNS: pods may start while these steps wait for it. */
  settle?(profile: Profile): Step[];
  down(profile: Profile): Step[];
  /** Makes the image in `state.image` known to every node. */
  publish(profile: Profile): Step[];
  /** `publish` brings the image to a registry, and each node pulls it with the first pod that needs it. */
  readonly pullsImages?: true;
  /** `publish` takes an image as its layers and those of the image below, without an archive of the whole. */
  readonly takesLayers?: true;
  /** Variables by which `docker` reaches the node's own engine, to build there. Throws Failure if it does not run. */
  dockerEnv?(profile: Profile, read: Exec): Promise<Record<string, string>>;
  /** Whether pods can have this folder of this machine; a text says why not, and what to do. Left out, nodes are other machines. */
  hostFolders?(profile: Profile, folder: string): true | string;
  /** `publish` may run beside `up` and waits for the nodes itself. */
  readonly publishesWhileStarting?: true;
}
