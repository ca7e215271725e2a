// The only error class: what happened, the last output, and one thing to do.

/** Exit codes of every verb, as docs/commands.md lists them; `submit` also exits with the driver's own code. */
export const exitCode = {
  done: 0,
  failed: 1,
  usage: 2,
  drift: 3,
  partly: 4,
  interrupted: 130,
} as const;

interface FailureDetail {
  /** One imperative sentence, with the command where there is one. */
  hint?: string;
  /** The last lines a failed program printed. */
  output?: string;
  /** How the process ends; 1 if not given. */
  exitCode?: number;
  /** The exit code of the program that failed. */
  programExitCode?: number;
  cause?: unknown;
}

export class Failure extends Error {
  readonly hint: string | undefined;
  readonly output: string | undefined;
  readonly exitCode: number;
  readonly programExitCode: number | undefined;

  constructor(message: string, detail: FailureDetail = {}) {
    super(message, { cause: detail.cause });
    this.name = 'Failure';
    this.hint = detail.hint;
    this.output = detail.output;
    this.exitCode = detail.exitCode ?? exitCode.failed;
    this.programExitCode = detail.programExitCode;
  }
}

/** What was thrown, in words. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Bad input: exit code 2, nothing changed yet. */
export function usageFailure(message: string, hint?: string): Failure {
  return new Failure(message, { ...(hint ? { hint } : {}), exitCode: exitCode.usage });
}

/** What a usage Failure says, with its hint; any other error is thrown again. */
export function usageText(error: unknown): string {
  if (!(error instanceof Failure) || error.exitCode !== exitCode.usage) throw error;
  return error.hint ? `${error.message}\n→ ${error.hint}` : error.message;
}
