// Sizes a cluster for a class: all students can work, and half of them can run a job.
import { capacityOf } from '../classroom/capacity.ts';
import { seatAmounts } from '../classroom/seat/amounts.ts';
import { clusters } from '../clusters/index.ts';
import type { Profile } from '../profile/schema.ts';
import { roomOf } from '../spark/sizes/capacity.ts';
import type { Question } from '../steps/setup.ts';
import { checkDraft, type Draft, pathOf } from './draft.ts';

/** Share of a class that computes at the same time. */
const share = 0.5;
const mostNodes = 100;

/** Seats that the nodes hold, and how many students compute at once; undefined where the nodes are not known before. */
function fitOf(profile: Profile, students: number): ReturnType<typeof capacityOf> | undefined {
  const capacity = clusters[profile.cluster].capacity?.(profile);
  if (!capacity) return undefined;
  const nodes = roomOf(capacity).nodes.map(({ whole, kept }) => ({ whole, kept, volumes: undefined }));
  return capacityOf(nodes, seatAmounts(profile), students);
}

/** The least nodes for the class; undefined where more nodes would not help. */
export function nodesFor(draft: Draft, question: Question): number | undefined {
  const { students } = draft;
  if (students === undefined) return undefined;
  for (let nodes = 1; nodes <= mostNodes; nodes += 1) {
    const { profile } = checkDraft(draft, [{ path: pathOf(question), value: nodes }]);
    const fit = fitOf(profile, students);
    if (!fit) return undefined;
    if (fit.seats >= students && fit.computing >= Math.ceil(students * share)) return nodes;
  }
  return undefined;
}

/** One line on whether the class fits. */
export function fitLine(profile: Profile, students: number): string {
  const fit = fitOf(profile, students);
  if (!fit) return `${students} students; the size of the nodes is unknown until they exist`;
  const { seats, computing, bound } = fit;
  if (seats < students) return `${students} students, room for ${seats}: ${bound} is the limit`;
  return `${students} students: all can work, ${computing} can run a job at the same time (${bound} is the limit)`;
}
