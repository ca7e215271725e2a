// A firesteel command with a text on its standard input: a shell and its script.
import { type ChildProcess, spawn } from 'node:child_process';
import { projectPath } from '../../tasks/core/paths.ts';
import { firesteelCommand } from '../built-command.ts';
import type { Ended, Sandbox } from './firesteel.ts';

/** What a program printed on its two outputs. */
export interface Printed {
  output: string;
  log: string;
}

export interface Typed {
  child: ChildProcess;
  ended: Promise<Ended & Printed>;
  /** Printed so far. */
  texts: Printed;
}

/** Starts it in the sandbox; `before` are words that run it somewhere else. */
export function typed(box: Sandbox, text: string, words: readonly string[], before: readonly string[] = []): Typed {
  box.ran.push(words);
  const [program = '', ...args] = [...before, ...firesteelCommand, ...words];
  const child = spawn(program, args, { env: box.env(), cwd: projectPath(), stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.on('error', () => {});
  child.stdin.end(text);
  const texts = { output: '', log: '' };
  child.stdout.on('data', (piece) => {
    texts.output += piece;
  });
  child.stderr.on('data', (piece) => {
    texts.log += piece;
  });
  const ended = new Promise<Ended & Printed>((resolve) => child.on('close', (code) => resolve({ code, ...texts })));
  return { child, ended, texts };
}
