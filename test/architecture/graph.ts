// What leads to what: reachable nodes, an order, and the arrows that need to be drawn.

/** Each node with those that it leads to. */
export type Graph = ReadonlyMap<string, ReadonlySet<string>>;

/** The nodes that one or more arrows lead to. */
export function reachable(graph: Graph, start: string): Set<string> {
  const found = new Set<string>();
  const waiting = [...(graph.get(start) ?? [])];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (found.has(node)) continue;
    found.add(node);
    waiting.push(...(graph.get(node) ?? []));
  }
  return found;
}

/** The same without the arrows that others imply. Arrows of a circle stay. */
export function withoutImplied(graph: Graph): Graph {
  const reach = new Map([...graph.keys()].map((node) => [node, reachable(graph, node)]));
  const leads = (from: string, to: string): boolean => reach.get(from)?.has(to) ?? false;
  const isBetween = (node: string, from: string, to: string): boolean =>
    leads(from, node) && leads(node, to) && !leads(node, from) && !leads(to, node);
  return new Map(
    [...graph].map(([from, targets]) => [
      from,
      new Set([...targets].filter((to) => ![...graph.keys()].some((node) => isBetween(node, from, to)))),
    ]),
  );
}

/** All nodes, each before those that it leads to; by name where that leaves a choice, or a circle leaves none. */
export function inOrder(graph: Graph): string[] {
  const left = new Set([...graph.keys()].sort());
  const order: string[] = [];
  while (left.size > 0) {
    const isFree = (node: string): boolean =>
      ![...left].some((other) => other !== node && reachable(graph, other).has(node));
    const [first = ''] = left;
    const next = [...left].find(isFree) ?? first;
    left.delete(next);
    order.push(next);
  }
  return order;
}
