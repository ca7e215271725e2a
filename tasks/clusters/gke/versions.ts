// Whether Google has the version of Kubernetes that a profile asks for, said before anything is made.
import { Failure } from '../../lib/failure.ts';
import type { Profile } from '../../lib/schema.ts';
import type { GkeServerConfig } from './container.ts';

/** `1.34` stands for any 1.34.x, as the API takes it. */
const isOf = (version: string, asked: string): boolean =>
  version === asked || version.startsWith(`${asked}.`) || version.startsWith(`${asked}-`);

/** Failure with what there is instead, if the profile's release channel does not have its version. */
export function verifyVersion({ gke }: Profile, { channels }: GkeServerConfig): void {
  const asked = gke.version;
  const valid = (channels ?? []).find(({ channel }) => String(channel) === gke.releaseChannel)?.validVersions ?? [];
  // A location that tells no versions is left to judge for itself.
  if (!asked || valid.length === 0 || valid.some((version) => isOf(version, asked))) return;
  const minors = [...new Set(valid.map((version) => version.split('.').slice(0, 2).join('.')))];
  throw new Failure(`gke.version ${asked} is not in release channel ${gke.releaseChannel} of ${gke.location}`, {
    hint: `remove the key, or choose one of ${minors.join(', ')}; the newest is ${valid[0]}`,
  });
}
