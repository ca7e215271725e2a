// Connects this process's streams with a process in a pod: keys of a terminal, or bytes of a script.
import { constants } from 'node:os';
import { splitLines } from '../core/lines.ts';
import type { PodProcess } from '../kube/types.ts';
import type { Show } from '../steps/types.ts';

/** Whether a person types: anything else is a script, read to its end. */
export const isTerminal = (): boolean => process.stdin.isTTY === true;

/** All of standard input. */
export async function readScript(): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of process.stdin) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

/** Lets a person work in it until it ends; its exit code. Every key goes there, Ctrl-C among them. */
export async function joinTerminal(shell: PodProcess): Promise<number> {
  const { stdin, stdout } = process;
  const resize = () => shell.resize(stdout.columns ?? 80, stdout.rows ?? 24);
  const type = (keys: Buffer) => void shell.write(keys);
  // A balancer on the way takes a connection without a word on it for dead.
  const alive = setInterval(resize, aliveMs);
  resize();
  stdout.on('resize', resize);
  stdin.setRawMode(true);
  stdin.on('data', type);
  stdin.resume();
  shell.stdout.pipe(stdout, { end: false });
  try {
    return await shell.ended;
  } finally {
    clearInterval(alive);
    stdout.off('resize', resize);
    stdin.off('data', type);
    stdin.setRawMode(false);
    stdin.pause();
  }
}

export const aliveMs = 20_000;

/** Shows what a script writes; its exit code. */
export async function showOutput(shell: PodProcess, show: Show): Promise<number> {
  shell.stderr.pipe(process.stderr, { end: false });
  for await (const line of splitLines(shell.stdout)) show.lines(line);
  return shell.ended;
}

const ending = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Does something that ends when this process is asked to: `end` is called then, and the exit code is the signal's, as a
 * shell has it. With `leaves`, Ctrl-C at a terminal is left to the child that has it, too.
 */
export async function untilAsked(
  action: () => Promise<number>,
  end: (signal: NodeJS.Signals) => void,
  { leaves = false } = {},
): Promise<number> {
  let asked: NodeJS.Signals | undefined;
  const handle = (signal: NodeJS.Signals) => {
    if (leaves && signal === 'SIGINT') return;
    asked = signal;
    end(signal);
  };
  for (const signal of ending) process.on(signal, handle);
  try {
    const code = await action();
    return asked ? 128 + constants.signals[asked] : code;
  } catch (error) {
    if (asked) return 128 + constants.signals[asked];
    throw error;
  } finally {
    for (const signal of ending) process.off(signal, handle);
  }
}
