// tools: lists, installs and removes the programs of the toolbox.
import { existsSync } from 'node:fs';
import { shown } from './core/exec.ts';
import { didYouMean } from './core/nearest.ts';
import { toolsFolder } from './core/paths.ts';
import { table } from './core/screen/table.ts';
import type { Exec } from './core/types.ts';
import type { Profile } from './profile/schema.ts';
import type { Cluster } from './steps/cluster.ts';
import type { Task } from './steps/task.ts';
import type { Step } from './steps/types.ts';
import { installTools } from './toolbox/host-packages.ts';
import { installSteps, removeSteps } from './toolbox/install.ts';
import { askVersion, findProgram, readRecord, toolLink } from './toolbox/installed.ts';
import { type ToolRow, toolbox } from './toolbox/table.ts';

/** The rows that are named, or that the profile's cluster needs. */
function wanted(profile: Profile, cluster: Cluster, names: readonly string[]): ToolRow[] {
  const needed = cluster.tools(profile).flatMap((tool) => (tool.package ? [] : tool.name));
  return toolbox().filter(({ name }) => (names.length > 0 ? names : needed).includes(name));
}

const nothingToInstall = ({ clusterName }: Profile): Step => ({
  title: 'Install programs',
  skip: () => `cluster ${clusterName} needs no programs from firesteel`,
  run: async () => {},
});

/** One line of the list: what there is of a program, or what there could be. */
async function listed(row: ToolRow, read: Exec): Promise<string[]> {
  const { name, ask, version, purpose } = row;
  const record = readRecord(name);
  if (record) return [name, record.version, record.from, toolLink(name), purpose];
  const path = await findProgram(name);
  if (!path) return [name, version, 'not installed', '', purpose];
  const found = await askVersion(path, ask, read).catch(() => undefined);
  return [name, found ?? 'unknown', 'this machine', path, purpose];
}

/** Every program as a table. Only reads. */
export async function toolList(read: Exec): Promise<string[]> {
  const rows = await Promise.all(toolbox().map((row) => listed(row, read)));
  return table([['NAME', 'VERSION', 'FROM', 'PATH', 'PURPOSE'], ...rows]);
}

export const tools: Task = {
  cluster: 'optional',
  plan: async ({ context: { profile, cluster, read }, words: [action, ...names] }) => {
    const problems = unknownNames(names);
    if (problems.length > 0) return { problems, steps: [] };
    if (action === 'remove')
      return names.length === 0
        ? { problems: ['tools remove: expected the name of a program, such as kubectl'], steps: [] }
        : { steps: removeSteps(wanted(profile, cluster, names)), done: () => toolList(read) };
    if (action !== 'install') return { steps: [], done: () => toolList(read) };
    const rows = wanted(profile, cluster, names);
    return {
      tools: await installTools(rows, read),
      steps: rows.length > 0 ? installSteps(rows) : [nothingToInstall(profile)],
      done: async () => [
        ...(await toolList(read)),
        ...(existsSync(toolsFolder()) ? ['', `To call them by name: export PATH=${shown([toolsFolder()])}:$PATH`] : []),
      ],
    };
  },
};

function unknownNames(names: readonly string[]): string[] {
  const known = toolbox().map(({ name }) => name);
  return names
    .filter((name) => !known.includes(name))
    .map((name) => `tool "${name}": expected one of ${known.join(', ')}${didYouMean(name, known)}`);
}
