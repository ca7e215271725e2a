// Brings a class to an API server twice, in a separate process with memory that nobody shares, and prints what it took as JSON:
// class-apply.js STUDENTS KUBECONFIG
import { applyBulk, planBulk } from '../../tasks/classroom/bulk/groups.ts';
import { gradientLimit } from '../../tasks/classroom/bulk/limit.ts';
import { classSelector } from '../../tasks/classroom/seat/labels.ts';
import { connectKube } from '../../tasks/kube/client.ts';
import { classSeats } from '../class-seats.ts';
import type { ClassApplied } from './classroom.ts';

const [students, path = ''] = process.argv.slice(2);
const className = 'bench';
const { signal } = new AbortController();
const kube = connectKube(() => ({ path, context: 'admin' }), signal);
const options = () => ({ kube, labelSelector: classSelector(className), limit: gradientLimit(), signal });
const groups = await classSeats(className, Number(students));

const begun = performance.now();
const ends = await applyBulk((await planBulk(groups, options())).groups, options());
const applied = performance.now();
const failed = ends.find(({ failure }) => failure !== undefined);
if (failed) throw failed.failure;
const left = (await planBulk(groups, options())).groups.length;
const answer: ClassApplied = {
  first: (applied - begun) / 1000,
  second: (performance.now() - applied) / 1000,
  left,
  peak: process.resourceUsage().maxRSS / 1024,
};
process.stdout.write(`${JSON.stringify(answer)}\n`);
// Idle connections would keep it.
process.exit();
