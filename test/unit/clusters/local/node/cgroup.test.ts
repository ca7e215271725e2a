// The cgroup of a node, made in a folder that looks like the cgroups of version 2.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { projectPath } from '../../../../../tasks/core/paths.ts';
import { ownFolderOfTest } from '../../../../own-folder.ts';

const script = projectPath('docker', 'node', 'cgroup.sh');

/** Runs the script on a tree with these files in its root, and these controllers for the node. */
function run(root: Record<string, string>, controllers: string) {
  const folder = ownFolderOfTest({});
  const node = join(folder, 'firesteel', 'local-1');
  mkdirSync(node, { recursive: true });
  for (const at of [folder, join(folder, 'firesteel')])
    writeFileSync(join(at, 'cgroup.controllers'), 'cpu memory pids\n');
  writeFileSync(join(node, 'cgroup.controllers'), controllers);
  for (const [name, content] of Object.entries(root)) writeFileSync(join(folder, name), content);
  const { status, stderr } = spawnSync('sh', ['-euc', '. "$1"', 'sh', script], {
    encoding: 'utf8',
    env: { ...process.env, cgroups: folder, NODE_CGROUP: 'firesteel/local-1' },
  });
  // A plain file keeps the last that was written.
  const read = (name: string) =>
    existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8').trim() : undefined;
  return { folder, status, stderr, read };
}

describe('the cgroup of a node', () => {
  test('takes the process, and every controller of the cgroups above', () => {
    const { status, read } = run({}, 'cpu memory pids\n');
    expect(status).toBe(0);
    expect(read('cgroup.subtree_control')).toBe('+pids');
    expect(read('firesteel/cgroup.subtree_control')).toBe('+pids');
    expect(read('firesteel/local-1/init/cgroup.procs')).toBe('0');
    expect(read('init/cgroup.procs')).toBeUndefined();
  });

  test("in a container, moves the container's processes below its root", () => {
    const { status, read } = run({ 'cgroup.type': 'domain\n', 'cgroup.procs': '11\n12\n' }, 'cpu memory pids\n');
    expect(status).toBe(0);
    expect(read('init/cgroup.procs')).toBe('12');
  });

  test('without a controller of kubelets, ends with a line that names it', () => {
    const { folder, status, stderr } = run({}, 'cpu memory\n');
    expect(status).toBe(1);
    expect(stderr).toBe(
      `cgroup ${folder}/firesteel/local-1 has no controller pids: does one above it hold processes?\n`,
    );
  });
});
