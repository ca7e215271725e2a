// Chooses how output looks: a live list or plain lines, with care for a closed pipe and a full disk.
import { stripVTControlCharacters } from 'node:util';
import { exitCode } from '../../tasks/core/failure.ts';

/** Whether a list can be redrawn: not on terminals without a width or a cursor, nor on those of programs. */
export function canRedraw(
  { isTTY, columns }: { isTTY?: boolean; columns?: number } = process.stdout,
  { TERM, CI }: NodeJS.ProcessEnv = process.env,
): boolean {
  const isInCi = CI !== undefined && !['', '0', 'false'].includes(CI);
  return isTTY === true && (columns ?? 0) > 0 && TERM !== undefined && !['', 'dumb'].includes(TERM) && !isInCi;
}

/** Whether lines are to be read out: `--plain`, ACCESSIBLE=1, or a terminal that cannot move its cursor. */
export function isPlain(
  { plain }: { plain: boolean },
  { ACCESSIBLE, TERM }: NodeJS.ProcessEnv = process.env,
  { isTTY }: { isTTY?: boolean } = process.stdout,
): boolean {
  return (
    plain ||
    (isTTY === true && TERM === 'dumb') ||
    (ACCESSIBLE !== undefined && !['', '0', 'false'].includes(ACCESSIBLE))
  );
}

/** Whether a drawing is for people at a terminal, and no line of it breaks there. */
export const canDraw = (
  drawing: string,
  terminal: { isTTY?: boolean; columns?: number } = process.stdout,
  variables: NodeJS.ProcessEnv = process.env,
): boolean =>
  canRedraw(terminal, variables) &&
  drawing.split('\n').every((line) => stripVTControlCharacters(line).length <= (terminal.columns ?? 0));

/** Whether colours are shown: to people alone, and not to those who ask for none. https://no-color.org */
export const canColour = (
  { isTTY }: { isTTY?: boolean } = process.stdout,
  { TERM, NO_COLOR }: NodeJS.ProcessEnv = process.env,
): boolean => isTTY === true && !NO_COLOR && TERM !== undefined && !['', 'dumb'].includes(TERM);

/** Keeps the process running when its output is lost. The process then ends with 1, unless the reader closed the output. */
export function guardOutput(): void {
  let isLost = false;
  const lose = (name: string) => (error: NodeJS.ErrnoException) => {
    if (isLost || error.code === 'EPIPE') return;
    isLost = true;
    process.on('exit', () => {
      process.exitCode ||= exitCode.failed;
    });
    process.stderr.write(`✖ cannot write to ${name}: ${error.message}\n→ send the output to a disk with free space\n`);
  };
  process.stdout.on('error', lose('standard output'));
  process.stderr.on('error', lose('standard error'));
}

/** Calls `end` when a write to standard output fails; returns a function that stops this. */
export function onLostOutput(end: () => void): () => void {
  process.stdout.once('error', end);
  return () => void process.stdout.off('error', end);
}
