// Installs Debian packages with apt-get, and removes none.
import { Failure, usageFailure } from '../core/failure.ts';
import { withProxies } from '../core/network/root-proxies.ts';
import type { Command, Exec } from '../core/types.ts';
import { until } from '../core/wait.ts';
import type { Context, Output, SingleStep, Tool } from '../steps/types.ts';

/** What apt-get changes beside adding packages. */
interface Effects {
  removed: string[];
  upgraded: string[];
}

/** How to get a program whose package conflicts with those of other vendors; the others have a general cure. */
const otherWays: Record<string, string> = {
  'docker.io':
    'install docker-ce (https://docs.docker.com/engine/install/), or set DOCKER_HOST to a running Docker engine',
  'busybox-static': 'install the static one, which has all that busybox has: sudo apt-get install busybox-static',
  npm: 'install the npm that belongs to your Node.js',
};

const packagesOf = (tools: readonly Tool[]): string[] => [...new Set(tools.flatMap((tool) => tool.package ?? []))];

/** apt.conf can ask to remove what nothing needs any more; `--no-remove` would then fail. */
const install = (packages: readonly string[]): string[] => [
  ...['-o', 'APT::Get::AutomaticRemove=false'],
  ...['install', '--yes', '--no-install-recommends', ...packages],
];

/**
 * Without a terminal, dpkg does not write a line for every five percent, and cannot ask about a file of settings that was
 * changed here: that one stays. needrestart would restart services that have nothing to do with these packages.
 */
const installCommand = (tools: readonly Tool[]): Command => [
  ...(['env', 'DEBIAN_FRONTEND=noninteractive', 'NEEDRESTART_SUSPEND=1', 'apt-get', '--no-remove'] as const),
  ...['-o', 'DPkg::Lock::Timeout=300', '-o', 'Dpkg::Use-Pty=0'],
  ...['-o', 'Dpkg::Options::=--force-confdef', '-o', 'Dpkg::Options::=--force-confold'],
  ...install(packagesOf(tools)),
];

/** What installing these would do; undefined if apt-get cannot say, as without package lists. Only reads. */
async function effectsOf(packages: readonly string[], read: Exec): Promise<Effects | undefined> {
  const simulate = ['apt-get', '--simulate', '-o', 'Debug::NoLocking=true'] as const;
  const output = await read([...simulate, ...install(packages)]).catch(() => undefined);
  if (output === undefined) return undefined;
  // Contract: SimulateInstallPackages in apt's apt-pkg/algorithms.cc. A version in brackets is the installed one.
  const named = (line: RegExp) => [...output.matchAll(line)].flatMap(([, name]) => name ?? []);
  return { removed: named(/^(?:Remv|Purg) (\S+)/gm), upgraded: named(/^Inst (\S+) \[/gm) };
}

/** A line for each package that costs others. Always throws. */
async function refuse(tools: readonly Tool[], removed: readonly string[], read: Exec): Promise<never> {
  const alone = await Promise.all(
    tools.map(async (tool) => ({ tool, removes: (await effectsOf(packagesOf([tool]), read))?.removed ?? [] })),
  );
  const guilty = alone.filter(({ removes }) => removes.length > 0);
  const lines = guilty.map(
    ({ tool, removes }) =>
      `apt-get would remove ${removes.join(', ')} to install ${tool.package} (${tool.name}: ${tool.purpose})`,
  );
  const together = `apt-get would remove ${removed.join(', ')} to install ${packagesOf(tools).join(', ')}`;
  const ways = guilty.map(
    ({ tool }) => otherWays[tool.package ?? ''] ?? `install ${tool.name} without package ${tool.package}`,
  );
  throw usageFailure(
    lines.length > 0 ? lines.join('\n') : together,
    [...ways, `or remove ${removed.join(', ')} yourself: firesteel removes no package`].join('; '),
  );
}

/** The packages that apt-get upgrades on the way. Usage Failure if it would remove any. Only reads. */
export async function verifyRemovesNothing(tools: readonly Tool[], read: Exec): Promise<string[]> {
  const effects = tools.length > 0 ? await effectsOf(packagesOf(tools), read) : undefined;
  if (effects && effects.removed.length > 0) await refuse(tools, effects.removed, read);
  return effects?.upgraded ?? [];
}

/** Installs the packages of these tools, with fresh package lists if the old ones do not do. */
export const installPackages = (tools: readonly Tool[]): SingleStep => ({
  title: 'Install host packages',
  run: (context, out) =>
    withProxies(async (proxied) => {
      const install = () => context.run(proxied(installCommand(tools)), { asRoot: true, onLine: out.line });
      try {
        await install();
      } catch (error) {
        await updateLists(context, proxied(updateCommand), out).catch((later: unknown) => {
          throw withFirst(error, later);
        });
        await verifyRemovesNothing(tools, context.read);
        await install();
      }
    }),
});

/** The words of a lock are looked for in English. */
const updateCommand: Command = ['env', 'LC_ALL=C', 'apt-get', 'update'];

/** Seconds that apt-get waits for another one, which may install as well. */
const lockSeconds = 300;

/** Another apt-get, such as that of a daily timer, holds the lists: apt-get has an option to wait for the lock of dpkg alone. */
const isLocked = (error: unknown): boolean => /Could not get lock/.test((error as Failure).output ?? '');

const updateLists = ({ run, signal }: Pick<Context, 'run' | 'signal'>, command: Command, out: Output): Promise<void> =>
  until({
    for: 'package lists',
    seconds: lockSeconds,
    everyMs: 1000,
    signal,
    onSeen: out.line,
    hint: 'wait for the other apt-get to end, then run the command again',
    probe: async () => {
      try {
        await run(command, { asRoot: true, onLine: out.line });
        return { done: undefined };
      } catch (error) {
        if (!isLocked(error)) throw error;
        return { seen: 'another apt-get is running' };
      }
    },
  });

/** The failure of an update, with what had made it necessary. */
function withFirst(first: unknown, later: unknown): unknown {
  if (!(first instanceof Failure && later instanceof Failure)) return later;
  const { message, hint, output } = later;
  return new Failure(message, {
    ...(hint ? { hint } : {}),
    output: [first.message, first.output, output].filter(Boolean).join('\n'),
    cause: later,
  });
}
