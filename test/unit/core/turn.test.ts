import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { projectPath } from '../../../tasks/core/paths.ts';
import { takeTurn } from '../../../tasks/core/turn.ts';

const holder = `
  import { takeTurn } from '${projectPath('tasks', 'core', 'turn.ts')}';
  await takeTurn('turn-test');
  process.stdout.write('held');
  setInterval(() => {}, 1000);
`;
const children = new Set<ReturnType<typeof spawn>>();
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
});

async function holdElsewhere() {
  const child = spawn('node', ['--import', 'tsx', '--input-type=module', '--eval', holder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.add(child);
  await once(child.stdout, 'data');
  return child;
}

test('another process has to wait, and sees which one has the lock', async () => {
  const child = await holdElsewhere();
  await expect(takeTurn('turn-test')).rejects.toThrow(`process ${child.pid} is starting or stopping cluster turn-test`);
  (await takeTurn('another-cluster'))();
});

test('the lock of a killed process is free', async () => {
  const child = await holdElsewhere();
  child.kill('SIGKILL');
  await once(child, 'close');
  (await takeTurn('turn-test'))();
});

test('a released lock can be taken again', async () => {
  (await takeTurn('turn-test'))();
  (await takeTurn('turn-test'))();
});
