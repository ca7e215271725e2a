// Describes in a few words what a healthy run is doing. Pure.
import type { Pod } from '../../spark/pod.ts';
import { isDriver, isRunning, terminated } from '../../spark/pod.ts';
import type { RunEvidence } from './evidence.ts';

/** Such as `the driver runs on node-1, 1 of 2 executors run`. */
export function shownProgress(evidence: RunEvidence): string {
  const { run, pods, live, isLive } = evidence;
  const driver = pods.find(isDriver);
  const exitCode = run.exitCode ?? (driver && terminated(driver)?.exitCode);
  if (exitCode !== undefined) return `the driver ended with exit code ${exitCode}`;
  if (!driver) return 'its driver is being created';
  const running = pods.filter(
    (pod) => !isDriver(pod) && (!isLive || live.has(pod.metadata.name)) && isRunning(pod),
  ).length;
  const executors = `${running} of ${Math.max(run.executors, running)} executors run`;
  return isRunning(driver) ? `the driver runs on ${driver.spec.nodeName}, ${executors}` : startingOn(driver);
}

/** What a driver that has not started is doing. */
const startingOn = ({ spec }: Pod): string =>
  spec.nodeName ? `the driver is starting on ${spec.nodeName}` : 'the driver is waiting for a node';
