// What a verb is made of: its task, its steps, and the context they work with. Types only: this file does nothing.
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
   * the imperative. A dry run prints that instead, and answers undefined.
   */
  readonly change: <T>(what: string, action: () => Promise<T>) => Promise<T | undefined>;
  /** The cluster's API as its kubeconfig's user. Connects on first use; in a dry run its changing calls print instead. */
  readonly kube: Kube;
  /** The API as somebody else, for what the usual user may not do. */
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
  /** The seats that `classroom status` saw, by the names of their students. */
  seats?: SeatState[];
  /** What was seen of cluster DNS or done about it, as lines for the end, and what a look at it exits with. */
  dns?: { lines: string[]; exitCode: number };
}

/** What one look at the dev stack shows; programs are told the same. */
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

/** Where a verb shows what it is asked for, while it is being read. */
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
  /** It only looks at what earlier steps made (waits, verifies, follows): a dry run names it and leaves it out. */
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

/** What a verb does; its name and its line of help are in scripts/verbs/, which `--help` reads alone. */
export interface Task {
  /** The profile as this run takes it, such as with what its job asks for; left out, as it was read. Only reads. */
  profileFor?(profile: Profile, args: readonly string[]): Profile;
  /** Host tools this task needs beyond its cluster's. Only reads. */
  tools?(profile: Profile, args: readonly string[], cluster: Cluster, read: Exec): Promise<Tool[]> | Tool[];
  /** It does without the cluster's tools: nobody is asked to install them for it. */
  withoutTools?: true;
  /** It looks at or removes what is there: what keeps a cluster from coming up does not concern it. */
  asIs?: true;
  /**
   * It brings the cluster up or takes it down: no two such runs at once for one cluster on this machine. What `up`
   * overwrites here is asked about first.
   */
  turns?: 'up' | 'down';
  /** What goes on and ends with what it takes down, a line each, asked about before. Only reads. */
  ends?(context: Context): Promise<string[]>;
  /** What it would create that somebody pays for, a line each, asked about before. Only reads. */
  costs?(context: Context, args: readonly string[]): Promise<string[]>;
  /** What it would delete that nothing brings back, a line each, asked about before. Only reads. */
  deletes?(context: Context, args: readonly string[]): Promise<string[]>;
  /** What in these arguments cannot work, all at once, before anything is changed. */
  problems?(profile: Profile, args: readonly string[], cluster: Cluster, read: Exec): Promise<string[]> | string[];
  steps(profile: Profile, cluster: Cluster, args: readonly string[]): Step[];
  /** After its steps, what it is asked for, however long that goes on. Ctrl-C ends it through the context's signal. */
  show?(context: Context, args: readonly string[], show: Show): Promise<void>;
  /** What a program is told of a good end beside the lines. Only reads. */
  facts?(context: Context): Record<string, unknown>;
  /** Lines after a good end: what came out and what to type next. Only reads. */
  done?(context: Context, args?: readonly string[]): Promise<string[]> | string[];
  /** Exit code of a good end other than 0, such as the driver's own. */
  exitCode?(context: Context): number;
}
