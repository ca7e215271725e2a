// docs/doctor.md lists every check that doctor makes, from the checks themselves.
import { expect, test } from 'vitest';
import { clusters } from '../../../tasks/clusters/index.ts';
import { checksOf } from '../../../tasks/doctor/list.ts';
import { type Check, categories } from '../../../tasks/steps/check.ts';

const kinds = Object.entries(clusters);
const checks = new Map<string, { check: Check; of: string[] }>();
for (const [kind, cluster] of kinds)
  for (const check of checksOf(cluster)) {
    const of = [...(checks.get(check.name)?.of ?? []), kind];
    checks.set(check.name, { check, of });
  }

const intro = `# Doctor

\`firesteel doctor\` looks at everything that any verb needs, side by side: programs, this machine, its network, the cluster,
rights, the Spark image and a class. It needs no cluster, no network and no root, and says what it could not look at. What
verbs ask before they start is in the same list, so doctor and verbs never disagree.

    npx firesteel doctor                    # this machine and its local cluster
    npx firesteel doctor --profile gke      # another cluster
    npx firesteel doctor dns proxy          # two checks, with all they saw; --verbose shows that of every check
    npx firesteel doctor --fix              # runs the commands that cure what was found, after one question; looks again
    npx firesteel doctor --probe            # also tries what only pods can show: they are made and removed
    npx firesteel doctor --list             # every check for this profile
    npx firesteel doctor --json             # the last event holds each check: state, what was seen, remedies

| mark | \`--plain\` | means |
| --- | --- | --- |
| ✔ | ok | nothing is wrong |
| ! | partial | something works less well, or not for everyone |
| ✖ | missing | what it affects does not work |
| ‼ | crashed | the check itself broke: nothing is known of what it looks at |
| ◦ | not available | there is nothing to look at here, and nothing is wrong with that |

The exit code is 1 if anything is partial, missing or crashed, else 0. \`--yes\` answers the question of \`--fix\`.

## A bug report

    npx firesteel report                    # firesteel-report-DATE.tar.gz in the current folder

The archive holds versions, the profile, what doctor sees, the cluster's state, the newest three runs with the ends of their
logs, the ends of the logs of a local cluster's programs, and what faults of firesteel left. Tokens, passwords, keys,
credentials of kubeconfigs, users in addresses and secret variables are taken out. Read it before you send it.

A fault of firesteel itself leaves a file with its stack in \`crashes/\` of the data folder, and prints its path.

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
