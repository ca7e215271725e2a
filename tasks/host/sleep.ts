// Checks whether this machine can go to sleep during a class.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Exec } from '../core/types.ts';
import { type Check, type Finding, notAvailable, ok } from '../steps/check.ts';

/** Whether a battery drives it; `root` is another place to look below. */
function hasBattery(root: string): boolean {
  const folder = join(root, 'sys/class/power_supply');
  const supplies = existsSync(folder) ? readdirSync(folder) : [];
  return supplies.some((name) => {
    const type = join(folder, name, 'type');
    const scope = join(folder, name, 'scope');
    const isOfDevice = existsSync(scope) && readFileSync(scope, 'utf8').trim() === 'Device';
    return existsSync(type) && readFileSync(type, 'utf8').trim() === 'Battery' && !isOfDevice;
  });
}

/** Only a machine with a battery sleeps by itself. */
export async function sleepFinding(read: Exec, root = '/'): Promise<Finding> {
  if (process.platform !== 'linux') return notAvailable('keep this machine awake during a class');
  if (!hasBattery(root)) return ok('no battery, so this machine stays awake');
  // A target that is masked cannot be reached: https://www.freedesktop.org/software/systemd/man/systemd-sleep.html
  const state = await read(['systemctl', 'is-enabled', 'sleep.target', 'suspend.target']).catch(
    (error: { output?: string }) => error.output ?? '',
  );
  if (/^masked$/m.test(state)) return ok('sleep is off');
  const held = await read(['systemd-inhibit', '--list', '--no-legend']).catch(() => '');
  if (/sleep.*\bblock\b/.test(held)) return ok('a program keeps this machine awake');
  return {
    state: 'partial',
    seen: 'this laptop sleeps when it is idle or closed: then no link of a class works',
    remedies: [
      { text: 'start the door with: systemd-inhibit --what=sleep:idle:handle-lid-switch firesteel classroom door' },
    ],
  };
}

export const sleepCheck: Check = {
  name: 'sleep',
  title: 'Battery and sleep',
  category: 'Classroom',
  affects: 'links of students that go through this machine',
  run: ({ read }) => sleepFinding(read),
};
