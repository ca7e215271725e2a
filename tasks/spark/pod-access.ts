// What a pod outside of a run has for the storage of its profile: variables and key files, by reference to the Secret. Pure.
import type { Profile } from '../profile/schema.ts';
import { accessVariables, below } from './driver-container.ts';
import type { EnvVar } from './pod.ts';
import { storageProperties } from './storage.ts';
import type { Volumes } from './volumes.ts';

/** Parts of a pod and its container. */
export interface PodAccess extends Volumes {
  env: EnvVar[];
}

/** What these properties give to a driver: workers and servers have it as well. */
export function podAccess(properties: Record<string, string>): PodAccess {
  const secrets = Object.entries(below(properties, 'spark.kubernetes.driver.secrets.'));
  return {
    env: accessVariables(properties),
    mounts: secrets.map(([secret, mountPath]) => ({ name: `${secret}-volume`, mountPath, readOnly: true })),
    volumes: secrets.map(([secret]) => ({ name: `${secret}-volume`, secret: { secretName: secret } })),
  };
}

/** What the storage of a profile gives to a pod, as far as the profile's own conf does not override it. */
export function storageAccess(profile: Profile): PodAccess {
  const keys = Object.entries(storageProperties(profile));
  return podAccess(Object.fromEntries(keys.map(([key, value]) => [key, profile.spark.conf[key] ?? value])));
}
