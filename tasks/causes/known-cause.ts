// What a row of the tables of known causes is made of.
import { firstLine } from './finding.ts';

/** What causes and cures may name. */
export interface About {
  /** `driver` or `executor`, as in Spark's properties; `pod` for one that is neither. */
  part: string;
  /** How kubectl finds the pod. */
  pod: string;
  image: string;
  node: string;
  /** The container's limit, such as 1433Mi. */
  memory: string;
}

/** A text, or how it is made of what the row matched. */
export type Words = string | ((found: RegExpExecArray, about: About) => string);

/** One row; of all that match the first counts. */
export interface KnownCause {
  /** Matched against one sign; signs.ts says what they look like. */
  match: RegExp;
  cause: Words;
  cure: Words;
  /** It may go away by itself; left out, waiting cannot help. */
  passing?: true;
  /** Only of a driver, of an executor, of a pod that is neither, or of their init containers. */
  of?: 'driver' | 'executor' | 'pod' | 'init';
  /** A sign that clears it. */
  unless?: RegExp;
  /** A sign that clears it if it comes later. */
  unlessLater?: RegExp;
}

/** The cure for a program that the node's processor cannot run. */
export const buildForNodes =
  'name the architectures of the nodes in image.platforms, then build again: firesteel build';

/** The cure for what the kubelet tries again by itself. */
export const waitForNode = 'wait while the node tries again, and check the node if the error stays: firesteel status';

/** runc's chain of errors without what containerd says before it. */
export const startFault = (message = ''): string => firstLine(message).replace(/^.*runc create failed: /, '');

/** A claim that is absent, by its name: the scheduler finds that, or the kubelet. */
export const absentClaim = {
  cause: (claim = '') => `volume claim ${claim} does not exist`,
  cure: (claim = '') => `create the claim ${claim}`,
};

/** The same of one that is being deleted. */
export const leavingClaim = {
  cause: (claim = '') => `volume claim ${claim} is being deleted`,
  cure: (claim = '') => `create the claim ${claim} again, then submit again`,
};
