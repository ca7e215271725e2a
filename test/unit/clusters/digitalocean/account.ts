// What the tests of DigitalOcean share: a fake account in this process, with clusters that have no machines behind them.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, getGlobalDispatcher, setGlobalDispatcher } from 'undici';
import { digitalocean } from '../../../../tasks/clusters/digitalocean/cluster.ts';
import type { Kube } from '../../../../tasks/kube/types.ts';
import { readProfile } from '../../../../tasks/profile/read.ts';
import type { Profile } from '../../../../tasks/profile/schema.ts';
import { createContext } from '../../../../tasks/steps/context.ts';
import { runSteps } from '../../../../tasks/steps/runner.ts';
import type { Context, Step } from '../../../../tasks/steps/types.ts';
import { type FakeDigitalOcean, startFakeDigitalOcean } from '../../../fakes/digitalocean/fake.ts';

/** How steps ended: the first failure, why steps were skipped, and what they said. */
export interface Ended {
  failure?: { message: string; hint?: string | undefined };
  skipped: Record<string, string>;
  lines: string[];
}

export interface Account {
  fake: FakeDigitalOcean;
  profile: Profile;
  /** A folder for a further person, with separate data. */
  person(): { context: Context; perform(steps: Step[]): Promise<Ended> };
  close(): Promise<void>;
}

const none = undefined as unknown as Kube;

/** Starts one; this process takes it for DigitalOcean until it is closed. `startMs` is how long a cluster takes. */
export async function startAccount(sets: string[] = [], startMs = 0): Promise<Account> {
  const folder = mkdtempSync(join(tmpdir(), 'fs-do-'));
  const fake = await startFakeDigitalOcean({
    folder,
    backing: {
      start: async () => {
        await sleep(startMs);
        return { endpoint: '127.0.0.1:1', authorityPem: 'authority', remove: async () => {} };
      },
    },
  });
  const names = [...Object.keys(fake.environment), 'XDG_DATA_HOME'];
  const kept = names.map((name) => [name, process.env[name]] as const);
  const dispatcher = getGlobalDispatcher();
  const agent = new Agent({ connect: { ca: fake.authorityPem } });
  setGlobalDispatcher(agent);
  Object.assign(process.env, fake.environment, { XDG_DATA_HOME: folder });
  const profile = await readProfile('digitalocean', ['clusterName=demo', ...sets]);
  return {
    fake,
    profile,
    person() {
      const controller = new AbortController();
      const { signal } = controller;
      const context: Context = { ...createContext(profile, digitalocean, signal), kube: none, connect: () => none };
      return {
        context,
        async perform(steps) {
          const ended: Ended = { skipped: {}, lines: [] };
          const { failure } = await runSteps(steps, context, {
            abort: () => {},
            report: (event) => {
              if (event.event === 'output') ended.lines.push(event.line);
              else if (event.state === 'skipped') ended.skipped[event.path.at(-1) ?? ''] = event.reason;
            },
          });
          if (!failure) return ended;
          const { message, hint } = failure.error as Error & { hint?: string };
          return { ...ended, failure: { message, hint } };
        },
      };
    },
    async close() {
      await fake.close();
      setGlobalDispatcher(dispatcher);
      await agent.close();
      for (const [name, value] of kept)
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      if (existsSync(folder)) rmSync(folder, { recursive: true });
    },
  };
}
