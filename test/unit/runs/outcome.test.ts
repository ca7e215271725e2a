// What is said when a run has ended.
import { expect, test } from 'vitest';
import { keepObjects, runFolder } from '../../../tasks/record/run-folder.ts';
import { outcomeLines } from '../../../tasks/runs/outcome.ts';
import { statusOf } from '../../../tasks/spark/pod.ts';
import { ownFolderOfEach } from '../../own-folder.ts';
import { writeRecord } from './run-context.ts';
import { ended, pod, run, running } from './seen-run.ts';

ownFolderOfEach();

test.each([
  [
    'istio-proxy',
    '! container istio-proxy still runs in pod pi-1-driver, and its CPU and memory stay in use; free them: firesteel kill pi-1',
  ],
  ['firesteel-outputs', undefined],
])('container %s beside a driver that has ended gives the line %s', async (name, line) => {
  await writeRecord({ ...run, exitCode: 0, finishedAt: '2026-11-21T15:00:09Z' });
  const driver = pod('driver', ended(0, 'Completed'));
  driver.status?.containerStatuses?.push(statusOf(name, running));
  await keepObjects(runFolder(run.id), [driver], []);
  expect(outcomeLines(runFolder(run.id)).find((said) => said.includes('container'))).toBe(line);
});
