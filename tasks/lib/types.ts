// The few types everything else is made of. Types only: this file does nothing.
import type { Profile } from './schema.ts';

/** A command is a value before it is an action: the program, then its arguments, never a shell string. */
export type Command = readonly [program: string, ...args: string[]];

export interface ExecOptions {
  /** Written to standard input, which is closed after it; secrets go this way, never as arguments. */
  input?: string;
  /** Added to this process's environment. */
  env?: Record<string, string>;
  cwd?: string;
  /** Called for each line of stdout and stderr as it comes. */
  onLine?: (line: string) => void;
  /** Start in its own session and answer its process id at once; both outputs go to this file. It outlives this process. */
  detachedTo?: string;
  /** Run with root's rights: unchanged for root, through `sudo -n` for others. */
  asRoot?: boolean;
}

/** Runs a command to its end and answers its stdout; throws Failure with the command and its last lines. */
export type Exec = (command: Command, options?: ExecOptions) => Promise<string>;

/** A file to be written; `mode` is octal, 0o644 if not given. Parent folders are made. Written whole or not at all. */
export interface FileContent {
  path: string;
  content: string | Uint8Array;
  mode?: number;
  /** What a dry run shows of it; left out, its path alone. */
  shown?: string;
}

export interface Metadata {
  name: string;
  namespace?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  uid?: string;
  resourceVersion?: string;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  ownerReferences?: { apiVersion: string; kind: string; name: string; uid: string; controller?: boolean }[];
}

/** A Kubernetes object as JSON; typed more closely where a file needs it. */
export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: Metadata;
  [key: string]: unknown;
}

/** Names one object. */
export interface Ref {
  apiVersion: string;
  kind: string;
  name: string;
  namespace?: string;
}

/** Names a collection: `namespace` left out means all of them, or a kind that has none. */
export interface Collection {
  apiVersion: string;
  kind: string;
  namespace?: string;
  labelSelector?: string;
  fieldSelector?: string;
}

export interface WatchEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  object: Manifest;
}

export interface LogOptions {
  container?: string;
  /** Go on until the container ends. */
  follow?: boolean;
  /** The log of the container's previous start. */
  previous?: boolean;
  tailLines?: number;
  /** Only what comes after this place, which was read to before. */
  after?: LogPlace;
  signal?: AbortSignal;
}

/** How far a log was read. */
export interface LogPlace {
  /** The time of the last line that was read, since 1970, as decimal digits. */
  nanoseconds: string;
  /** How many of the last lines carry that time. */
  lines: number;
  /** What came next is lost, and a gap says so. */
  gap?: true;
}

/** Whole lines of a log as the container wrote them; only the last line of all may lack its newline. */
export interface LogPiece {
  bytes: Buffer;
  /** The place after these lines; none as long as no line had a time, and after a line without its newline. */
  place?: LogPlace;
  /** A line that says what is missing before these bytes. */
  gap?: string;
}

/** One question to the authorizer: `user` left out asks for ourselves. */
export interface AccessQuestion {
  verb: string;
  resource: string;
  /** API group; the core group if left out. */
  group?: string;
  subresource?: string;
  namespace?: string;
  /** Such as `system:serviceaccount:spark:spark-driver`. */
  user?: string;
}

/** One step of a JSON Patch; `path` is a JSON Pointer: `/` in a key is written `~1`, `~` is `~0`. */
export type PatchOperation =
  | { op: 'add' | 'replace' | 'test'; path: string; value: unknown }
  | { op: 'remove'; path: string };

/** A port of a pod: of the one named, or of the newest one running that the selector finds. */
export interface ForwardTarget {
  namespace: string;
  pod?: string;
  /** Labels, as `spark-role=driver`. */
  selector?: string;
  port: number;
}

export interface ForwardOptions {
  /** Port on 127.0.0.1; a taken one gives way to the next that is free. Left out, any free one. */
  localPort?: number;
  /** Ends the listening and everything that goes through. */
  signal: AbortSignal;
  /** Called when connections begin to reach another pod than before. */
  onReach?: (target: ForwardTarget, pod: string) => void;
  /** Receives why a connection leads nowhere, once for each reason. */
  onTrouble?: (why: string) => void;
}

export interface Forward {
  /** As `127.0.0.1:4040`. */
  address: string;
  port: number;
  /** Settled once nothing listens any more. */
  closed: Promise<void>;
}

