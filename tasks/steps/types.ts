// Types of a verb's context, which its steps work with.
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
  /** Lines for the end of a success, such as what runs, and where. */
  lines?: string[];
  /** What the JSON output has of a success beside the lines. */
  facts?: Record<string, unknown>;
  /** What was seen of cluster DNS or done about it, as lines for the end, and what a look at it exits with. */
  dns?: { lines: string[]; exitCode: number };
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
  /** Only looks, and its lines are the result: a dry run shows them. */
  compares?: true;
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
  /** Whether it must run without libraries of this machine; then `name` is a path. */
  isStatic?: true;
  /** The Debian package that brings it; left out, `firesteel tools install` does. */
  package?: string;
  /** What it is needed for, in a few words. */
  purpose: string;
}
