// Types of a diagnosis: its evidence and its result.
import { Failure } from '../core/failure.ts';
import type { ClusterNode, KubeEvent, Pod } from '../spark/pod.ts';

/** Why something does not run. */
export interface Diagnosis {
  /** One line: what is wrong, with names and amounts. */
  cause: string;
  /** One imperative sentence. */
  cure: string;
  /** Waiting cannot help. */
  final: boolean;
}

/** What a diagnosis looks at. */
export interface Evidence {
  pod: Pod;
  /** Events of this pod, in any order. */
  events?: KubeEvent[];
  nodes?: ClusterNode[];
  /** Pods that hold something of the nodes, as far as they were looked at. */
  pods?: Pod[];
  /** Whether new nodes can come. */
  grows?: boolean;
  /** The last lines of the log of Spark's container. */
  log?: string[];
  now?: Date;
}

/** A cause and cure as one line. */
export const shownDiagnosis = ({ cause, cure }: Diagnosis): string => `${cause}; ${cure}`;

/** The cause without which executor it is of, so that the same one is shown once. */
export const causeOf = ({ cause }: Diagnosis): string => cause.replace(/^executor \S+: /, '');

/** A failure as one line: with its hint as the cure. */
export const shownFailure = (error: unknown): string =>
  error instanceof Failure && error.hint
    ? shownDiagnosis({ cause: error.message, cure: error.hint, final: true })
    : (error as Error).message;

/** A cause that waiting cannot help. */
export const final = (cause: string, cure: string): Diagnosis => ({ cause, cure, final: true });
/** A cause that may go away by itself. */
export const passing = (cause: string, cure: string): Diagnosis => ({ cause, cure, final: false });
/** The first line of a message that may have many. */
export const firstLine = (text = ''): string => text.trim().split('\n')[0] ?? '';
