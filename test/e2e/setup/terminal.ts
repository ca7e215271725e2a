// A real terminal for tests: tmux, its screen as text, keys typed into it.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { shown } from '../../../tasks/core/exec.ts';
import { until } from './until.ts';

/** Why there is no terminal on this machine; undefined if there is one. */
export const whyNoTerminal =
  process.platform === 'linux' && ['/usr/bin/tmux', '/usr/local/bin/tmux'].some(existsSync)
    ? undefined
    : 'tmux is not installed';

/** A command that runs in a terminal. */
export interface Terminal {
  /** Waits until the screen shows the text, at most this number of seconds. */
  sees(text: string, seconds?: number): Promise<void>;
  /** Types text. */
  types(text: string): void;
  /** Presses keys by their names in tmux, such as Enter, Down, C-c. */
  presses(...keys: string[]): void;
  /** Everything that was on the screen, from the first line on. */
  screen(): string;
  /** The same with its colours, as a terminal gets them. */
  colours(): string;
  /** Waits for the end of the command and returns its exit code. */
  exitCode(): Promise<number>;
  close(): void;
}

export interface TerminalOptions {
  columns: number;
  env: Record<string, string>;
  cwd: string;
}

/** Starts a command on a terminal of 60 rows. */
export function openTerminal(command: readonly string[], { columns, env, cwd }: TerminalOptions): Terminal {
  const folder = mkdtempSync(join(tmpdir(), 'fs-terminal-'));
  const socket = join(folder, 'tmux');
  const tmux = (...words: string[]) =>
    execFileSync('tmux', ['-S', socket, ...words], { encoding: 'utf8', stdio: 'pipe' });
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const line = `${shown(['env', '-i', ...variables, ...command])}; echo "exit code $?"; exec sleep 600`;
  execFileSync(
    'tmux',
    ['-S', socket, '-f', '/dev/null', 'new-session', '-d', '-x', `${columns}`, '-y', '60', '-c', cwd, line],
    { stdio: 'pipe' },
  );
  const screen = () => tmux('capture-pane', '-p', '-S', '-').replace(/\s+$/, '\n');
  const sees = (text: string, seconds?: number) => until(() => screen().includes(text), `"${text}"`, screen, seconds);
  return {
    sees,
    screen,
    colours: () => tmux('capture-pane', '-p', '-e', '-S', '-'),
    types: (text) => void tmux('send-keys', '-l', '--', text),
    presses: (...keys) => void tmux('send-keys', ...keys),
    async exitCode() {
      await sees('exit code ');
      return Number(/exit code (\d+)/.exec(screen())?.[1]);
    },
    close() {
      tmux('kill-server');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
