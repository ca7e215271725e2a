// Reads the times of log lines from bytes, without a text and a date for each line.
import type { LogPlace } from '../types.ts';

/** A time since 1970. */
export interface Stamp {
  seconds: number;
  /** Beyond the second. */
  nanoseconds: number;
}

/** Below 0 if the first is earlier, above if it is later. */
export const compareStamps = (one: Stamp, other: Stamp): number =>
  one.seconds - other.seconds || one.nanoseconds - other.nanoseconds;

/** The time of a place that was kept. */
export function stampOf({ nanoseconds }: LogPlace): Stamp {
  const all = BigInt(nanoseconds);
  return { seconds: Number(all / 1_000_000_000n), nanoseconds: Number(all % 1_000_000_000n) };
}

/** Such a time as kept in a place. */
export const keptStamp = ({ seconds, nanoseconds }: Stamp): string =>
  `${BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds)}`;

/** As `2026-01-02T03:04:05.123456789Z`. */
export const shownStamp = ({ seconds, nanoseconds }: Stamp): string =>
  `${new Date(seconds * 1000).toISOString().slice(0, 19)}.${String(nanoseconds).padStart(9, '0')}Z`;

/** The last time that was read, and how to read the next. */
export interface StampReader extends Stamp {
  /** Reads the time that a line begins with, and answers where its text begins; -1 if it begins with none. */
  read(bytes: Buffer, from: number): number;
}

/** `2026-01-02T03:04:05` */
const secondLength = 19;
const [newline, space, plus, minus, point, zero, nine, zulu] = [...Buffer.from('\n +-.09Z')] as [
  ...[number, number, number, number, number, number, number, number],
];
const shape = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/;
/** `+02:00` */
const offsetLength = 6;

/** RFC 3339 with up to nine decimals, as kubelets and containerd write it. */
export function createStampReader(): StampReader {
  let known = '';
  const knownBytes = Buffer.alloc(secondLength);
  let knownZone = '';
  const isKnown = (bytes: Buffer, from: number): boolean => {
    for (let at = secondLength - 1; at >= 0; at--) if (bytes[from + at] !== knownBytes[at]) return false;
    return known !== '';
  };
  const reader: StampReader = {
    seconds: 0,
    nanoseconds: 0,
    read(bytes, from) {
      let at = from + secondLength;
      if (at >= bytes.length) return -1;
      let nanoseconds = 0;
      if (bytes[at] === point) {
        let decimals = 0;
        for (at++; (bytes[at] ?? 0) >= zero && (bytes[at] ?? 0) <= nine && decimals < 9; at++, decimals++)
          nanoseconds = nanoseconds * 10 + (bytes[at] ?? 0) - zero;
        for (; decimals < 9; decimals++) nanoseconds *= 10;
      }
      let zone = 'Z';
      if (bytes[at] === plus || bytes[at] === minus) {
        zone = bytes.toString('latin1', at, at + offsetLength);
        at += offsetLength;
      } else if (bytes[at] === zulu) at++;
      else return -1;
      const end = bytes[at];
      if (end !== space && end !== newline && end !== undefined) return -1;
      if (zone !== knownZone || !isKnown(bytes, from)) {
        const second = bytes.toString('latin1', from, from + secondLength);
        const seconds = shape.test(second) ? Date.parse(second + zone) / 1000 : Number.NaN;
        if (Number.isNaN(seconds)) return -1;
        [known, knownZone] = [second, zone];
        bytes.copy(knownBytes, 0, from, from + secondLength);
        reader.seconds = seconds;
      }
      reader.nanoseconds = nanoseconds;
      return end === space ? at + 1 : at;
    },
  };
  return reader;
}
