// The step that writes a kubeconfig for each student.
import { rm } from 'node:fs/promises';
import type { Context, SingleStep } from '../lib/types.ts';
import type { ClassRun } from './apply.ts';
import { seatsOf } from './class.ts';
import { classEnd } from './door/steps.ts';
import { classSelector, studentAccount, studentLabel } from './seat/labels.ts';
import {
  type ApiServer,
  apiServerOf,
  isLasting,
  keptConfig,
  studentConfig,
  studentConfigPath,
} from './student-config.ts';
import type { Seat } from './types.ts';

/** Requests for tokens at a time. */
const atOnce = 8;

/** Unique ids of the accounts, by student. */
async function accounts({ kube, profile }: Context): Promise<Map<string, string | undefined>> {
  const labelSelector = classSelector(profile.classroom.name);
  const found = new Map<string, string | undefined>();
  for await (const page of kube.pages({ apiVersion: 'v1', kind: 'ServiceAccount', labelSelector }))
    for (const { metadata } of page) {
      const student = metadata.labels?.[studentLabel];
      if (student && metadata.name === studentAccount) found.set(student, metadata.uid);
    }
  return found;
}

/** Seats whose kubeconfig is missing, leads elsewhere, or ends too early. */
async function seatsWithout(context: Context, run: ClassRun, server: ApiServer): Promise<Seat[]> {
  const { profile } = context;
  const [plan, made] = await Promise.all([run.plan(), accounts(context)]);
  const seats = seatsOf(profile, plan, await run.address()).filter(({ student }) => !run.failures.has(student));
  return seats.filter(({ student }) => {
    const kept = keptConfig(profile.classroom.name, student);
    return !isLasting(kept, server, made.get(student), classEnd(profile));
  });
}

/** In the class's folder: each is a way into one seat, past the door, and ends one hour after the class. */
export const writeKubeconfigs = (run: ClassRun): SingleStep => ({
  title: 'Write kubeconfigs',
  skip: async (context) => {
    const server = await apiServerOf(context.cluster.kubeconfig(context.profile));
    const isSame = (await seatsWithout(context, run, server)).length === 0;
    return isSame && (await run.plan()).leaving.length === 0 && 'all as they should be';
  },
  run: async (context, out) => {
    const { profile, write, change } = context;
    const server = await apiServerOf(context.cluster.kubeconfig(profile));
    const missing = await seatsWithout(context, run, server);
    let done = 0;
    const work = async () => {
      for (let seat = missing.shift(); seat; seat = missing.shift()) {
        await write([await studentConfig(context, server, seat, classEnd(profile))]);
        done += 1;
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    for (const { name } of (await run.plan()).leaving) {
      const path = studentConfigPath(profile.classroom.name, name);
      await change(`remove ${path}`, () => rm(path, { force: true }));
    }
    out.line(`${done} written`);
  },
});
