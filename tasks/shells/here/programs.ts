// Finds a Java and a Python of this machine that fit Spark and the executors.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../../core/failure.ts';
import type { Exec } from '../../core/types.ts';
import { javaOf } from '../../spark/versions.ts';

const jvmFolder = '/usr/lib/jvm';

export interface Java {
  /** JAVA_HOME. */
  home: string;
  version: number;
}

/** What `java -XshowSettings:properties -version` says. */
export function parseJava(lines: readonly string[]): Java | undefined {
  const value = (name: string) =>
    lines
      .map((line) => line.trim())
      .find((line) => line.startsWith(`${name} = `))
      ?.slice(name.length + 3);
  const [home, version] = [value('java.home'), value('java.specification.version')];
  return home && version ? { home, version: Number(version.replace(/^1\./, '')) } : undefined;
}

/** The programs to ask, the user's own first. */
function candidates(): string[] {
  const installed = existsSync(jvmFolder) ? readdirSync(jvmFolder).map((name) => join(jvmFolder, name)) : [];
  return [
    ...(process.env['JAVA_HOME'] ? [join(process.env['JAVA_HOME'], 'bin', 'java')] : []),
    'java',
    ...installed.map((home) => join(home, 'bin', 'java')).filter((path) => existsSync(path)),
  ];
}

/** A Java that this version of Spark runs on. */
export async function findJava(version: string, read: Exec): Promise<Java> {
  const fitting = javaOf(version);
  const seen = new Set<number>();
  for (const program of candidates()) {
    const lines: string[] = [];
    const java = await read([program, '-XshowSettings:properties', '-version'], { onLine: (line) => lines.push(line) })
      .then(() => parseJava(lines))
      .catch(() => undefined);
    if (java && (fitting.length === 0 || fitting.includes(java.version))) return java;
    if (java) seen.add(java.version);
  }
  throw new Failure(
    `Spark ${version} runs on Java ${fitting.join(', ')}, and this machine has ${[...seen].join(', ') || 'none'}`,
    { hint: `install one: apt-get install openjdk-${fitting.includes(17) ? 17 : fitting.at(-1)}-jre-headless` },
  );
}

const question = 'import sys; print("%d.%d" % sys.version_info[:2])';

/** A Python of the executors' minor version: Spark runs no others together. */
export async function findPython(wanted: string, read: Exec): Promise<string> {
  const seen = new Set<string>();
  for (const program of ['python3', `python${wanted}`]) {
    const version = (await read([program, '-c', question]).catch(() => '')).trim();
    if (version === wanted) return (await read([program, '-c', 'import sys; print(sys.executable)'])).trim();
    if (version) seen.add(version);
  }
  throw new Failure(
    `executors have Python ${wanted}, and this machine has ${[...seen].join(', ') || 'none'}: driver and executors need the same version`,
    { hint: `put python${wanted} on PATH, or run the driver in the cluster: firesteel shell pyspark` },
  );
}
