// Flags as they come from the command line.

/** The flags every verb has; docs/commands.md says what they mean. */
export interface Flags {
  profile: string;
  set: string[];
  dryRun: boolean;
  exitCode: boolean;
  json: boolean;
  yes: boolean;
  plain: boolean;
  verbose: boolean;
}

/** What was given of a verb's flags, by their names in camel case. */
export type OwnFlags = Readonly<Record<string, string | undefined>>;
