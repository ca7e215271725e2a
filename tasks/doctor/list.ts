// Every check that any verb needs, in the order in which they are shown.

import { diskChecks } from '../host/disk.ts';
import { kernelChecks } from '../host/kernel.ts';
import { namesCheck } from '../host/names.ts';
import { hasProxy, webChecks } from '../host/web.ts';
import { type Check, categories, checkOf } from '../steps/check.ts';
import type { Cluster } from '../steps/cluster.ts';
import { classChecks } from './checks/classroom.ts';
import { clusterChecks } from './checks/cluster.ts';
import { imageChecks } from './checks/image.ts';
import { programChecks } from './checks/programs.ts';
import { rightsChecks } from './checks/rights.ts';
import { serviceChecks } from './checks/services.ts';
import { verbChecks } from './checks/verbs.ts';

/** Those of every kind of cluster. */
const common: readonly Check[] = [
  ...programChecks,
  ...kernelChecks,
  ...diskChecks,
  ...webChecks,
  namesCheck(hasProxy),
  ...clusterChecks,
  ...serviceChecks,
  ...verbChecks,
  ...rightsChecks,
  ...imageChecks,
  ...classChecks,
];

/** Those of one kind, category by category: what verbs ask before they start first. */
export function checksOf(cluster: Pick<Cluster, 'preflights' | 'checks'>): Check[] {
  const all = [...cluster.preflights.map(checkOf), ...(cluster.checks ?? []), ...common];
  return categories.flatMap((category) => all.filter((check) => check.category === category));
}
