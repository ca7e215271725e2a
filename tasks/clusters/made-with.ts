// Names the settings of a profile that a cluster was not made with: only a new cluster takes them.

/** A key of the profile with its value there, and what the cluster has. */
export interface Setting {
  key: string;
  /** Undefined if the profile leaves it to the cluster. */
  profile: unknown;
  /** Undefined if the cluster does not tell. */
  cluster: unknown;
}

const text = (value: unknown): string =>
  Array.isArray(value) ? value.map(String).sort().join(',') || 'none' : `${value ?? 'none'}`;

/** Behind a sentence about the cluster: `, made with KEY VALUE (profile: VALUE): …`; nothing if all is as the profile says. */
export function otherSettings(settings: readonly Setting[]): string {
  const others = settings.filter(
    ({ profile, cluster }) => profile !== undefined && cluster !== undefined && text(cluster) !== text(profile),
  );
  if (others.length === 0) return '';
  const list = others.map(({ key, profile, cluster }) => `${key} ${text(cluster)} (profile: ${text(profile)})`);
  return `, made with ${list.join(', ')}: only a new cluster changes that`;
}
