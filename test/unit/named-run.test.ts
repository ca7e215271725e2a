// The name of a run that its user chose: who has it, and what to do where another run does.
import { expect, test } from 'vitest';
import type { Pod } from '../../tasks/spark/pod.ts';
import { claimRun } from '../../tasks/spark/submission/claim.ts';
import { ensureSubmitted } from '../../tasks/spark/submission/submission.ts';
import { memoryKube } from '../fakes/memory-kube.ts';
import { namedPi } from '../fakes/named-pi.ts';

test.each([
  ['Running', 'take another name, or end that run first: firesteel kill nightly'],
  ['Failed', 'take another name: that run has ended'],
])('who finds the name taken by a run whose driver is %s is told what works', async (phase, hint) => {
  const { kube, objects } = memoryKube([]);
  const first = namedPi('spark', 'nightly');
  await ensureSubmitted(kube, first, await claimRun(kube, first));
  for (const object of objects.filter(({ kind }) => kind === 'Pod')) (object as Pod).status = { phase };
  await expect(claimRun(kube, namedPi('spark', 'nightly', ['20']))).rejects.toMatchObject({ exitCode: 2, hint });
});
