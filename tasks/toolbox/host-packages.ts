// Finds the packages and programs that the host lacks, and installs them.
import { existsSync } from 'node:fs';
import { delimiter } from 'node:path';
import { usageFailure } from '../core/failure.ts';
import { rootFolders, toolsFolder } from '../core/paths.ts';
import type { Exec } from '../core/types.ts';
import type { Step, Tool } from '../steps/types.ts';
import { installPackages, verifyRemovesNothing } from './apt.ts';
import { hostTools, installSteps } from './install.ts';
import { findProgram } from './installed.ts';
import { isStaticProgram } from './static.ts';
import { type ToolRow, toolRow } from './table.ts';

/** What a machine lacks. */
export interface Missing {
  /** Brought by apt-get, one for each package. */
  packages: Tool[];
  /** Packages that apt-get upgrades for these, as far as its package lists say. */
  upgrades: string[];
  /** Brought by the toolbox. */
  programs: Tool[];
}

export const isNothing = ({ packages, programs }: Missing): boolean => packages.length + programs.length === 0;

const folders = (): string[] => [toolsFolder(), ...(process.env['PATH'] ?? '').split(delimiter), ...rootFolders];

const hasTool = async (tool: Tool): Promise<boolean> => {
  if (tool.isStatic) return isStaticProgram(tool.name);
  return tool.name.startsWith('/') ? existsSync(tool.name) : Boolean(await findProgram(tool.name, folders()));
};

/** Those of these tools that this machine lacks. */
export async function lacking(tools: readonly Tool[]): Promise<Tool[]> {
  const found = await Promise.all(tools.map(hasTool));
  return tools.filter((_, i) => !found[i]);
}

/** The tools this machine lacks, and what bringing them takes. Usage Failure if firesteel cannot bring one. Only reads. */
export async function missingTools(tools: readonly Tool[], read: Exec): Promise<Missing> {
  const missing = await lacking(tools);
  const programs = missing.filter((tool) => !tool.package);
  const needs = await lacking(await installTools(programs.map(rowOf), read));
  const lackingPackages = [...missing, ...needs].filter((tool) => tool.package);
  const packages = [...new Map(lackingPackages.map((tool) => [tool.package, tool])).values()];
  if (packages.length > 0 && !(await findProgram('apt-get', folders())))
    throw usageFailure(
      `this machine lacks ${lackingPackages.map(({ name, purpose, isStatic }) => `${isStatic ? `a static ${name}` : name} (${purpose})`).join(', ')}, and has no apt-get to install them`,
      'install them and run the command again',
    );
  return {
    packages,
    upgrades: await verifyRemovesNothing(packages, read),
    programs: [...new Map(programs.map((tool) => [tool.name, tool])).values()],
  };
}

/** The row of a tool without a package; a usage Failure if firesteel does not bring it. */
function rowOf({ name, purpose }: Tool): ToolRow {
  const row = toolRow(name);
  if (!row) throw usageFailure(`this machine lacks ${name} (${purpose})`, `install ${name} and run the command again`);
  return row;
}

/** What installing these rows takes of the host. Only reads. */
export async function installTools(rows: ToolRow[], read: Exec): Promise<Tool[]> {
  return (await Promise.all(rows.map((row) => hostTools(row, read)))).flat();
}

/** Brings what is missing: packages first, for programs may be made with them. */
export const installMissing = ({ packages, programs }: Missing): Step[] => [
  ...(packages.length > 0 ? [installPackages(packages)] : []),
  ...installSteps(programs.map(rowOf)),
];
