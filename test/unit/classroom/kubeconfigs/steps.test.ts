// Kubeconfigs of a class: a token that one student does not get leaves the others with theirs.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeKubeconfigs } from '../../../../tasks/classroom/kubeconfigs/steps.ts';
import { studentConfigPath } from '../../../../tasks/classroom/kubeconfigs/student-config.ts';
import type { ClassRun } from '../../../../tasks/classroom/run.ts';
import { Failure } from '../../../../tasks/core/failure.ts';
import { readProfile } from '../../../../tasks/profile/read.ts';
import type { Cluster } from '../../../../tasks/steps/cluster.ts';
import { memoryKube } from '../../../fakes/memory-kube.ts';
import { ownFolderOfEach } from '../../../own-folder.ts';
import { plainContext } from '../../../plain-context.ts';

const folder = ownFolderOfEach();

const kubeconfig = `apiVersion: v1
kind: Config
current-context: one
clusters: [{ name: one, cluster: { server: "https://192.0.2.1:6443" } }]
users: [{ name: one, user: { token: secret } }]
contexts: [{ name: one, context: { cluster: one, user: one } }]
`;

test('a refused token is the failure of one student', async () => {
  const path = join(folder(), 'kubeconfig');
  writeFileSync(path, kubeconfig);
  const { kube } = memoryKube([]);
  const context = plainContext({
    profile: await readProfile('local', []),
    cluster: { kubeconfig: () => ({ path, context: 'one' }) } as unknown as Cluster,
    kube: {
      ...kube,
      issueToken: async ({ namespace }) => {
        if (namespace === 'class-bob') throw new Failure('no token for bob');
        return `token of ${namespace}`;
      },
    },
  });
  const students = ['ada', 'bob', 'eve'];
  const run = {
    plan: async () => ({ leaving: [] }),
    seats: async () => students.map((student) => ({ student, namespace: `class-${student}` })),
    failures: new Map(),
  } as unknown as ClassRun;
  const lines: string[] = [];
  await writeKubeconfigs(run).run(context, { line: (text) => lines.push(text) });
  expect(run.failures).toEqual(new Map([['bob', 'no token for bob']]));
  expect(lines).toEqual(['2 written']);
  expect(readFileSync(studentConfigPath('class', 'eve'), 'utf8')).toContain('token of class-eve');
});
