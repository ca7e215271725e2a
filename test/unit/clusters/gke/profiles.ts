// Profiles for tests of Google Kubernetes Engine: the shipped ones, with a project.
import { readProfile } from '../../../../tasks/profile/read.ts';
import type { Profile } from '../../../../tasks/profile/schema.ts';

/** Profile gke or gke-autopilot of project spark-class, with further settings such as gke.nodes=5. */
export const gkeProfile = (name: 'gke' | 'gke-autopilot', ...sets: string[]): Promise<Profile> =>
  readProfile(name, ['gke.project=spark-class', ...sets]);
