// The few types that everything else uses.

/** A command is a value before it is an action: the program, then its arguments, never a shell string. */
export type Command = readonly [program: string, ...args: string[]];

export interface ExecOptions {
  /** Written to standard input, which is closed after it; secrets go this way, never as arguments. */
  input?: string;
  /** Added to this process's environment. */
  env?: Record<string, string>;
  cwd?: string;
  /** Called for each line of stdout and stderr as it comes. */
  onLine?: (line: string) => void;
  /** Start in its own session and answer its process id at once; both outputs go to this file. It outlives this process. */
  detachedTo?: string;
  /** Run with root's rights: unchanged for root, through `sudo -n` for others. */
  asRoot?: boolean;
}

/** Runs a command to its end and answers its stdout; throws Failure with the command and its last lines. */
export type Exec = (command: Command, options?: ExecOptions) => Promise<string>;

/** A file to be written; `mode` is octal, 0o644 if not given. Parent folders are made. Written whole or not at all. */
export interface FileContent {
  path: string;
  content: string | Uint8Array;
  mode?: number;
  /** What a dry run shows of it; left out, its path alone. */
  shown?: string;
}

/** Changes of files and folders; a dry run prints them instead. */
export interface FileVerbs {
  /** Writes files; those that have this content and mode already are left alone. */
  write(files: FileContent[]): Promise<void>;
  /** Removes these with all that is in them; what is absent is fine. */
  remove(...paths: string[]): Promise<void>;
  /** Makes these folders and those above them. */
  mkdir(...paths: string[]): Promise<void>;
  /** Gives a file or folder another path on the same disk: in place of a file, and of no folder but an empty one. */
  move(from: string, to: string): Promise<void>;
}
