// A profile that the wizard wrote is one that works: deployed by the wizard itself, on this machine and at a fake Google.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { firesteelCommand } from '../built-command.ts';
import { localBacking } from '../fakes/google/backing.ts';
import { type FakeGoogle, startFakeGoogle } from '../fakes/google/fake.ts';
import { installTools, sandbox, whyNoNodes } from './firesteel.ts';
import { startRegistry, type TestRegistry } from './registry.ts';
import { me, noChange, play } from './setup/acts.ts';
import { openTerminal, whyNoTerminal } from './setup/terminal.ts';

const reason = (await whyNoNodes()) ?? whyNoTerminal;
const suite = reason ? describe.skip : describe;
const pi = /^Pi is roughly 3\.14\d+$/m;

suite(`a profile that setup wrote${reason ? ` (skipped: ${reason})` : ''}`, () => {
  describe('for this machine', () => {
    const box = sandbox();
    const path = join(box.data, 'wizard-local.yaml');

    beforeAll(() => installTools());
    afterAll(() => box.remove());

    test('is deployed where a person on a terminal chooses so, and runs SparkPi', async ({ onTestFinished }) => {
      const env = Object.fromEntries(
        Object.entries(box.env()).flatMap(([name, value]) => (value ? [[name, value]] : [])),
      );
      const command = [...firesteelCommand, 'setup', '--kind', 'local', '--name', path];
      const terminal = openTerminal(command, { columns: 100, env: { ...env, TERM: 'xterm-256color' }, cwd: box.data });
      onTestFinished(terminal.close);
      await play(terminal, [me, noChange, ['then run firesteel deploy', '<Down>', '<Enter>']]);
      await terminal.sees('exit code ', 240);
      expect(terminal.screen()).toContain('Cluster wizard-local is ready');
      expect(await terminal.exitCode()).toBe(0);
      expect(existsSync(path)).toBe(true);
      const job = await box.run('submit', 'pi', '--profile', path, '--yes');
      expect(job.output).toMatch(pi);
      expect(job.code).toBe(0);
    });

    test('is removed again', async () => {
      expect((await box.run('destroy', '--profile', path, '--yes')).code).toBe(0);
      expect(existsSync(path)).toBe(true);
    });
  });

  describe('for Google Kubernetes Engine', () => {
    let google: FakeGoogle;
    let registry: TestRegistry;
    const box = sandbox(() => ({ ...registry.env, ...google.environment }));
    const path = join(box.data, 'wizard-gke.yaml');

    beforeAll(async () => {
      await installTools([{ name: 'skopeo', package: 'skopeo', purpose: 'pushes the Spark image' }]);
      registry = await startRegistry({
        hosts: ['europe-west1-docker.pkg.dev'],
        accounts: (user, password) =>
          user === 'oauth2accesstoken' && google.tokens.holds(`Bearer ${password}`) ? 'push' : undefined,
      });
      const folder = join(box.data, 'google');
      const backing = localBacking({
        folder,
        admits: (authorization) => google.tokens.holds(authorization),
        local: { registries: registry.nodes },
      });
      google = await startFakeGoogle({ folder, backing });
    });

    afterAll(async () => {
      await google.close();
      await registry.stop();
      box.remove();
    });

    test('is deployed by setup --run, and runs SparkPi', async () => {
      const flags = ['--kind', 'gke', '--project', 'spark-school', '--zone', 'europe-west1-c', '--nodes', '1'];
      const { code, output } = await box.run('setup', ...flags, '--name', path, '--run', '--yes');
      expect(output).toContain('Cost: together about');
      expect(output).toContain('Cluster wizard-gke is ready');
      expect(code).toBe(0);
      const job = await box.run('submit', 'pi', '--profile', path, '--yes');
      expect(job.output).toMatch(pi);
      expect(job.code).toBe(0);
    });

    test('is removed again', async () => {
      expect((await box.run('destroy', '--profile', path, '--yes')).code).toBe(0);
      expect(google.unexpected()).toEqual([]);
    });
  });
});
