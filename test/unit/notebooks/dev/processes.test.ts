import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { endProcesses, findProcesses, processOf, stackParts } from '../../../../tasks/notebooks/dev/processes.ts';
import { markVariable } from '../../../../tasks/notebooks/dev/settings.ts';
import { type Stack, stackPath } from '../../../../tasks/notebooks/dev/stack.ts';
import type { Context } from '../../../../tasks/steps/types.ts';
import { ownFolderOfTest } from '../../../own-folder.ts';

const stack: Stack = {
  kind: 'processes',
  notebooks: '/home/ann/notebooks',
  ports: { lab: 8888, master: 7077, pages: 8080, driver: 4040 },
  secret: 'hidden',
  settings: '',
};
const parts = stackParts(stack, { sparkHome: '/spark', environment: '/env', cached: '/cached' }, 2);
const mark = `${markVariable}=${stackPath()}`;

/** A folder like /proc: by process id its variables, and its words. */
function fakeProc(processes: Record<string, [environ: string[], words: string[]]>): string {
  const folder = mkdtempSync(join(tmpdir(), 'fs-proc-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [pid, [environ, words]] of Object.entries(processes)) {
    mkdirSync(join(folder, pid));
    writeFileSync(join(folder, pid, 'environ'), `${environ.join('\0')}\0`);
    writeFileSync(join(folder, pid, 'cmdline'), `${words.join('\0')}\0`);
  }
  return folder;
}

test('master and worker have addresses of this machine alone, and more cores than one application takes', () => {
  expect(
    parts.map(({ command }) => command.slice(command.findIndex((word) => word.startsWith('/'))).join(' ')),
  ).toEqual([
    '/spark/bin/spark-class org.apache.spark.deploy.master.Master --host 127.0.0.1 --port 7077 --webui-port 8080',
    `/spark/bin/spark-class org.apache.spark.deploy.worker.Worker --host 127.0.0.1 --webui-port 0 --cores 8 --work-dir ${stackPath('work')} spark://127.0.0.1:7077`,
    '/env/bin/python -m jupyterlab',
  ]);
});

describe('processes of the stack', () => {
  const proc = () =>
    fakeProc({
      10: [
        ['A=1', mark],
        ['java', '-cp', 'x', 'org.apache.spark.deploy.master.Master', '--host', '127.0.0.1'],
      ],
      11: [[mark], ['/env/bin/python', '-m', 'jupyterlab']],
      12: [[mark], ['/env/bin/python', '-m', 'ipykernel_launcher', '-f', 'x.json']],
      13: [[`${mark}-two`], ['java', 'org.apache.spark.deploy.worker.Worker']],
      14: [[`OTHER=${mark}`], ['sleep']],
      self: [[mark], ['node']],
    });

  test('are those with its mark', () => {
    const pids = findProcesses(proc()).map(({ pid }) => pid);
    expect(pids.sort()).toEqual([10, 11, 12]);
  });

  test.each([
    ['Spark master', 10],
    ['Spark worker', undefined],
    ['JupyterLab', 11],
  ])('%s is process %s', (title, pid) => {
    const part = parts.find((one) => one.title === title);
    expect(part && processOf(part.name, findProcesses(proc()))?.pid).toBe(pid);
  });
});

const ended = (child: ReturnType<typeof spawn>): Promise<NodeJS.Signals | null> =>
  new Promise((resolve) => child.on('exit', (_code, signal) => resolve(signal)));

test.runIf(process.platform === 'linux')(
  'ending takes those with the mark, those they started, and nobody else',
  async () => {
    ownFolderOfTest();
    const env = { ...process.env, [markVariable]: stackPath() };
    const ours = spawn('sh', ['-c', 'setsid sleep 600 & sleep 600'], { env, stdio: 'ignore', detached: true });
    const other = spawn('sleep', ['600'], { stdio: 'ignore' });
    onTestFinished(() => void other.kill());
    while (findProcesses().filter(({ commandLine }) => commandLine.startsWith('sleep')).length < 2)
      await new Promise((resolve) => setTimeout(resolve, 20));
    const end = ended(ours);
    const context = {
      change: (_what: string, action: () => unknown) => action(),
      signal: new AbortController().signal,
    };
    await endProcesses(context as unknown as Context);
    expect(await end).toBe('SIGTERM');
    expect(findProcesses()).toEqual([]);
    expect(other.exitCode ?? other.signalCode).toBeNull();
  },
);
