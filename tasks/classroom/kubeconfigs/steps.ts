// The step that writes a kubeconfig for each student.
import { rm } from 'node:fs/promises';
import { eachAtOnce } from '../../core/at-once.ts';
import { messageOf } from '../../core/failure.ts';
import type { Context, SingleStep } from '../../steps/types.ts';
import { classEnd } from '../class-end.ts';
import { machineAddresses } from '../door/addresses.ts';
import type { ClassRun } from '../run.ts';
import { classSelector, studentAccount, studentLabel } from '../seat/labels.ts';
import type { Seat } from '../types.ts';
import {
  type ApiServer,
  apiServerOf,
  isLasting,
  isOnlyHere,
  keptConfig,
  studentConfig,
  studentConfigPath,
} from './student-config.ts';

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

/** What is to be written, and where it leads. */
interface Missing {
  server: ApiServer;
  seats: Seat[];
}

/** Seats whose kubeconfig is missing, leads elsewhere, or ends too early. */
async function lookForMissing(context: Context, run: ClassRun): Promise<Missing> {
  const { profile, cluster } = context;
  const server = await apiServerOf(cluster.kubeconfig(profile));
  const [seats, made] = await Promise.all([run.seats(context), accounts(context)]);
  const isMissing = ({ student }: Seat) =>
    !isLasting(keptConfig(profile.classroom.name, student), server, made.get(student), classEnd(profile));
  return { server, seats: seats.filter((seat) => !run.failures.has(seat.student) && isMissing(seat)) };
}

/** In the class's folder: each is a way into one seat, past the door, and ends one hour after the class. */
export const writeKubeconfigs = (run: ClassRun): SingleStep => {
  let looking: Promise<Missing> | undefined;
  const look = (context: Context): Promise<Missing> => {
    looking ??= lookForMissing(context, run);
    return looking;
  };
  return {
    title: 'Write a kubeconfig for each student',
    skip: async (context) =>
      (await look(context)).seats.length === 0 && (await run.plan()).leaving.length === 0 && 'all up to date',
    run: async (context, out) => {
      const { profile, write, change, signal } = context;
      const { server, seats } = await look(context);
      let written = 0;
      await eachAtOnce(seats, atOnce, async (seat) => {
        try {
          await write([await studentConfig(context, server, seat, classEnd(profile))]);
          written += 1;
        } catch (error) {
          signal.throwIfAborted();
          run.failures.set(seat.student, messageOf(error));
        }
      });
      for (const { name } of (await run.plan()).leaving) {
        const path = studentConfigPath(profile.classroom.name, name);
        await change(`remove ${path}`, () => rm(path, { force: true }));
      }
      const usual = (await machineAddresses()).find(({ isDefault }) => isDefault)?.address;
      const isHere = isOnlyHere(server, context.cluster.hostFolders !== undefined, usual);
      out.line(`${written} written${isHere ? `, for this machine alone: no other reaches ${server.server}` : ''}`);
    },
  };
};
