// Ports that a class takes, checked before its seats are made. Pure.
import { isBlocked } from './addresses.ts';

const lastPort = 65_535;
/** First ports to propose: above those that systems give away and below those that browsers block, and the other way round. */
const proposals = [8443, 20_000];

const rowFrom = (first: number, count: number): number[] => Array.from({ length: count }, (_, i) => first + i);
const isUsable = (port: number): boolean => port <= lastPort && !isBlocked(port);

/** What keeps browsers from ports of the class: a line, or none. `count` ports follow each other. */
export function portProblems(first: number, count: number): string[] {
  const ports = rowFrom(first, count);
  const blocked = ports.filter(isBlocked);
  const what = `classroom.door.port ${first}:`;
  const better = proposals.find((port) => rowFrom(port, count).every(isUsable));
  const cure = better === undefined ? 'set classroom.door.domain' : `set another first port, such as ${better}`;
  if (first + count - 1 > lastPort)
    return [`${what} ${count} seats need the ports up to ${first + count - 1}, and ${lastPort} is the last; ${cure}`];
  return blocked.length > 0 ? [`${what} browsers open no page at port ${blocked.join(', ')}; ${cure}`] : [];
}
