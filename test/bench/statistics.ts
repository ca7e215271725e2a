// What is told of a list of measurements, and the table of them.

/** One line of the table: seconds of every round, beside those of a peer where there is one. */
export interface Row {
  what: string;
  seconds: number[];
  /** What it should be, as in `≤ 4 s`. */
  aim?: string;
  peer?: Peer;
}

export interface Peer {
  name: string;
  /** Empty if it was left out. */
  seconds: number[];
  leftOut?: string;
}

/** Not a number if there are none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2;
}

const shown = (seconds: number): string =>
  Number.isFinite(seconds) ? `${seconds.toFixed(seconds < 1 ? 3 : 1)} s` : '-';

export const header = ['', 'median', 'min', 'max', 'aim', 'peer', 'its median', 'ratio'];

/** The cells of a row, below those of `header`; the ratio is our median by the peer's. */
export function cells({ what, seconds, aim, peer }: Row): string[] {
  const ratio = median(seconds) / median(peer?.seconds ?? []);
  return [
    what,
    ...[median(seconds), Math.min(...seconds), Math.max(...seconds)].map(shown),
    aim ?? '',
    peer ? `${peer.name}${peer.leftOut ? `: left out, ${peer.leftOut}` : ''}` : '',
    peer && !peer.leftOut ? shown(median(peer.seconds)) : '',
    Number.isFinite(ratio) ? ratio.toFixed(2) : '',
  ];
}
