// A folder of this machine for pods: which clusters can have it, and the volume that brings it.
import { chmodSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { clusters } from '../../../tasks/clusters/index.ts';
import { dataWith } from '../../../tasks/data.ts';
import { readProfile } from '../../../tasks/profile/read.ts';
import { type Profile, profileSchema } from '../../../tasks/profile/schema.ts';
import { folderObjects, hostFolderProblems } from '../../../tasks/storage/host-folder.ts';
import { planFor } from '../../plan-of.ts';

const profileOf = (text: object): Profile => ({ ...profileSchema.parse(text), name: 'x', clusterName: 'x' });
const folder = mkdtempSync('/var/tmp/fs-rides-');
chmodSync(folder, 0o755);
afterAll(() => rmSync(folder, { recursive: true }));

const problemsOn = (text: object): string[] => {
  const profile = profileOf(text);
  return hostFolderProblems(folder, profile, clusters[profile.cluster]).map((line) =>
    line.replaceAll(folder, '/rides'),
  );
};

test.each([{ cluster: 'local' }, { cluster: 'minikube', minikube: { driver: 'none' } }])(
  '%j has folders of this machine',
  (text) => expect(problemsOn(text)).toEqual([]),
);

test.each<[object, string]>([
  [{ cluster: 'minikube', minikube: { driver: 'docker' } }, 'the node is a container; copy the folder into the image'],
  [
    { cluster: 'minikube', minikube: { driver: 'kvm2' } },
    'the node is a virtual machine; copy the folder into the image',
  ],
  [
    { cluster: 'minikube', minikube: { driver: 'docker' } },
    'the node is a container; copy the folder into the image with --data /rides, or run `minikube mount -p x /rides:/rides`',
  ],
  [{ cluster: 'kind' }, 'its nodes are containers; copy the folder into the image'],
  [{ cluster: 'gke' }, 'its nodes are other machines'],
  [{ cluster: 'context' }, 'its nodes are other machines'],
])('%j is refused, with what to do', (text, why) =>
  expect(problemsOn(text)[0]).toContain(`--data mount:/rides: cluster x cannot mount a folder of this machine: ${why}`),
);

test.each(['/tmp', '/var/lib'])('a folder in %s, which nodes have apart, is refused', (parent) => {
  const hidden = mkdtempSync(`${parent}/fs-rides-`);
  const link = mkdtempSync('/var/tmp/fs-links-');
  symlinkSync(hidden, `${link}/rides`);
  const why = `nodes have another ${parent} than this machine; move the folder, for example to /srv`;
  try {
    for (const path of [hidden, `${link}/rides`])
      expect(hostFolderProblems(path, profileOf({}), clusters.local)).toEqual([
        `--data mount:${path}: cluster x cannot mount a folder of this machine: ${why}`,
      ]);
  } finally {
    for (const one of [hidden, link]) rmSync(one, { recursive: true });
  }
});

test.each([
  [
    'gke',
    'mount',
    [`--way mount FOLDER: cluster gke cannot mount a folder of this machine: its nodes are other machines`],
  ],
  ['gke', 'claim', []],
  ['local', 'mount', []],
])('data add on %s by way of %s', async (name, way, problems) => {
  const profile = await readProfile(name, name === 'gke' ? ['gke.project=a-project-1', 'image.repository=a.io/b'] : []);
  const plan = await planFor(dataWith({ way }), profile, ['add', 'rides', folder]);
  expect((plan.problems ?? []).map((line) => line.replace(folder, 'FOLDER'))).toEqual(problems);
});

test('a folder that the user of pods cannot enter is refused', () => {
  chmodSync(folder, 0o750);
  expect(problemsOn({ cluster: 'local' })).toEqual([
    '--data mount:/rides: pods run as user 185, which cannot read /rides: chmod o+rx /rides',
  ]);
  chmodSync(folder, 0o755);
});

test('the volume is ours, read-only, for one claim, and stays when the claim is deleted', () => {
  const [volume, claim] = folderObjects(profileOf({}), '/rides');
  expect(volume).toMatchObject({
    metadata: { labels: { 'app.kubernetes.io/managed-by': 'firesteel' } },
    spec: {
      accessModes: ['ReadOnlyMany'],
      persistentVolumeReclaimPolicy: 'Retain',
      hostPath: { path: '/rides', type: 'Directory' },
      claimRef: { name: claim?.metadata.name, namespace: 'spark' },
    },
  });
  expect(claim).toMatchObject({ spec: { volumeName: volume?.metadata.name } });
});
