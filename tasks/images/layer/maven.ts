// Resolves Maven coordinates with the Ivy of Spark on this machine, as spark-submit's --packages does.
// Contract: MavenUtils.resolveMavenCoordinates in common/utils of Spark.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../../core/failure.ts';
import { withoutPasswords } from '../../core/network/passwords.ts';
import { bareHost, javaExceptions, proxiesOf } from '../../core/network/proxy.ts';
import { cachePath } from '../../core/paths.ts';
import { paced } from '../../core/screen/pace.ts';
import type { Command } from '../../core/types.ts';
import type { Context, Output } from '../../steps/types.ts';
import { fetchInto } from './cache.ts';

const part = '[A-Za-z0-9_][\\w.-]*';
const coordinate = new RegExp(`^${part}[:/]${part}[:/]${part}$`);

/** What is no `group:artifact:version`; spark-submit takes slashes, too. */
export const mavenProblems = (coordinates: readonly string[]): string[] =>
  coordinates
    .filter((text) => !coordinate.test(text))
    .map((text) => `maven: ${text}: expected group:artifact:version, such as org.apache.commons:commons-math3:3.6.1`);

/** Where packages are that no other repository has; spark-submit looks there last, too. */
const sparkPackages = 'https://repos.spark-packages.org/';

/** The Scala that the version of a package of spark-packages.org ends with: `2.12` of 0.8.3-spark3.5-s_2.12. */
export const sparkPackageScala = (version: string): string | undefined => /-s_(2\.1\d)$/.exec(version)?.[1];

/** The repository beside Maven Central that has these; undefined if none is needed. */
export const furtherRepository = (coordinates: readonly string[]): string | undefined =>
  coordinates.some((text) => sparkPackageScala(text)) ? sparkPackages : undefined;

/** The names of Spark's modules among its jars, such as spark-sql_2.13: they and Scala are in the image. */
export const sparkModules = (jars: readonly string[]): string[] =>
  jars.flatMap((jar) => /^(spark-.*_\d\.\d+)-\d.*\.jar$/.exec(jar)?.[1] ?? []).sort();

/**
 * Settings for Ivy: Maven Central, or the repository Spark would take instead. The cache is ours alone; Ivy's repositoryCacheDir
 * alone would leave it in the user's home.
 */
export const ivySettings = (
  cache: string,
  work: string,
  repository?: string,
  further?: string,
): string => `<ivysettings>
  <settings defaultResolver="${further ? 'both' : 'central'}"/>
  <caches defaultCacheDir=${quoted(cache)} resolutionCacheDir=${quoted(join(work, 'resolution'))} lockStrategy="artifact-lock-nio"/>
  <resolvers>
    ${further ? '<chain name="both">' : ''}${resolver('central', repository)}${further ? `${resolver('further', further)}</chain>` : ''}
  </resolvers>
</ivysettings>
`;

const resolver = (name: string, root?: string): string =>
  `<ibiblio name="${name}" m2compatible="true" usepoms="true"${root ? ` root=${quoted(root)}` : ''}/>`;

/** A module that needs the coordinates and nothing that Spark has. */
export const ivyModule = (
  coordinates: readonly string[],
  modules: readonly string[],
): string => `<ivy-module version="2.0">
  <info organisation="firesteel" module="job"/>
  <configurations><conf name="default"/></configurations>
  <dependencies>
${coordinates
  .map((text) => {
    const [group = '', artifact = '', version = ''] = text.split(/[:/]/);
    return `    <dependency org=${quoted(group)} name=${quoted(artifact)} rev=${quoted(version)} conf="default->default(runtime)"/>\n`;
  })
  .join('')}    <exclude module="scala-library"/>
${modules.map((module) => `    <exclude org="org.apache.spark" module=${quoted(module)}/>\n`).join('')}  </dependencies>
</ivy-module>
`;

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
export const quoted = (text: string): string =>
  `"${text.replaceAll(/[&<>"]/g, (letter) => entities[letter] ?? letter)}"`;

/**
 * The proxies of this shell's variables as Java takes them, which reads no variables. Java has one list of exceptions for
 * both schemes, and no property for a proxy's user.
 * https://docs.oracle.com/en/java/javase/17/docs/api/java.base/java/net/doc-files/net-properties.html
 */
export function proxyOptions(env: Readonly<Record<string, string | undefined>>): string[] {
  const { direct, ...proxies } = proxiesOf(env);
  const given = (['http', 'https'] as const).flatMap((scheme) => {
    const proxy = proxies[scheme];
    if (!proxy) return [];
    const host = bareHost(proxy.hostname);
    // URL leaves out the usual port of its scheme.
    const usual = proxy.protocol === 'https:' ? '443' : '80';
    return proxy.protocol.startsWith('socks')
      ? [`-DsocksProxyHost=${host}`, `-DsocksProxyPort=${proxy.port || '1080'}`]
      : [`-D${scheme}.proxyHost=${host}`, `-D${scheme}.proxyPort=${proxy.port || usual}`];
  });
  const options = [...new Set(given)];
  const exceptions = javaExceptions({ direct });
  if (options.length === 0 || exceptions.length === 0) return options;
  return [...options, `-Dhttp.nonProxyHosts=${exceptions.join('|')}`];
}

