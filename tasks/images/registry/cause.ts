// What a row of the tables of failed pushes is made of.
import type { RegistryLogin } from './login.ts';

/** The push that a row explains. */
export interface Push {
  registry: string;
  /** The reference without its tag. */
  repository: string;
  login?: RegistryLogin | undefined;
}

export interface Cause {
  match: RegExp;
  why: (push: Push, found: RegExpExecArray) => string;
  hint: (push: Push, found: RegExpExecArray) => string;
}
