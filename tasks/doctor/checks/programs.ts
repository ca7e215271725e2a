// Checks of the programs that verbs start: installed, and in versions that fit.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { doorTools } from '../../classroom/door/image.ts';
import { seatTools } from '../../classroom/image.ts';
import { shown } from '../../core/exec.ts';
import { Failure } from '../../core/failure.ts';
import { cachePath, projectPath } from '../../core/paths.ts';
import { buildTools } from '../../images/build-steps.ts';
import { layerTools } from '../../images/layer/layer.ts';
import { devLayer } from '../../notebooks/layer.ts';
import type { Check, Finding, Remedy } from '../../steps/check.ts';
import { findingOf, notAvailable, ok } from '../../steps/check.ts';
import type { Context, Tool } from '../../steps/types.ts';
import { serverTools } from '../../storage/server-image.ts';
import { installPackages } from '../../toolbox/apt.ts';
import { lacking, missingTools } from '../../toolbox/host-packages.ts';
import { currentRecord, readRecord } from '../../toolbox/installed.ts';
import { toolbox } from '../../toolbox/table.ts';

/** What brings these tools: packages, and programs of firesteel's own toolbox. */
async function remediesFor(tools: Tool[], { read }: Pick<Context, 'read'>): Promise<Remedy[]> {
  try {
    const { packages, programs } = await missingTools(tools, read);
    const names = packages.flatMap((tool) => tool.package ?? []);
    return [
      ...(names.length > 0
        ? [
            {
              command: ['apt-get', 'install', ...names] as const,
              asRoot: true as const,
              steps: [installPackages(packages)],
            },
          ]
        : []),
      ...(programs.length > 0
        ? [{ command: ['firesteel', 'tools', 'install', ...programs.map(({ name }) => name)] as const }]
        : []),
    ];
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return [{ text: error.hint ?? error.message }];
  }
}

async function toolsFinding(tools: Tool[], state: 'partial' | 'missing', context: Context): Promise<Finding> {
  if (tools.length === 0) return notAvailable('needs none');
  const missing = await lacking(tools);
  const lines = missing.map(({ name, purpose }) => `${name} is not installed (${purpose})`);
  return findingOf(state, lines, {
    fine: `all ${tools.length} are installed`,
    remedies: missing.length > 0 ? await remediesFor(missing, context) : [],
  });
}

interface Needed {
  name: string;
  title: string;
  affects: string;
  /** Without them nothing works, or a part. */
  state: 'partial' | 'missing';
  tools(context: Context): Promise<Tool[]> | Tool[];
}

const needed: readonly Needed[] = [
  {
    name: 'cluster-tools',
    title: 'Programs of the cluster',
    affects: 'deploy and every verb that starts the cluster',
    state: 'missing',
    tools: ({ cluster, profile }) => cluster.tools(profile),
  },
  {
    name: 'image-tools',
    title: 'Programs that build images',
    affects: 'build, demo, submit',
    state: 'partial',
    tools: ({ profile }) => buildTools(profile),
  },
  {
    name: 'notebook-tools',
    title: 'Programs of notebooks',
    affects: 'notebook up, and jobs with packages',
    state: 'partial',
    tools: () => layerTools(devLayer),
  },
  {
    name: 'class-tools',
    title: 'Programs of classes',
    affects: 'classroom',
    state: 'partial',
    tools: () => [...seatTools, ...doorTools],
  },
  {
    name: 'storage-tools',
    title: 'Programs of the S3 server',
    affects: 'data up',
    state: 'partial',
    tools: ({ profile, read }) => (profile.storage?.service ? serverTools(read) : []),
  },
];

/** Oldest that firesteel runs on, as in package.json. */
const oldestNode = (): string =>
  (JSON.parse(readFileSync(projectPath('package.json'), 'utf8')) as { engines: { node: string } }).engines.node.replace(
    /^\D+/,
    '',
  );

/** Whether a version is that or newer. */
function isAtLeast(version: string, least: string): boolean {
  const [own, other] = [version, least].map((text) => text.replace(/^v/, '').split('.').map(Number));
  const at = own?.findIndex((part, i) => part !== (other?.[i] ?? 0)) ?? -1;
  return at < 0 || (own?.[at] ?? 0) > (other?.[at] ?? 0);
}

export const nodeFinding = (version: string, least = oldestNode()): Finding =>
  isAtLeast(version, least)
    ? ok(version)
    : {
        state: 'missing',
        seen: `${version} is too old: ${least} or newer`,
        remedies: [{ text: 'install a newer Node.js' }],
      };

/** Programs that firesteel brought, in a version that it no longer brings. */
function oldPrograms(): Finding {
  const rows = toolbox().flatMap((row) => {
    const record = readRecord(row.name);
    return record ? [{ row, record, isCurrent: currentRecord(row) !== undefined }] : [];
  });
  if (rows.length === 0) return notAvailable(`firesteel has installed none in ${cachePath('tools')}`);
  const old = rows.filter(({ isCurrent }) => !isCurrent);
  return findingOf(
    'partial',
    old.map(({ row, record }) => `${row.name} is ${record.version}, ${row.version} is current`),
    {
      fine: rows.map(({ record }) => `${record.name} ${record.version}`).join(', '),
      remedies:
        old.length > 0 ? [{ command: ['firesteel', 'tools', 'install', ...old.map(({ row }) => row.name)] }] : [],
    },
  );
}

/** Whether programs that firesteel brought can be called by name. */
function isOnPath(path: string = process.env['PATH'] ?? ''): Finding {
  const folder = cachePath('tools', 'bin');
  if (!toolbox().some(({ name }) => readRecord(name))) return notAvailable('firesteel has installed none');
  if (path.split(':').includes(folder)) return ok(join(folder));
  return notAvailable(`to call them by name: export PATH=${shown([folder])}:$PATH`);
}

export const programChecks: readonly Check[] = [
  {
    name: 'node',
    title: 'Node.js',
    category: 'Programs',
    affects: 'firesteel itself',
    run: () => nodeFinding(process.version),
  },
  ...needed.map(
    ({ name, title, affects, state, tools }): Check => ({
      name,
      title,
      category: 'Programs',
      affects,
      run: async (context) => toolsFinding(await tools(context), state, context),
    }),
  ),
  {
    name: 'versions',
    title: 'Versions of programs',
    category: 'Programs',
    affects: 'verbs that start them',
    run: oldPrograms,
  },
  {
    name: 'path',
    title: 'Programs on PATH',
    category: 'Programs',
    affects: 'calling kubectl and others by name',
    run: () => isOnPath(),
  },
];
