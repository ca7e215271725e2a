// Reads a job.yaml, and reports every problem with its place.
import { existsSync, readFileSync } from 'node:fs';
import { usageFailure } from '../core/failure.ts';
import { isSecret } from '../core/secret-names.ts';
import { readTypedYaml } from '../core/yaml.ts';
import { confProblems } from '../profile/conf-rules.ts';
import type { KeyPath } from '../profile/keys.ts';
import { shownPath } from '../profile/keys.ts';
import { takePlainScalars } from '../profile/plain-scalars.ts';
import { type ProfileProblem, schemaProblems, shownValue } from '../profile/problems.ts';
import { reservedVariable } from '../profile/variable-names.ts';
import { type JobDescription, jobJsonSchema, jobSchema } from './schema.ts';

/** A job.yaml as read. */
interface JobYaml {
  description: JobDescription;
  /** How messages name a place in it: `job.yaml:3:5: files[0]`. */
  placeOf(path: KeyPath): string;
}

/** Reads the job.yaml at `path`; throws one usage Failure with a line for every problem. */
export function readJobYaml(path: string): JobYaml {
  if (!existsSync(path)) throw usageFailure(`${path}: not found`);
  const yaml = readTypedYaml(readFileSync(path, 'utf8'));
  const shownAt = ({ line, column }: { line: number; column: number }) => `${path}:${line}:${column}`;
  if (yaml.problems.length > 0)
    throw usageFailure(yaml.problems.map((problem) => `${shownAt(problem)}: ${problem.message}`).join('\n'));
  const tree = yaml.value ?? {};
  if (typeof tree !== 'object' || Array.isArray(tree))
    throw usageFailure(`${path}:1:1: expected a map of keys, got ${shownValue(tree)}`);
  const schema = jobJsonSchema();
  takePlainScalars(tree, yaml, schema);
  const parsed = jobSchema.safeParse(tree);
  const problems = parsed.success
    ? ruleProblems(parsed.data)
    : schemaProblems(parsed.error.issues, tree, yaml.sourceAt, schema);
  const placeOf = (at: KeyPath) => `${shownAt(yaml.valueAt(at))}: ${shownPath(at)}`;
  const lines = problems
    .map(({ path: at, at: end, message }) => ({
      ...(end === 'key' ? yaml.keyAt(at) : yaml.valueAt(at)),
      message: `${shownPath(at)}: ${message}`,
    }))
    .sort((a, b) => a.line - b.line || a.column - b.column)
    .map((problem) => `${shownAt(problem)}: ${problem.message}`);
  if (!parsed.success || lines.length > 0) throw usageFailure(lines.join('\n'));
  return { description: parsed.data, placeOf };
}

/** What a job must keep to beyond the shape of each key. */
function ruleProblems({ conf, env, executors, notSecrets, secrets }: JobDescription): ProfileProblem[] {
  const ofSecret = Object.keys(env).filter((name) => Object.hasOwn(secrets, name));
  const twice = executors !== undefined && 'spark.executor.instances' in conf;
  return [
    ...confProblems(conf, { key: 'notSecrets', names: notSecrets }).map(
      ({ key, at, message }): ProfileProblem => ({ path: ['conf', key], at, message }),
    ),
    ...Object.entries(env)
      .filter(([name, value]) => isSecret(name, value, notSecrets))
      .map(
        ([name]): ProfileProblem => ({
          path: ['env', name],
          at: 'key',
          message:
            'looks like a secret, and variables are readable in the pod: put it in a Kubernetes Secret and name the Secret under secrets; ' +
            'if it is not a secret, add its name to notSecrets',
        }),
      ),
    ...Object.entries(env).flatMap(([name, value]): ProfileProblem[] => {
      const message = reservedVariable(name, value);
      return message ? [{ path: ['env', name], at: 'key', message }] : [];
    }),
    ...ofSecret.map(
      (name): ProfileProblem => ({
        path: ['env', name],
        at: 'key',
        message: 'secrets also sets this variable: keep one of them',
      }),
    ),
    ...(twice
      ? [
          {
            path: ['executors'],
            at: 'value' as const,
            message: 'sets spark.executor.instances, which conf also sets: keep one of them',
          },
        ]
      : []),
  ];
}
