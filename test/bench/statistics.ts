// What is shown of a list of measurements, and the table of them.

/** One line of the table: what was measured in every round, beside the same of a peer where there is one. */
export interface Row {
  what: string;
  values: number[];
  /** Seconds if not given. */
  unit?: Unit;
  /** What it should be, as in `≤ 4 s`. */
  aim?: string;
  peer?: Peer;
}

export interface Peer {
  name: string;
  /** Empty if it was left out. */
  values: number[];
  leftOut?: string;
}

export type Unit = 's' | 'ms' | 'MB' | 'a minute';

/** The value that a share of them is not above, halfway between two where it is; not a number if there are none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  return ((sorted[Math.floor(place)] ?? Number.NaN) + (sorted[Math.ceil(place)] ?? Number.NaN)) / 2;
}

/** Not a number if there are none. */
export const median = (values: readonly number[]): number => percentile(values, 0.5);

const digits = (value: number, unit: Unit): number => {
  if (unit === 'a minute') return 0;
  return unit === 's' && value < 1 ? 3 : 1;
};

const shown = (value: number, unit: Unit): string =>
  Number.isFinite(value) ? `${value.toFixed(digits(value, unit))} ${unit}` : '-';

export const header = ['', 'median', 'min', 'max', 'aim', 'peer', 'its median', 'ratio'];

/** The cells of a row, below those of `header`; the ratio is our median by the peer's. */
export function cells({ what, values, unit = 's', aim, peer }: Row): string[] {
  const ratio = median(values) / median(peer?.values ?? []);
  return [
    what,
    ...[median(values), Math.min(...values), Math.max(...values)].map((value) => shown(value, unit)),
    aim ?? '',
    peer ? `${peer.name}${peer.leftOut ? `: left out, ${peer.leftOut}` : ''}` : '',
    peer && !peer.leftOut ? shown(median(peer.values), unit) : '',
    Number.isFinite(ratio) ? ratio.toFixed(2) : '',
  ];
}
