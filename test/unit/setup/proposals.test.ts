// What becomes of values that have no effect on the cluster that is chosen.
import { expect, test } from 'vitest';
import { answer, checkDraft, offerNamed } from '../../../tasks/setup/draft.ts';
import { fileText, placeOf } from '../../../tasks/setup/file.ts';
import { dropIdleFlags, takeSets } from '../../../tasks/setup/given.ts';
import { changeOffer } from '../../../tasks/setup/interview.ts';
import { proposeAll } from '../../../tasks/setup/proposals.ts';
import type { Offer } from '../../../tasks/steps/setup.ts';
import { draftOf, interviewOf, offers } from './machine.ts';

const place = placeOf('lab.yaml');

test.each([
  ['gke', 'gke-autopilot', 'gke:\n  location: us-east4\n  nodes: 4\n  mode: autopilot\n', ['gke', 'nodes'], 5],
  ['minikube-docker', 'minikube-none', 'minikube:\n  cpus: 4\n  driver: none\n', ['minikube', 'cpus'], 3],
] as const)('a change from %s to %s takes back what applies no longer', async (from, to, text, path, value) => {
  const [block, key] = path;
  const before = `cluster: ${block}\nclusterName: minikube\n${text}`;
  const given = from === 'gke' ? { location: 'us-east4' } : {};
  const draft = draftOf(from, { clusterName: 'minikube', [block]: { ...given, [key]: 4 } });
  answer(draft, { path: [...path], value, source: 'answer' });
  changeOffer(draft, offerNamed(to, offers) as Offer);
  await proposeAll(interviewOf(draft));
  expect(fileText(draft, place, undefined)).not.toContain(`${key}:`);
  expect(fileText(draft, place, before)).toBe(before.replace(/ {2}(nodes|cpus): \d\n/, ''));
  changeOffer(draft, offerNamed(from, offers) as Offer);
  await proposeAll(interviewOf(draft));
  expect(checkDraft(draft).profile[block]).toMatchObject({ [key]: 4 });
});

test('an answer about access goes with the cluster that it is for, and what a file has stays', async () => {
  const draft = draftOf('local', { classroom: { roster: 'class.csv' } });
  const address = ['classroom', 'door', 'address'];
  for (const source of ['answer', 'file'] as const) {
    answer(draft, { path: address, value: '192.0.2.9', source });
    changeOffer(draft, offerNamed('gke', offers) as Offer);
    await proposeAll(interviewOf(draft));
    expect(checkDraft(draft).profile.classroom.door.address).toBe(source === 'file' ? '192.0.2.9' : undefined);
  }
});

test('flags without effect are named, and do not count', async () => {
  const draft = draftOf('gke-autopilot');
  takeSets(draft, ['gke.nodes=5', 'classroom.name=kurs1']);
  answer(draft, { path: ['classroom', 'end'], value: '2030-12-18T18:00', source: 'flag' });
  expect(dropIdleFlags(draft, { end: '2030-12-18T18:00', machineType: 'e2-standard-4' })).toEqual([
    '--end is for a class: add --roster FILE',
    '--machine-type does not apply to gke-autopilot',
    '--set gke.nodes does not apply to gke-autopilot',
  ]);
  expect([...draft.answers.keys()]).toEqual(['classroom.name']);
});
