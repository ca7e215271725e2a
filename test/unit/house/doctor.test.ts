// docs/doctor.md lists every check that doctor makes, from the checks themselves.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { clusters } from '../../../tasks/clusters/index.ts';
import { projectPath } from '../../../tasks/core/paths.ts';
import { checksOf } from '../../../tasks/doctor/list.ts';
import { type Check, categories } from '../../../tasks/steps/check.ts';
import { broken } from './broken-checks.ts';

const kinds = Object.entries(clusters);
const checks = new Map<string, { check: Check; of: string[] }>();
for (const [kind, cluster] of kinds)
  for (const check of checksOf(cluster)) {
    const of = [...(checks.get(check.name)?.of ?? []), kind];
    checks.set(check.name, { check, of });
  }

const intro = `# Doctor

\`firesteel doctor\` checks everything that any verb needs: programs, this machine, its network, the cluster, rights, image and
class. The checks run at the same time. Doctor needs no cluster, no network and no root, and reports what
it cannot look at. Doctor and verbs use the same functions for settings of the cluster, programs, the image, room, storage,
Java and Python. So they never disagree on these. Only a verb checks what its command names, such as the files of a job.

    npx firesteel doctor                    # this machine and its local cluster
    npx firesteel doctor --profile gke      # another cluster
    npx firesteel doctor dns proxy          # two checks, with all details; --verbose shows the details of every check
    npx firesteel doctor --fix              # after one question, runs the commands that cure the findings; checks again
    npx firesteel doctor --probe            # also runs the checks that need pods, which firesteel creates and removes
    npx firesteel doctor --list             # every check for this profile
    npx firesteel doctor --json             # the last event has each check: state, findings, remedies

| mark | \`--plain\` | means |
| --- | --- | --- |
| ✔ | ok | nothing is wrong |
| ! | partial | something works less well, or not for everyone |
| ✖ | missing | what the check affects does not work |
| ‼ | crashed | the check itself failed: the state of what it looks at is unknown |
| ◦ | not available | there is nothing to look at, which is no fault |

The exit code is 1 if anything is partial, missing or crashed, else 0. \`--yes\` answers the question of \`--fix\`.
\`--fix --probe\` creates pods only after that question.

## A bug report

    npx firesteel report                    # firesteel-report-DATE.tar.gz in the current folder
    npx firesteel report /tmp               # the same in another folder

The archive holds:

- versions, the profile, the findings of doctor and the state of the cluster;
- variables that decide what firesteel does, such as \`KUBECONFIG\` and proxies;
- the newest three runs, with the last lines of their logs;
- the last lines of the logs of a local cluster's programs;
- the newest three stacks of faults of firesteel.

The archive has no tokens, passwords, keys, credentials of kubeconfigs, users in addresses or secret variables. Read it before
you send it.

A fault of firesteel itself writes its stack to a file in \`crashes/\` of the [data folder](commands.md#folders). firesteel then
prints the path of the file.

## Checks

\`npx vitest run --project unit test/unit/house/doctor.test.ts -u\` writes this page from the checks.
`;

const rows = (category: Check['category']): string[] =>
  [...checks.values()]
    .filter(({ check }) => check.category === category)
    .map(({ check, of }) => {
      const where = of.length === kinds.length ? 'every kind' : of.join(', ');
      return `| \`${check.name}\` | ${check.title}${check.probes ? ' (`--probe`)' : ''} | ${where} | ${check.affects} |`;
    });

test('docs/doctor.md lists every check with what it affects', async () => {
  const sections = categories.flatMap((category) => [
    '',
    `### ${category}`,
    '',
    '| check | looks at | clusters | affects |',
    '| --- | --- | --- | --- |',
    ...rows(category),
  ]);
  await expect(`${[intro.trimEnd(), ...sections].join('\n')}\n`).toMatchFileSnapshot('../../../docs/doctor.md');
});

test.each(kinds)('checks of %s have different names that can be typed', (_, cluster) => {
  const names = checksOf(cluster).map(({ name }) => name);
  expect(names.filter((name, i) => names.indexOf(name) !== i || !/^[a-z][a-z-]*$/.test(name))).toEqual([]);
});

test('each check has a test that breaks what it looks at, named in broken-checks.ts', () => {
  const ofRights = [...checks.keys()].filter((name) => /^rights-/.test(name) && !(name in broken));
  const rows = [...checks.keys()].filter((name) => !ofRights.includes(name));
  expect(Object.keys(broken).sort()).toEqual([...rows, 'rights'].sort());
});

test.each(Object.entries(broken))('the test that breaks %s exists', (_, [file, title]) => {
  const titles = readFileSync(projectPath('test', file), 'utf8').replaceAll("\\'", "'");
  expect(titles).toContain(title);
});
