// A class of five on one node of two cores: its list, its profile, and what of it is in the teacher's folder.
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { connectKube } from '../../../tasks/kube/client.ts';
import type { Kube } from '../../../tasks/kube/types.ts';
import { type Ended, type Running, type Sandbox, sandbox } from '../firesteel.ts';

export const address = '127.0.0.1';
export const firstPort = 28_443;

/** As Canvas exports it. */
const roster = `Student,ID,SIS Login ID,Section
"Lovelace, Ada",11,ada,Monday
"Hopper, Grace",12,grace,Monday
"Dürer, Albrecht",13,albrecht,Tuesday
"O'Neil, Sam",15,sam,Tuesday
"李, 小明",14,xiaoming,Tuesday
`;
export const students = ['ada-lovelace', 'albrecht-durer', 'grace-hopper', 'sam-oneil', 'xiaoming-li'];

/** The profile of a student who submits jobs with the own kubeconfig. */
export const ownProfile = (namespace: string, kubeconfig: string): string => `cluster: context
namespace: ${namespace}
context: { context: ${namespace}, kubeconfig: ${kubeconfig} }
spark:
  conf:
    spark.executor.instances: 1
    spark.driver.memory: 512m
    spark.executor.memory: 512m
    spark.kubernetes.driver.request.cores: 100m
    spark.kubernetes.executor.request.cores: 100m
    spark.kubernetes.memoryOverheadFactor: 0.4
`;

export interface Course {
  box: Sandbox;
  profile: string;
  /** The class's, of the teacher. */
  folder: string;
  kube: Kube;
  /** Of the teacher. */
  kubeconfig: string;
  auditLog: string;
  /** The list with its first students. */
  writeRoster(count: number): void;
  classroom(action: string, ...words: string[]): Promise<Ended>;
  /** Returns what a command that went well said. */
  done(action: string, ...words: string[]): Promise<string>;
  /** Keeps the ports of seats open. */
  openDoor(): Running;
  /** Personal links by student, from the table for mail programs. */
  links(): Record<string, string>;
  end(): Promise<void>;
}

export function course(): Course {
  const box = sandbox();
  const list = join(box.data, 'roster.csv');
  const profile = box.profile(
    'course',
    `notebook: { keras: false }
local:
  systemReserved:
    cpu: "${cpus().length - 2}"
classroom:
  name: lab
  roster: ${list}
  end: ${new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 16)}
  notebooks: [notebooks/pi.ipynb]
  seat:
    cores: 50m
    storage: 256Mi
    executors: { count: 1, cores: 100m }
  door: { port: ${firstPort} }
`,
  );
  const cluster = join(box.data, 'firesteel', 'clusters', 'course');
  const kubeconfig = join(cluster, 'kubeconfig');
  const folder = join(box.data, 'firesteel', 'classes', 'lab');
  const end = new AbortController();
  const classroom = (action: string, ...words: string[]) =>
    box.run('classroom', action, ...words, '--profile', profile, '--address', address, '--yes');
  const json = (name: string) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as unknown;
  return {
    box,
    profile,
    folder,
    kube: connectKube(() => ({ path: kubeconfig, context: 'course' }), end.signal),
    kubeconfig,
    auditLog: join(cluster, 'nodes', '1', 'logs', 'audit.log'),
    writeRoster: (count) =>
      writeFileSync(
        list,
        `${roster
          .split('\n')
          .slice(0, count + 1)
          .join('\n')}\n`,
      ),
    classroom,
    done: async (action, ...words) => {
      const { code, output } = await classroom(action, ...words);
      expect(code, output).toBe(0);
      return output;
    },
    openDoor: () => box.start('classroom', 'door', '--profile', profile, '--address', address),
    links: () => {
      const table = readFileSync(join(folder, 'handouts', 'mail-merge.csv'), 'utf8');
      const links = table.match(/https:\/\/[^,"\s]+/g) ?? [];
      const { keys } = json('keys.json') as { keys: Record<string, { number: number }> };
      return Object.fromEntries(
        Object.entries(keys).map(([student, { number }]) => [
          student,
          links.find((link) => new URL(link).port === `${firstPort + number}`) ?? '',
        ]),
      );
    },
    end: async () => {
      end.abort();
      await box.run('destroy', '--profile', profile, '--yes');
      box.remove();
    },
  };
}
