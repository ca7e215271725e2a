// What to run: a folder docker/jobs/NAME with a job.yaml, or a Python file of the user's own.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { confProblems } from '../lib/conf-rules.ts';
import { usageFailure } from '../lib/failure.ts';
import { didYouMean } from '../lib/nearest.ts';
import { projectPath } from '../lib/paths.ts';
import { versionText } from '../lib/profile-shapes.ts';
import { readYaml } from '../lib/yaml.ts';

/** The API server refuses a ConfigMap whose values are larger: https://kubernetes.io/docs/concepts/configuration/configmap/ */
const mostBytes = 1024 * 1024;

/** Where a shipped file stands in the driver. */
const jobFolder = '/opt/spark/job';

const text = z.union([z.string(), z.number(), z.boolean()]).transform(String);

const jobSchema = z
  .strictObject({
    main: z
      .string()
      .regex(/^local:\/\/\/.+\.(py|jar)$/, 'expected local:///… that ends with .py or .jar, a file in the image')
      .describe('The program: a file in the image.'),
    class: z.string().optional().describe('The main class, for a jar.'),
    args: z.array(text).default([]).describe('Arguments, unless some are given on the command line.'),
    conf: z.record(z.string(), text).default({}).describe('Spark properties of this job; the profile overrides them.'),
    spark: versionText
      .optional()
      .describe('Version of Spark it runs on where the profile names none, such as "3.5.9".'),
    needs: z
      .record(z.string(), text)
      .default({})
      .describe(
        'Libraries the program is made for and their versions, such as bigdl: 2.3.0; not every Spark goes with them.',
      ),
  })
  .refine((job) => job.main.endsWith('.py') || job.class, {
    path: ['class'],
    message: 'a jar needs the name of its main class',
  })
  .refine((job) => job.main.endsWith('.jar') || !job.class, {
    path: ['class'],
    message: 'a Python program has no main class',
  });

/** One job, ready to be submitted. */
export interface Job {
  name: string;
  /** spark.kubernetes.resource.type. */
  type: 'python' | 'java';
  /** The program's address in the driver, `local:///…`. */
  resource: string;
  mainClass: string;
  args: string[];
  conf: Record<string, string>;
  /** The version of Spark it runs on where the profile names none. */
  spark?: string;
  /** Libraries it is made for and their versions, held against the version table. */
  needs?: Record<string, string>;
  /** A file to bring into the driver. */
  file?: { name: string; content: string };
}

/** Reads the job that `words` name: a job or a path, then its arguments. A usage Failure says what is wrong with it. */
export function readJob(words: readonly string[], jobs = projectPath('docker', 'jobs')): Job {
  const [word, ...args] = words;
  const names = jobNames(jobs);
  if (!word) throw usageFailure('which job?', `name one of ${names.join(', ')}, or a path to a Python file`);
  if (names.includes(word)) return readJobFolder(word, join(jobs, word, 'job.yaml'), args);
  if (/[/\\.]/.test(word)) return readPythonFile(word, args);
  throw usageFailure(
    `job "${word}": not found${didYouMean(word, names)}`,
    `jobs are ${names.join(', ')}; a path to a Python file works too`,
  );
}

/** The folders that hold a job, by name. */
export const jobNames = (jobs = projectPath('docker', 'jobs')): string[] =>
  readdirSync(jobs, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();

function readJobFolder(name: string, path: string, args: string[]): Job {
  if (!existsSync(path)) throw usageFailure(`job "${name}": ${path} is missing`);
  const content = readFileSync(path, 'utf8');
  const yaml = readYaml(content);
  const at = (where: { line: number; column: number }, message: string) =>
    `${path}:${where.line}:${where.column}: ${message}`;
  if (yaml.problems.length > 0)
    throw usageFailure(yaml.problems.map((problem) => at(problem, problem.message)).join('\n'));
  const parsed = jobSchema.safeParse(yaml.value);
  if (!parsed.success)
    throw usageFailure(
      parsed.error.issues
        .map((issue) =>
          at(yaml.valueAt(issue.path), `${issue.path.length > 0 ? `${issue.path.join('.')}: ` : ''}${issue.message}`),
        )
        .join('\n'),
    );
  const { main, class: mainClass, conf, needs, spark } = parsed.data;
  const wrong = confProblems(conf).map(({ key, message }) =>
    at(yaml.valueAt(['conf', key]), `conf.${key}: ${message}`),
  );
  if (wrong.length > 0) throw usageFailure(wrong.join('\n'));
  return {
    name,
    type: main.endsWith('.py') ? 'python' : 'java',
    resource: main,
    mainClass: mainClass ?? pythonRunner,
    args: args.length > 0 ? args : parsed.data.args,
    conf,
    needs,
    ...(spark ? { spark } : {}),
  };
}

/** What Spark runs for a Python program. */
const pythonRunner = 'org.apache.spark.deploy.PythonRunner';

function readPythonFile(path: string, args: string[]): Job {
  if (!path.endsWith('.py'))
    throw usageFailure(
      `${path}: not a Python file`,
      'to run a jar, put it into the image and describe it in docker/jobs/NAME/job.yaml',
    );
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found?.isFile()) throw usageFailure(`${path}: ${found ? 'not a file' : 'not found'}`);
  if (found.size > mostBytes)
    throw usageFailure(
      `${path}: ${found.size} bytes, a ConfigMap holds at most ${mostBytes}`,
      'put it into the image and describe it in docker/jobs/NAME/job.yaml',
    );
  const bytes = readFileSync(path);
  const content = decode(bytes);
  if (content === undefined) throw usageFailure(`${path}: not UTF-8 text`, 'save it as UTF-8');
  // A ConfigMap's keys are letters, digits, "-", "_" and ".".
  const file = basename(path).replaceAll(/[^-\w.]/g, '_');
  return {
    name: basename(path, '.py'),
    type: 'python',
    resource: `local://${jobFolder}/${file}`,
    mainClass: pythonRunner,
    args,
    conf: {},
    file: { name: file, content },
  };
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
