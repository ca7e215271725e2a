// A minikube on PATH that answers from a table, and its own folders for what a test writes.
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { minikube } from '../../../tasks/clusters/minikube/cluster.ts';
import { projectPath } from '../../../tasks/core/paths.ts';
import { readProfile } from '../../../tasks/profile/read.ts';
import type { Profile } from '../../../tasks/profile/schema.ts';
import { createContext } from '../../../tasks/steps/context.ts';
import type { Context, Step } from '../../../tasks/steps/types.ts';
import type { Recording, Stub } from './stubs.ts';

/** What one call says and how it ends. */
export type Answer = Pick<Recording, 'code' | 'stdout' | 'stderr'>;

const recordings: Recording[] = JSON.parse(
  readFileSync(projectPath('test', 'fakes', 'minikube', 'recordings.json'), 'utf8'),
);

/** What the real minikube said, by the name it was recorded under. */
export function recorded(name: string): Answer {
  const found = recordings.find((recording) => recording.name === name);
  if (!found) throw new Error(`no recording called "${name}"`);
  return found;
}

/** A good end with these lines, each a text or a value to be written as JSON. */
export const says = (...lines: unknown[]): Answer => ({
  code: 0,
  stdout: lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))),
  stderr: [],
});

/** The status of a node in one state. */
export const node = (state: 'Running' | 'Stopped', more: object = {}): object => ({
  Name: 'minikube',
  Host: state,
  Kubelet: state,
  APIServer: state,
  Kubeconfig: state === 'Running' ? 'Configured' : 'Stopped',
  Worker: false,
  ...more,
});

/** What `status` says of a cluster that runs, and of one that is stopped. */
export const running = says(node('Running'));
export const stopped: Answer = { ...says(node('Stopped')), code: 7 };

/** What `profile list` says of these clusters, by name and driver. */
export const profilesOf = (drivers: Record<string, string>, ...invalid: string[]): Answer =>
  says({
    invalid: invalid.map((Name) => ({ Name, Status: '', Config: null })),
    valid: Object.entries(drivers).map(([Name, Driver]) => ({ Name, Status: 'OK', Config: { Name, Driver } })),
  });

export interface FakeMinikube {
  /** A folder that only this test has; cache and data folders lie in it. */
  readonly folder: string;
  /** Sets what a call answers: one answer, or several that come one after the other. */
  answer(call: readonly string[], ...answers: Answer[]): void;
  /** Puts a program on PATH. */
  program(name: string, script: Stub): void;
  /** Leaves no minikube, neither on PATH nor among the tools of the cache. */
  takeAway(): void;
  /** Every call so far, without `minikube`. */
  calls(): string[];
  /** The environment of the last call, as far as minikube minds it. */
  environment(): Record<string, string>;
  /** A context as verbs have it, with a real exec. */
  context(profile: Profile): Context;
}

const set = ['PATH', 'XDG_CACHE_HOME', 'XDG_DATA_HOME', 'KUBECONFIG'];

/** For each test of a file: a fresh minikube on PATH. A call that the table lacks fails the test that made it. */
export function fakeMinikube(): FakeMinikube {
  let folder = '';
  let before: Record<string, string | undefined> = {};
  const table = (...parts: string[]) => join(folder, 'table', ...parts);
  const lines = (name: string) =>
    (existsSync(table(name)) ? readFileSync(table(name), 'utf8') : '').split('\n').filter(Boolean);
  const program = (name: string, script: Stub) => {
    writeFileSync(join(folder, 'bin', name), script);
    chmodSync(join(folder, 'bin', name), 0o755);
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'fs-minikube-'));
    before = Object.fromEntries(set.map((name) => [name, process.env[name]]));
    mkdirSync(join(folder, 'bin'));
    mkdirSync(table());
    const answer = projectPath('test', 'fakes', 'minikube', 'answer.sh');
    program('minikube', `#!/bin/sh\nexec ${answer} ${table()} "$@"\n`);
    process.env['PATH'] = [join(folder, 'bin'), before['PATH']].join(delimiter);
    process.env['XDG_CACHE_HOME'] = join(folder, 'cache');
    process.env['XDG_DATA_HOME'] = join(folder, 'data');
    delete process.env['KUBECONFIG'];
  });

  afterEach(() => {
    const unknown = lines('unexpected');
    for (const [name, value] of Object.entries(before))
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    rmSync(folder, { recursive: true });
    if (unknown.length > 0) throw new Error(`unexpected calls: ${unknown.join('; ')}`);
  });

  return {
    get folder() {
      return folder;
    },
    answer(call, ...answers) {
      const words = call[0] === 'minikube' ? call.slice(1) : call;
      const place = table(createHash('md5').update(words.join(' ')).digest('hex'));
      rmSync(place, { recursive: true, force: true });
      for (const [index, { code, stdout, stderr }] of answers.entries()) {
        const files = { code: [`${code}`], stdout, stderr };
        mkdirSync(join(place, `${index}`), { recursive: true });
        for (const [name, content] of Object.entries(files))
          writeFileSync(join(place, `${index}`, name), content.map((line) => `${line}\n`).join(''));
      }
    },
    program,
    takeAway: () => void Object.assign(process.env, { PATH: '/usr/bin:/bin', XDG_CACHE_HOME: '/nowhere' }),
    calls: () => lines('calls'),
    environment: () => Object.fromEntries(lines('environment').map((line) => line.split(/=(.*)/s).slice(0, 2))),
    context(profile) {
      const signal = new AbortController().signal;
      const none = new Proxy({} as Context['kube'], { get: () => () => Promise.reject(new Error('no cluster')) });
      return { ...createContext(profile, minikube, signal), kube: none, connect: () => none };
    },
  };
}

/** A profile of the project with further settings. */
export const profileNamed = (name: string, ...sets: string[]): Promise<Profile> => readProfile(name, sets);

/** Runs steps as verbs do; returns what each printed, and throws what made one fail. */
export async function runAll(steps: Step[], context: Context): Promise<string[]> {
  const lines: string[] = [];
  const walk = async (list: Step[]): Promise<void> => {
    for (const step of list) {
      if ('steps' in step) {
        await walk(step.steps);
        continue;
      }
      const reason = await step.skip?.(context);
      lines.push(reason ? `${step.title}: ${reason}` : step.title);
      if (!reason) await step.run(context, { line: () => {} });
    }
  };
  await walk(steps);
  return lines;
}
