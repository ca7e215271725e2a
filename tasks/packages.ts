// Programs the host needs, brought by apt-get.
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { Step, Tool } from './lib/types.ts';

// sbin folders are not on every user's PATH, and that is where iptables and runc are.
const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin'];

const isExecutable = (path: string): Promise<boolean> =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  );

async function hasTool(tool: Tool): Promise<boolean> {
  if (tool.name.startsWith('/')) return isExecutable(tool.name);
  for (const folder of folders) if (await isExecutable(join(folder, tool.name))) return true;
  return false;
}

/** The tools this machine lacks, one for each package. */
export async function missingTools(tools: Tool[]): Promise<Tool[]> {
  const found = await Promise.all(tools.map(hasTool));
  const missing = new Map(tools.filter((_, i) => !found[i]).map((tool) => [tool.package ?? tool.name, tool]));
  return [...missing.values()];
}

/** Installs the packages of these tools, with fresh package lists if the old ones do not do. */
export function installPackages(tools: Tool[]): Step {
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const install = [
    'env',
    'DEBIAN_FRONTEND=noninteractive',
    'apt-get',
    '-o',
    'DPkg::Lock::Timeout=300',
    'install',
    '--yes',
    '--no-install-recommends',
    ...tools.flatMap((tool) => tool.package ?? []),
  ] as const;
  return {
    title: 'Install host packages',
    run: async ({ run }, out) => {
      const options = { asRoot: true, env, onLine: out.line };
      try {
        await run(install, options);
      } catch {
        await run(['apt-get', 'update'], options);
        await run(install, options);
      }
    },
  };
}