/** Resolves ivy.xml in `work` and leaves the jars in `to`, named as spark-submit names them. */
export const ivyCommand = (
  ivy: string,
  work: string,
  to: string,
  options: readonly string[],
  types: readonly string[] = ['jar', 'bundle'],
): Command => [
  'java',
  ...options,
  '-jar',
  ivy,
  ...['-settings', join(work, 'ivysettings.xml'), '-ivy', join(work, 'ivy.xml')],
  ...['-confs', 'default', '-types', ...types],
  ...['-retrieve', join(to, '[organization]_[artifact]-[revision](-[classifier]).[ext]')],
];

/** The Failure behind Ivy's output. */
export function ivyFailure(error: unknown, printed: readonly string[]): Failure {
  const lines = printed.map(withoutPasswords);
  const detail = { cause: error, output: lines.slice(-20).join('\n') };
  const find = (pattern: RegExp) => lines.map((line) => pattern.exec(line)).find(Boolean);
  const server = find(/Server access error at url (\S+) \((.*)\)/);
  if (server && /\b407\b|Proxy Authentication/i.test(`${server[2]}`))
    return new Failure(
      `maven: the proxy of this machine requires a login, and firesteel passes none to Java: ${server[2]}`,
      {
        ...detail,
        hint: 'set https_proxy to a proxy without a login',
      },
    );
  if (server)
    return new Failure(`maven: no answer from ${server[1]}: ${server[2]}`, {
      ...detail,
      hint: "check this machine's network and proxy, and that its Java trusts the server's certificate",
    });
  const unresolved = lines.flatMap(
    (line) => /^\s*:: (\S+)#(\S+);(\S+): (not found|.*)$/.exec(line)?.slice(1, 4).join(':') ?? [],
  );
  if (unresolved.length > 0)
    return new Failure(`maven: ${[...new Set(unresolved)].join(', ')}: not found`, {
      ...detail,
      hint: 'correct the coordinate: search for the package on https://central.sonatype.com',
    });
  const torn = find(/\[FAILED\s*\]\s*(\S+): (.*?)(?: \(\d+ms\))?$/);
  return new Failure(torn ? `maven: ${torn[1]}: ${torn[2]}` : 'maven: Ivy failed', {
    ...detail,
    hint: 'run the command again; finished downloads are kept',
  });
}

/**
 * Fetches the coordinates' jars, and those they need, into `folder` of the cache; `home` is a Spark distribution, `further`
 * the address of a repository beside Maven Central.
 */
export async function fetchJars(
  folder: string,
  coordinates: readonly string[],
  home: string,
  context: Context,
  out: Output,
  further = furtherRepository(coordinates),
): Promise<void> {
  const module = ivyModule(coordinates, sparkModules(jarsIn(home)));
  await fetchInto(folder, context, (work, content) =>
    runIvy({ home, module, work, to: content, further }, context, out),
  );
}

/** What one run of Ivy works with; left out, `types` are those of jars. */
interface IvyRun {
  home: string;
  /** The text of its ivy.xml. */
  module: string;
  work: string;
  to: string;
  types?: readonly string[];
  /** Address of a repository beside the usual ones. */
  further?: string | undefined;
}

/** Runs the Ivy of a Spark distribution; its report is in `work`/resolution. */
export async function runIvy(
  { home, module, work, to, types, further }: IvyRun,
  context: Context,
  out: Output,
): Promise<void> {
  const ivy = jarsIn(home).find((name) => /^ivy-\d.*\.jar$/.test(name)) ?? 'ivy-*.jar';
  await context.write([
    {
      path: join(work, 'ivysettings.xml'),
      // As spark-submit has it; a repository may have a password in its address.
      content: ivySettings(cachePath('ivy'), work, process.env['DEFAULT_ARTIFACT_REPOSITORY'], further),
      mode: 0o600,
    },
    { path: join(work, 'ivy.xml'), content: module },
  ]);
  const printed: string[] = [];
  const show = paced(out.line);
  const onLine = (line: string) => {
    printed.push(line);
    if (/^downloading |\[SUCCESSFUL/.test(line.trim())) show(withoutPasswords(line));
  };
  await context
    .run(ivyCommand(join(home, 'jars', ivy), work, to, proxyOptions(process.env), types), { onLine })
    .catch((error: unknown) => {
      throw ivyFailure(error, printed);
    });
  out.line(printed.findLast((line) => line.includes('artifacts copied'))?.trim() ?? 'nothing to fetch');
}

/** The names of a distribution's jars; none where there is no folder, as in a dry run. */
export const jarsIn = (home: string): string[] => listing(join(home, 'jars'));

function listing(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
