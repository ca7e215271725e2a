// What of a demo goes on beside what.
import { expect, test } from 'vitest';
import { demo } from '../../tasks/demo.ts';
import { readProfile } from '../../tasks/profile/read.ts';
import type { StepGroup } from '../../tasks/steps/types.ts';
import { planFor } from '../plan-of.ts';

const lastGroup = async (name: string) => {
  const profile = await readProfile(name, []);
  const plan = await planFor(demo, profile);
  const { steps, concurrent } = plan.steps.at(-1) as StepGroup;
  const [names, job] = steps as StepGroup[];
  const titlesOf = (group: StepGroup | undefined) => group?.steps.map(({ title }) => title) ?? [];
  return { concurrent, names: titlesOf(names), job: titlesOf(job) };
};

test('where CoreDNS is ours, SparkPi starts beside the proof that it answers', async () => {
  const { concurrent, names, job } = await lastGroup('local');
  expect(concurrent).toBe(true);
  expect(names).toContain('Wait for the answer of cluster DNS');
  expect(job).toContain('Submit pi');
});

test('where CoreDNS may have to be repaired, SparkPi waits for it', async () => {
  const { concurrent, names, job } = await lastGroup('minikube-none');
  expect(concurrent).toBe(false);
  expect(names).toContain('Repair the forwarding loop of CoreDNS');
  expect(job).toContain('Submit pi');
});