/** A cluster's API. Reads answer undefined or nothing for what is absent; every call has its own deadline and retries. */
export interface Kube {
  get(ref: Ref): Promise<Manifest | undefined>;
  list(collection: Collection): Promise<Manifest[]>;
  /** The same page by page; an object may come twice where the server gives up a list that took long. */
  pages(collection: Collection): AsyncIterable<Manifest[]>;
  /** Creates; if an object of that name exists already, Failure. */
  create(manifest: Manifest): Promise<Manifest>;
  /** What keeps the server from creating this, admission and quotas asked as well; undefined if nothing does. Creates nothing. */
  refusal(manifest: Manifest): Promise<string | undefined>;
  /** What keeps the server from removing this with such a grace, in seconds; undefined if nothing does. Removes nothing. */
  removalRefusal(ref: Ref, gracePeriodSeconds: number): Promise<string | undefined>;
  /** Server-side apply with field manager `firesteel`. */
  apply(manifest: Manifest): Promise<Manifest>;
  /** Changes an object that exists by a JSON Patch (RFC 6902); a `test` that does not hold is a Failure, and nothing is changed. */
  patch(ref: Ref, operations: PatchOperation[]): Promise<Manifest>;
  /** Whether `apply` would change nothing: applied by us with this very content, and not drifted since. */
  isApplied(manifest: Manifest): Promise<boolean>;
  /** Removing what is absent is fine. Waits until it is gone. */
  remove(ref: Ref): Promise<void>;
  /** Lines of a container's log as text, without their newline. */
  logs(pod: { name: string; namespace: string }, options?: LogOptions): AsyncIterable<string>;
  /** The same log, byte for byte, from all files that the node has of it. */
  logPieces(pod: { name: string; namespace: string }, options?: LogOptions): AsyncIterable<LogPiece>;
  /** Lists first (as ADDED), then watches; reconnects and lists again by itself until `signal` aborts. */
  watch(collection: Collection, signal: AbortSignal): AsyncIterable<WatchEvent>;
  can(question: AccessQuestion): Promise<boolean>;
  /** A new token of a service account for the API, valid for this many seconds, or for fewer if the cluster says so. */
  issueToken(account: { name: string; namespace: string }, seconds: number): Promise<string>;
  /**
   * Listens on 127.0.0.1; each connection looks for the pod again and takes the first of the targets that has one, so that
   * it outlives pods and links.
   */
  forward(targets: readonly ForwardTarget[], options: ForwardOptions): Promise<Forward>;
  /** GET of a raw path such as `/readyz`; returns the body. */
  raw(path: string): Promise<string>;
}

/** A kubeconfig file and the context to use in it. */
export interface KubeSource {
  path: string;
  context: string;
}

/** What one run of a task works with. `read` looks, everything else changes; a dry run swaps the changing half for printers. */
export interface Context {
  readonly profile: Profile;
  readonly cluster: Cluster;
  /** Runs a command that only looks. */
  readonly read: Exec;
  /** Runs a command that changes something. */
  readonly run: Exec;
  /**
   * Changes what is neither command, file nor Kubernetes object, such as something in a cloud's API: `what` says what, in
   * the imperative. A dry run prints that instead, and answers undefined.
   */
  readonly change: <T>(what: string, action: () => Promise<T>) => Promise<T | undefined>;
  /** Writes files; those that have this content and mode already are left alone. */
  readonly write: (files: FileContent[]) => Promise<void>;
  /** The cluster's API as its kubeconfig's user. Connects on first use; in a dry run its changing calls print instead. */
  readonly kube: Kube;
  /** The API as someone else, for what the usual user may not do. */
  readonly connect: (source: KubeSource) => Kube;
  readonly signal: AbortSignal;
  readonly state: State;
}

/** The only thing steps hand to later steps. */
export interface State {
  /** Reference of the Spark image, set by the build steps: `spark:4.3.0-0123456789ab`. */
  image?: string;
  /** Reference of the image of a class's door, as its nodes know it. */
  door?: string;
  /** The run that `submit` made. */
  run?: { id: string; folder: string; exitCode?: number };
  /** How runs are that have not ended, by their ids, as `runs` saw them. */
  runs?: Record<string, string>;
  /** What `dev` and `notebook` say at their ends: what runs, and where. */
  lines?: string[];
  /** The dev stack that `dev status` or `dev up` saw; null if there is none. */
  dev?: DevState | null;
  /** The notebook servers that `notebook status` saw. */
  notebooks?: NotebookState[];
  /** What was seen of cluster DNS or done about it, as lines for the end, and what a look at it exits with. */
  dns?: { lines: string[]; exitCode: number };
}

/** What one look at the dev stack shows; the JSON output has the same. */
export interface DevState {
  kind: 'containers' | 'processes';
  healthy: boolean;
  /** What it lacks for work; undefined if it is healthy. */
  lacks: string | undefined;
  /** Absolute path of the folder of notebooks. */
  notebooks: string;
  /** Where JupyterLab is, without its token. */
  lab: string;
  /** The file with nothing but the token. */
  tokenFile: string;
  kernels: number;
  /** Where the master shows its workers and applications. */
  master: string;
  /** Cores of the worker; undefined if there is none. */
  cores: { all: number; taken: number } | undefined;
  /** Ids of the processes of its parts, or names of its containers. */
  parts: Record<string, number> | string[];
}

/** What one look at a notebook server shows. */
export interface NotebookState {
  /** Name of its objects. */
  name: string;
  state: 'ready' | 'starting';
  /** Kernels that run; undefined if the server did not say. */
  kernels: number | undefined;
  /** Pods of executors that have not ended. */
  executors: number;
}

