// Starts the credential plug-ins of a kubeconfig: the person sees what they say, and can answer on a terminal.
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { basename } from 'node:path';
import { shown } from '../../core/exec.ts';
import { tellTrouble } from '../../core/trouble.ts';
import type { KubeSource } from '../types.ts';

/** Milliseconds after which the wait for a plug-in is worth a word. */
const quietMs = 5000;

interface PlugInOptions {
  /** `interactiveMode` of the kubeconfig. */
  interactiveMode?: string | undefined;
  signal?: AbortSignal | undefined;
  quietMs?: number;
}

const say = (line: string): void => {
  // Outside of a step nobody listens.
  if (!tellTrouble(line)) process.stderr.write(`${line}\n`);
};

/** The program again, as kubectl calls it; its words stay out: they may be secret. */
const waitingLine = (command: string, { path, context }: KubeSource): string => {
  const byHand = shown(['kubectl', `--kubeconfig=${path}`, `--context=${context}`, 'get', '--raw=/version']);
  return `waiting for credentials from ${basename(command)}; if it waits for you, press Ctrl-C and run it once by hand: ${byHand}`;
};

/** As `spawn` of node:child_process; errors of the program end with its lines, which are shown as they come, too. */
export const plugInStarter =
  (source: KubeSource, { interactiveMode, signal, ...times }: PlugInOptions) =>
  (command: string, words: readonly string[] | null = [], options: SpawnOptions = {}): ChildProcess => {
    const mayAsk = interactiveMode !== 'Never' && process.stdin.isTTY;
    const child = spawn(command, words ?? [], {
      ...options,
      // An open pipe that nobody writes to would be waited for.
      stdio: [mayAsk ? 'inherit' : 'ignore', 'pipe', 'pipe'],
      ...(signal ? { signal } : {}),
    });
    child.stderr?.on('data', (piece: Buffer | string) => {
      // A question ends without a newline.
      for (const line of String(piece).split(/\r?\n/)) if (line.trim() !== '') say(line);
    });
    const timer = setTimeout(() => say(waitingLine(command, source)), times.quietMs ?? quietMs);
    const end = () => clearTimeout(timer);
    child.once('error', end);
    child.once('close', end);
    return child;
  };
