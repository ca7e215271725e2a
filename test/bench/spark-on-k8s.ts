// PyPI's spark-on-k8s in one Python process, which gets how much to submit and answers how long that took.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { cachePath, projectPath } from '../../tasks/core/paths.ts';
import { exec } from './measure.ts';
import type { Submitted } from './submission.ts';

const version = '0.12.1';
/** The newest client would refuse the pods of that version, which it takes for templates. */
const requirements = [`spark-on-k8s==${version}`, 'kubernetes==33.1.0'];
const folder = (): string => cachePath('bench', `spark-on-k8s-${version}`);

export interface SparkOnK8s {
  submit(count: number, threads: number): Promise<Submitted>;
  end(): void;
}

async function install(): Promise<void> {
  if (existsSync(folder())) return;
  const fresh = `${folder()}.${process.pid}`;
  await exec(['pip3', 'install', '--quiet', '--target', fresh, ...requirements]);
  await exec(['mv', '--no-target-directory', fresh, folder()]);
}

/** Starts it; `words` are those of spark-on-k8s.py. */
export async function startSparkOnK8s(words: string[], signal: AbortSignal): Promise<SparkOnK8s> {
  await install();
  const child = spawn('python3', [projectPath('test', 'bench', 'spark-on-k8s.py'), ...words], {
    env: { ...process.env, PYTHONPATH: folder() },
    stdio: ['pipe', 'pipe', 'inherit'],
    signal,
  });
  const failed = new Promise<never>((_, fail) => child.on('error', fail));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async submit(count, threads) {
      child.stdin.write(`${count} ${threads}\n`);
      const { value, done } = await Promise.race([lines.next(), failed]);
      if (done) throw new Error('spark-on-k8s ended');
      return JSON.parse(value) as Submitted;
    },
    end: () => child.stdin.end(),
  };
}