/** Where a step says what it is doing. */
export interface Output {
  /** The newest line replaces the one shown before it on a terminal; plain output prints each. */
  line(text: string): void;
  /** Many lines of a log at once, of which a terminal shows the last; left out, each goes to `line`. */
  lines?(text: string): void;
}

/** Where a verb shows its output while it reads it. */
export interface Show {
  /** Lines of a log, as they were written: nothing else is on stdout. */
  lines(bytes: Buffer): void;
  /** A word about it, on stderr. */
  note(text: string): void;
}

export type Step = SingleStep | StepGroup;

export interface SingleStep {
  /** Imperative, at most 50 characters. */
  title: string;
  /** Already true? Then the reason to skip, else false. Only reads. */
  skip?(context: Context): Promise<string | false> | string | false;
  /** Only waits for, verifies or follows what earlier steps made: a dry run names it without running it. */
  observes?: true;
  run(context: Context, out: Output): Promise<void>;
}

export interface StepGroup {
  title: string;
  steps: Step[];
  /** All at once; else one after the other. */
  concurrent?: boolean;
}

/** A program or file this machine must have, and what brings it. */
export interface Tool {
  /** A program on PATH, or an absolute path that must exist. */
  name: string;
  /** The Debian package that brings it; left out, `firesteel tools install` does. */
  package?: string;
  /** What it is needed for, in a few words. */
  purpose: string;
}

/** What a verb does; its name and its line of help are in scripts/verbs.ts, which `--help` reads alone. */
export interface Task {
  /** The profile of this run, such as with the settings of its job; left out, the profile as read. Only reads. */
  profileFor?(profile: Profile, args: readonly string[]): Profile;
  /** Host tools this task needs beyond its cluster's. Only reads. */
  tools?(profile: Profile, args: readonly string[], cluster: Cluster, read: Exec): Promise<Tool[]> | Tool[];
  /** Does not need the cluster's tools, so they are not installed for it. */
  withoutTools?: true;
  /** Only inspects or removes; skips the checks that matter for starting a cluster. */
  asIs?: true;
  /**
   * Starts or stops the cluster: only one such run at a time for one cluster on this machine. What `up`
   * overwrites here is asked about first.
   */
  turns?: 'up' | 'down';
  /** Runs and servers that end with what it takes down, a line each, shown in a question first. Only reads. */
  ends?(context: Context): Promise<string[]>;
  /** What it would delete for good, a line each, shown in a question first. Only reads. */
  deletes?(context: Context, args: readonly string[]): Promise<string[]>;
  /** All problems of these arguments, before anything is changed. */
  problems?(profile: Profile, args: readonly string[], cluster: Cluster, read: Exec): Promise<string[]> | string[];
  steps(profile: Profile, cluster: Cluster, args: readonly string[]): Step[];
  /** Runs after its steps and shows what was requested, for any time. Ctrl-C ends it through the context's signal. */
  show?(context: Context, args: readonly string[], show: Show): Promise<void>;
  /** What the JSON output has of a success beside the lines. Only reads. */
  facts?(context: Context): Record<string, unknown>;
  /** Lines after a success: the result and the next command. Only reads. */
  done?(context: Context, args?: readonly string[]): Promise<string[]> | string[];
  /** Exit code of a success if not 0, such as the driver's own. */
  exitCode?(context: Context): number;
}

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

/** Reference of the Spark image that a profile asks for, built or not; undefined if the profile names no Spark that is there. */
export type SparkImage = () => Promise<string | undefined>;

/** How one kind of cluster does it. */
export interface Cluster {
  /** Programs the host needs. */
  tools(profile: Profile): Tool[];
  /** All problems of this profile or machine. Only reads. */
  problems(profile: Profile, read: Exec): Promise<string[]>;
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
  /** An image with nslookup that every node has after `up`; left out, the Spark image is used. */
  readonly probeImage?: string;
  /** Where to find the API: the kubeconfig file and the context in it. */
  kubeconfig(profile: Profile): KubeSource;
  status(context: Context): Promise<ClusterStatus>;
  /** Whether it enforces NetworkPolicies, if that is known without a test. Only reads. */
  enforcement?(context: Context): Promise<Enforcement>;
  /** A kind whose nodes can start with the Spark image checks whether it is built. */
  up(profile: Profile, image?: SparkImage): Step[];
  /** What a job needs from its second moment on, such as cluster DNS: pods may start while these steps wait for it. */
  settle?(profile: Profile): Step[];
  down(profile: Profile): Step[];
  /** Makes the image in `state.image` known to every node. */
  publish(profile: Profile): Step[];
  /** `publish` takes an image as its layers and those of the image below, without an archive of the whole. */
  readonly takesLayers?: true;
  /** Variables by which `docker` reaches the node's own engine, to build there. Throws Failure if it does not run. */
  dockerEnv?(profile: Profile, read: Exec): Promise<Record<string, string>>;
  /** `publish` may run beside `up` and waits for the nodes itself. */
  readonly publishesWhileStarting?: true;
}
