// Proves that pods reach the storage: writes, reads and removes one object.
import { randomBytes } from 'node:crypto';
import { ownAddress } from '../spark/storage.ts';
import type { SingleStep } from '../steps/types.ts';
import { visit } from './pod.ts';

/** Needs `state.image`, with the jars of the storage. */
export const checkFromPod: SingleStep = {
  title: 'Write, read and remove an object from a pod',
  run: async (context, out) => {
    const name = `data-check-${randomBytes(3).toString('hex')}`;
    const args = [ownAddress(context.profile) ?? ''];
    const result = await visit(context, { name, action: 'check', args }, out);
    context.state.lines = [`The storage works from a pod: ${result}`];
  },
};
