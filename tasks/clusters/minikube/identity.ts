// Which cluster minikube has under a name: another one may have come in place of the one that firesteel made.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { homeFolder } from '../../core/paths.ts';
import type { Exec } from '../../core/types.ts';
import type { Profile } from '../../profile/schema.ts';
import { isOurs, notedIdentity } from '../ours.ts';
import { virtualDrivers } from './driver.ts';
import { findKnown } from './status.ts';

/** The folders that minikube may keep clusters in: pkg/minikube/localpath/localpath.go, MiniPath. */
function homes(): string[] {
  const given = process.env['MINIKUBE_HOME'];
  return given ? [join(given, '.minikube'), given] : [join(homeFolder(), '.minikube')];
}

/**
 * The birth of the folder that minikube keeps the cluster in: `minikube delete` removes the folder. Undefined without such
 * a folder, and on file systems that do not record births.
 */
export function identityOf({ clusterName }: Pick<Profile, 'clusterName'>): string | undefined {
  for (const home of homes()) {
    const seen = statSync(join(home, 'profiles', clusterName), { throwIfNoEntry: false });
    if (!seen) continue;
    const isRecorded = seen.birthtimeMs > 0 && seen.birthtimeMs < seen.ctimeMs;
    return isRecorded ? `${seen.ino} ${Math.round(seen.birthtimeMs)}` : undefined;
  }
  return undefined;
}

const isDriverOf = ({ minikube: { driver } }: Profile, found: string): boolean =>
  driver === 'vm' ? (virtualDrivers(process.platform) as readonly string[]).includes(found) : found === driver;

/** Whether firesteel made the cluster that has the name now, or would make it. `driver` is the one found, if any. */
export function isMadeHere(profile: Profile, driver: string | undefined): boolean {
  if (!isOurs(profile)) return false;
  const [noted, present] = [notedIdentity(profile), identityOf(profile)];
  if (noted && present) return noted === present;
  return !driver || isDriverOf(profile, driver);
}

/** What minikube has under the name of the profile's cluster. Failure if it does not tell. */
export async function lookWhose(profile: Profile, read: Exec): Promise<'none' | 'ours' | 'foreign'> {
  const known = await findKnown(profile, read);
  if (!known) return 'none';
  return isMadeHere(profile, known.driver) ? 'ours' : 'foreign';
}
