import { expect } from 'vitest';
import type { Container, GkeCluster, GkeOperation } from '../../../../tasks/clusters/gke/api/container.ts';
import type { Door } from '../../../../tasks/clusters/gke/api/google.ts';
import { googleError } from '../../../../tasks/clusters/gke/api/google-error.ts';
import { gke } from '../../../../tasks/clusters/gke/cluster.ts';
import { Failure } from '../../../../tasks/core/failure.ts';
import type { Profile } from '../../../../tasks/profile/schema.ts';
import { createContext } from '../../../../tasks/steps/context.ts';
import { ownFolderOfTest } from '../../../own-folder.ts';

const parent = 'projects/spark-class/locations/europe-west1-b';
export const clusterName = `${parent}/clusters/gke`;

/** What a project is like at one time; a call looks at it, a change changes it. */
export interface Project {
  cluster?: GkeCluster | undefined;
  operations: GkeOperation[];
  calls: string[];
}

type Answers = { [Method in keyof Container]?: (...words: Parameters<Container[Method]>) => unknown };

export const ours = (status: string, more: GkeCluster = {}): GkeCluster => ({
  name: 'gke',
  status: status as 'RUNNING',
  resourceLabels: { 'managed-by': 'firesteel' },
  location: 'europe-west1-b',
  ...more,
});

export const operation = (id: string, status: string, more: GkeOperation = {}): GkeOperation => ({
  name: id,
  status: status as 'DONE',
  targetLink: `https://container.googleapis.com/v1/${clusterName}`,
  ...more,
});

/** Google with that project: reads are answered from it, changes only where `answers` has them. */
export function fakeContainer(project: Project, answers: Answers = {}): Container {
  const call = async <T>(method: keyof Container, usual: (() => T) | undefined, ...words: unknown[]): Promise<T> => {
    project.calls.push(method);
    const answer = answers[method] as ((...words: unknown[]) => T | Promise<T>) | undefined;
    if (answer) return answer(...words);
    if (!usual) throw new Error(`nobody expected ${method} ${JSON.stringify(words)}`);
    return usual();
  };
  const named = (asked: string, expected: string) => {
    if (asked !== expected) throw new Error(`${asked} was requested, not ${expected}`);
  };
  return {
    getCluster: (name) =>
      call(
        'getCluster',
        () => {
          named(name, clusterName);
          return project.cluster;
        },
        name,
      ),
    createCluster: (request) => call('createCluster', undefined, request),
    deleteCluster: (name) => call('deleteCluster', undefined, name),
    getOperation: (name) =>
      call('getOperation', () => project.operations.find((one) => name === `${parent}/operations/${one.name}`), name),
    listOperations: (of) =>
      call(
        'listOperations',
        () => {
          named(of, parent);
          return project.operations;
        },
        of,
      ),
    getServerConfig: (of) => call('getServerConfig', undefined, of),
  };
}

/** A door to it that does not wait for long. */
export const doorTo = (container: Container, more: Partial<Door> = {}): Door => ({
  open: () => ({
    container,
    credentials: {
      token: async () => ({ token: 'secret' }),
      headers: async () => ({ authorization: 'Bearer secret' }),
    },
    rest: async ({ url }) => {
      throw new Error(`nobody expected ${url}`);
    },
  }),
  pollMs: 1,
  patienceMs: 200,
  longestMs: 5000,
  graceMs: 20,
  ...more,
});

/** A separate run, in a data folder that ends with the test; `lines` are what its steps say. */
export function runOf(profile: Profile) {
  ownFolderOfTest();
  const controller = new AbortController();
  const { signal } = controller;
  const lines: string[] = [];
  const context = createContext(profile, gke, signal);
  return { context, lines, out: { line: (text: string) => void lines.push(text) }, controller };
}

export const refused = googleError;

/** Google begins to create: the cluster is there, and an operation that ends after some looks, as `end` says. */
export function begin(project: Project, looks = 2, end: GkeOperation = {}): GkeOperation {
  const begun = operation('operation-1', 'RUNNING');
  project.cluster = ours('PROVISIONING');
  project.operations.push(begun);
  let left = looks;
  Object.defineProperty(begun, 'status', {
    get: () => {
      left -= 1;
      if (left > 0) return 'RUNNING';
      if (project.cluster?.status === 'PROVISIONING') project.cluster = ours(end.error ? 'ERROR' : 'RUNNING');
      Object.assign(begun, end);
      return 'DONE';
    },
  });
  return begun;
}

/** The Failure that something ends with. */
export const failureOf = (ended: Promise<unknown>): Promise<Failure> =>
  ended.then(
    () => expect.unreachable('it succeeded'),
    (error) => {
      expect(error).toBeInstanceOf(Failure);
      return error as Failure;
    },
  );
