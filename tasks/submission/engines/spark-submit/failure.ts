// Explains a failure of spark-submit in one line, from its output.
import { diagnoseOutput } from '../../../causes/refusal.ts';
import { Failure } from '../../../core/failure.ts';

interface Trouble {
  match: RegExp;
  cause: (found: RegExpExecArray, server: string) => string;
  hint: string;
}

const troubles: Trouble[] = [
  {
    match: /JAVA_HOME is not set|java: (?:command )?not found|UnsupportedClassVersionError/,
    cause: () => 'the Java of this machine cannot run this Spark',
    hint: 'install openjdk-17-jre-headless, or set JAVA_HOME to another Java',
  },
  {
    match: /Message: Unauthorized|\b401: Unauthorized|code=401/,
    cause: (_, server) => `${server} rejects these credentials`,
    hint: 'check the user of the context in your kubeconfig',
  },
  {
    match: /Caused by: (?:java\.net\.|javax\.net\.ssl\.|java\.nio\.)\w+: (.+)/,
    cause: ([, why], server) => `spark-submit cannot reach ${server}: ${why}`,
    hint: 'check whether the default engine reaches it: omit --engine',
  },
  {
    match: /Caused by: java\.util\.concurrent\.TimeoutException/,
    cause: (_, server) => `spark-submit got no answer from ${server} in time`,
    hint: 'run the command again, or raise spark.kubernetes.submission.requestTimeout',
  },
  {
    match: /^Exception in thread "main" (?:[\w.$]+: )?(.+)$/m,
    cause: ([, why]) => `spark-submit: ${why}`,
    hint: 'read the output of spark-submit',
  },
];

/** `lines` are all it printed; `error` is what ended it. */
export function sparkSubmitFailure(lines: readonly string[], server: string, error: unknown): unknown {
  const text = lines.join('\n');
  const refusal = diagnoseOutput(lines);
  const shared = { cause: error, ...(error instanceof Failure && error.output ? { output: error.output } : {}) };
  if (refusal) return new Failure(refusal.cause, { hint: refusal.cure, ...shared });
  for (const { match, cause, hint } of troubles) {
    const found = match.exec(text);
    if (found) return new Failure(cause(found, server), { hint, ...shared });
  }
  return error;
}
