// Collects the texts of a bug report, each without secrets.
import { readFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { basename, join } from 'node:path';
import { messageOf } from '../../core/failure.ts';
import { crashFiles } from '../../core/faults/crash.ts';
import { createRedaction, hidden, secretsIn } from '../../core/faults/redaction.ts';
import type { Member } from '../../core/files/tar.ts';
import { projectPath } from '../../core/paths.ts';
import { isSecret } from '../../core/secret-names.ts';
import { toYaml } from '../../core/yaml.ts';
import { lastLines, logNames, readRuns, runFolder } from '../../record/run-folder.ts';
import type { Context } from '../../steps/types.ts';
import type { Seen } from '../look.ts';
import { reportLines } from '../show.ts';
import { knownSecrets } from './secrets.ts';

/** How many runs, crashes, and lines of each log. */
const newest = { runs: 3, crashes: 3, lines: 200 };

/** Variables that decide what firesteel does; others stay here. */
const shownVariables =
  /^(FIRESTEEL_\w+|XDG_\w+|KUBECONFIG|DOCKER_HOST|(HTTPS?|ALL|NO)_PROXY|SPARK_HOME|JAVA_HOME|GOPROXY|PIP_INDEX_URL|NODE_EXTRA_CA_CERTS|SSL_CERT_FILE|REQUESTS_CA_BUNDLE|GOOGLE_CLOUD_PROJECT|TERM|LANG|COLUMNS|CI|NO_COLOR|PATH|SHELL)$/i;

/** A value with all that is secret by its name hidden, at any depth; `notSecrets` are names that hold none. */
function masked(value: unknown, notSecrets: readonly string[] = [], name = ''): unknown {
  if (Array.isArray(value)) return value.map((one) => masked(one, notSecrets, name));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, masked(inner, notSecrets, key)]));
  return typeof value === 'string' && isSecret(name, value, notSecrets) ? hidden : value;
}

const textOf = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    return messageOf(error);
  }
};

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
const version = (): string => (JSON.parse(textOf(projectPath('package.json'))) as { version: string }).version;

/** Files by their names in the archive. Only reads. */
export async function reportContents(context: Context, seen: readonly Seen[]): Promise<Member[]> {
  const { profile, cluster, read } = context;
  const status = await cluster.status(context).catch((error: unknown) => ({ error: messageOf(error) }));
  const logs = (await cluster.logs?.(profile, read).catch(() => undefined)) ?? {};
  const whole = { width: Number.POSITIVE_INFINITY, hasColour: false, isPlain: true, isWhole: true };
  const { name, spark, ...settings } = profile;
  const files: Record<string, string> = {
    'about.txt': [
      `firesteel ${version()}`,
      `Node.js ${process.version}`,
      `${process.platform} ${release()} ${process.arch}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 20)} MiB`,
      `profile ${name}`,
      '',
    ].join('\n'),
    'profile.yaml': toYaml(masked({ ...settings, spark }, spark.notSecrets) as object),
    'environment.txt': Object.entries(process.env)
      .filter(([variable]) => shownVariables.test(variable))
      .sort()
      .map(([variable, value]) => `${variable}=${value}\n`)
      .join(''),
    'doctor.txt': `${reportLines(seen, whole).join('\n')}\n`,
    'status.json': json(status),
    ...Object.fromEntries(Object.entries(logs).map(([program, text]) => [`programs/${program}.log`, text])),
    ...Object.assign(
      {},
      ...readRuns()
        .slice(0, newest.runs)
        .map(({ id }) => runFiles(id)),
    ),
    ...Object.fromEntries(
      crashFiles()
        .slice(0, newest.crashes)
        .map((path) => [`crashes/${basename(path)}`, textOf(path)]),
    ),
  };
  const found = Object.values(files).flatMap(secretsIn);
  const redact = createRedaction([...(await knownSecrets(context)), ...found]);
  return Object.entries(files).map(([path, text]) => ({ name: `firesteel-report/${path}`, text: redact(text) }));
}

function runFiles(id: string): Record<string, string> {
  const folder = runFolder(id);
  const logs = logNames(folder).map((log) => [
    `runs/${id}/${log}.log`,
    `${lastLines(folder, log, newest.lines).join('\n')}\n`,
  ]);
  return { [`runs/${id}/run.json`]: textOf(join(folder, 'run.json')), ...Object.fromEntries(logs) };
}
