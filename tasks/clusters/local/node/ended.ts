// Reports nodes that ended, with the reason from the log of their first process.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../../../core/failure.ts';
import type { NodeLayout } from '../layout.ts';
import { findNode } from './nodes.ts';

/** What the first process of a node prints. */
export const initLog = (node: NodeLayout): string => join(node.folder, 'logs', 'init.log');

/** The last thing the first process said; undefined if it said nothing, as one that was killed. */
export function lastWords(node: NodeLayout): string | undefined {
  try {
    return readFileSync(initLog(node), 'utf8').trimEnd().split('\n').at(-1) || undefined;
  } catch {
    return undefined;
  }
}

/** To be asked of a node that was started: Failure with the cause if it does not run any more. */
export function verifyRuns(node: NodeLayout): void {
  if (findNode(node)) return;
  const words = lastWords(node);
  throw new Failure(`node ${node.name} ended${words ? `: ${words}` : ''}`, {
    hint: words
      ? `read ${initLog(node)}, remove the cause, then start the node again: firesteel deploy`
      : 'start the node again: firesteel deploy',
  });
}
