// What a verb is made of: its task, its steps, and the context they work with. Types only: this file does nothing.
import type { Resource } from '../core/plan/types.ts';
import type { Exec, FileVerbs } from '../core/types.ts';
import type { Kube, KubeSource } from '../kube/types.ts';
import type { Profile } from '../profile/schema.ts';
import type { Cluster } from './cluster.ts';

/** What one run of a task works with. `read` looks, everything else changes; a dry run swaps the changing half for printers. */
export interface Context extends FileVerbs {
  readonly profile: Profile;
  readonly cluster: Cluster;
  /** Runs a command that only looks. */
  readonly read: Exec;
  /** Runs a command that changes something. */
  readonly run: Exec;
  /**
   * Changes what is neither command, file nor Kubernetes object, such as something in a cloud's API: `what` says what, in
   * the imperative. A dry run shows that instead, and answers undefined.
   */
  readonly change: <T>(what: string | Resource, action: () => Promise<T>) => Promise<T | undefined>;
  /** The cluster's API as its kubeconfig's user. Connects on first use; in a dry run its changing calls only show. */
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
  /** Reference of the image of the S3 server, as its nodes know it. */
  storage?: string;
  /** The run that `submit` made. */
  run?: { id: string; folder: string; exitCode?: number };
  /** How runs are that have not ended, by their ids, as `runs` saw them. */
  runs?: Record<string, string>;
  /** What `dev`, `notebook` and `connect` say at their ends: what runs, and where. */
  lines?: string[];
  /** The dev stack that `dev status` or `dev up` saw; null if there is none. */
  dev?: DevState | null;
  /** The notebook servers that `notebook status` saw. */
  notebooks?: NotebookState[];
  /** The standalone cluster that `standalone status` saw; null if there is none. */
  standalone?: StandaloneState | null;
  /** The Spark Connect servers that `connect status` saw. */
  connect?: ConnectState[];
  /** The seats that `classroom status` saw, by the names of their students. */
  seats?: SeatState[];
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

/** What one look at a standalone cluster shows. */
export interface StandaloneState {
  /** Its address, as applications take it. */
  master: string;
  /** As the master says: `ALIVE` if it leads. */
  state: string;
  /** How many workers there are to be. */
  wanted: number;
  /** The limits of an autoscaler. */
  autoscale?: { min: number; max: number };
  workers: {
    name: string;
    /** As the master says, else the phase of its pod. */
    state: string;
    node: string;
    cores: { all: number; taken: number } | undefined;
    /** MiB of heap. */
    memory: { all: number; taken: number } | undefined;
  }[];
  /** Applications that have not ended. */
  applications: { id: string; name: string; cores: number; state: string }[];
}

/** What one look at a Spark Connect server shows. */
export interface ConnectState {
  /** Name of its objects. */
  name: string;
  state: 'ready' | 'starting';
  /** The version of Spark that it was made with. */
  version: string | undefined;
  /** Sessions that it holds; undefined if the server did not say. */
  sessions: number | undefined;
  /** Pods of executors that have not ended. */
  executors: number;
  /** Where clients of this machine reach it; undefined while no `open` runs here. */
  address: string | undefined;
}

/** What one look at a student's seat shows. */
export interface SeatState {
  student: string;
  notebook: 'ready' | 'starting' | 'paused' | 'no seat';
  /** Pods of jobs and sessions that run. */
  sparkPods: number;
  /** As the class list has it. */
  group?: string;
}

/** Where a step says what it is doing. */
export interface Output {
  /** The newest line replaces the one shown before it on a terminal; plain output prints each. */
  line(text: string): void;
  /** Many lines of a log at once, of which a terminal shows the last; left out, each goes to `line`. */
  lines?(text: string): void;
  /** What a terminal shows below the step in place of the newest line, as far as there is room; elsewhere nothing. */
  table?(rows: readonly string[]): void;
}

/** Where a verb shows its output while it reads it. */
export interface Show {
  /** Lines of a log, as they were written: nothing else is on stdout. */
  lines(bytes: Buffer): void;
  /** Lines for people at a terminal, such as a QR code: left out elsewhere, and where one does not fit. */
  draw(drawing: string): void;
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
  /** Steps that are known only once it has run: the same runner runs them after all others. Only reads. */
  further?(context: Context): Promise<Step[]>;
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

/** What a verb does; its name and its line of help are in scripts/verbs/, which `--help` reads alone. */
export interface Task {
  /**
   * Called first of all in a dry run: what has to be written only to be looked at goes to a separate place. Returns how to
   * remove that.
   */
  keepAside?(args: readonly string[]): () => void;
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
  /** Paid resources that it would create, a line each, shown in a question first. Only reads. */
  costs?(context: Context, args: readonly string[]): Promise<string[]>;
  /** What it would delete for good, a line each, shown in a question first. Only reads. */
  deletes?(context: Context, args: readonly string[]): Promise<string[]>;
  /** All problems of these arguments, before anything is changed. */
  problems?(profile: Profile, args: readonly string[], cluster: Cluster, read: Exec): Promise<string[]> | string[];
  /** Looks at what its steps depend on, before they are chosen. Only reads. */
  prepare?(context: Context, args: readonly string[]): Promise<void>;
  /** What it would change here, a line each, shown in a question first. Only reads. */
  changes?(context: Context, args: readonly string[]): Promise<string[]>;
  steps(profile: Profile, cluster: Cluster, args: readonly string[]): Step[];
  /** What it shows has standard output for itself, so its steps are reported on standard error; Ctrl-C is its own then. */
  takesTerminal?: true;
  /** Runs after its steps and shows what was requested, for any time. Ctrl-C ends it through the context's signal. */
  show?(context: Context, args: readonly string[], show: Show): Promise<void>;
  /** What the JSON output has of a success beside the lines. Only reads. */
  facts?(context: Context): Record<string, unknown>;
  /** Lines after a success: the result and the next command. Only reads. */
  done?(context: Context, args?: readonly string[]): Promise<string[]> | string[];
  /** Exit code of a success if not 0, such as the driver's own. */
  exitCode?(context: Context): number;
}
