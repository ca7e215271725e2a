// Finds a forwarding loop in the last log lines of a crashed CoreDNS.

/** A loop as CoreDNS reports it; its oldest messages have no addresses. */
export interface Loop {
  /** Who sent the query that came back, such as 127.0.0.1:55953. */
  from?: string;
  /** Where CoreDNS listens, such as `:53`. */
  to?: string;
  /** The zone whose queries come back; `.` is what is forwarded out of the cluster. */
  zone: string;
}

/** https://github.com/coredns/coredns/blob/master/plugin/loop/loop.go, of 1.3 and later, of 1.2.6, of 1.2.1 and before. */
const wordings: RegExp[] = [
  /plugin\/loop: Loop \((?<from>\S+) -> (?<to>\S+)\) detected for zone "(?<zone>[^"]*)"/,
  /Forwarding loop detected in "(?<zone>[^"]*)" zone/,
  /plugin\/loop: Seen "HINFO IN \S+" more than twice, loop detected/,
];

/** The loop that one of these lines reports, the newest if there are several. */
export function findLoop(lines: readonly string[]): Loop | undefined {
  for (const line of lines.toReversed())
    for (const wording of wordings) {
      const groups = wording.exec(line);
      if (!groups) continue;
      const { from, to, zone = '.' } = groups.groups ?? {};
      return { ...(from ? { from } : {}), ...(to ? { to } : {}), zone };
    }
  return undefined;
}

/** As a person reads it: `127.0.0.1:55953 → :53`. */
export function loopText({ from, to, zone }: Loop): string {
  const way = from && to ? `${from} → ${to}, ` : '';
  return `queries come back to CoreDNS (${way}zone "${zone}")`;
}
