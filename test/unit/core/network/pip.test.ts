// Every pip that firesteel runs fills its folder also where a person's settings are for other uses.
import { expect, test } from 'vitest';
import { pipSettings } from '../../../../tasks/core/network/pip.ts';
import { projectPath } from '../../../../tasks/core/paths.ts';
import type { Command } from '../../../../tasks/core/types.ts';
import { fetchCommands as sparkCommands } from '../../../../tasks/images/distribution/pypi.ts';
import { fetchCommands as dataCommands, readDataSet } from '../../../../tasks/jobs/data-sets.ts';
import { makeEnvironment } from '../../../../tasks/notebooks/dev/environment.ts';
import { getConverter } from '../../../../tasks/notebooks/job/converter.ts';
import type { Context, SingleStep } from '../../../../tasks/steps/types.ts';
import { buildModule } from '../../../../tasks/toolbox/go.ts';
import { ownFolder } from '../../../own-folder.ts';
import { plainContext } from '../../../plain-context.ts';

const folder = ownFolder({ XDG_CACHE_HOME: 'cache' });

/** The commands that this work runs on a machine with Python 3.11 and no Go. */
async function commandsOf(work: (context: Context) => Promise<void> | void): Promise<Command[]> {
  const commands: Command[] = [];
  const run = async (command: Command) => {
    commands.push(command);
    return '';
  };
  const read = async ([program]: Command) => (program === 'python3' ? 'Python 3.11.7' : '');
  await work(plainContext({ run, read }));
  return commands;
}

const out = { line: () => {} };
const runOf = (step: SingleStep) => commandsOf(async (context) => void (await step.run(context, out)));
const module = { folder: projectPath('docker', 'tools', 'kind'), packages: ['tool'] };

test.each<[what: string, commands: () => Promise<Command[]> | Command[]]>([
  ['Spark', () => sparkCommands('4.3.0', folder)],
  ['a data set', () => dataCommands(readDataSet('digits') ?? expect.fail('no set'), folder, folder)],
  ['the notebook converter', () => runOf(getConverter)],
  ['the environment of the dev stack', () => runOf(makeEnvironment)],
  ['Go', () => commandsOf((context) => buildModule(module, { into: folder, cache: folder }, context, out))],
])('%s comes by a pip that heeds neither PIP_USER nor PIP_REQUIRE_VIRTUALENV', async (_, commands) => {
  const all = (await commands()).filter((words) => words.some((word) => ['install', 'download'].includes(word)));
  expect(all.length).toBeGreaterThan(0);
  for (const words of all) expect(words).toEqual(expect.arrayContaining([...pipSettings]));
});
