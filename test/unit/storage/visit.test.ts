// What the pod's program leaves at an address, with a file system that copies folders as Hadoop's does.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectPath } from '../../../tasks/core/paths.ts';
import { ownFolderOfTest } from '../../own-folder.ts';

const program = readFileSync(projectPath('docker', 'storage', 'visit.py'), 'utf8').split('\ntry:\n')[0] ?? '';

/** Hadoop's methods over folders of this machine: a folder is copied into one that exists. */
const localFiles = `
class Found(str):
    def getPath(self):
        return self

class Files:
    def __init__(self, fails_at):
        self.fails_at = fails_at
    def globStatus(self, pattern):
        return [Found(one) for one in glob.glob(pattern)]
    def exists(self, path):
        return os.path.exists(path)
    def delete(self, path, recursive):
        if not os.path.exists(path):
            return False
        if os.path.isdir(path):
            for name in sorted(os.listdir(path)):
                if name == self.fails_at:
                    raise RuntimeError("the connection ended")
                self.delete(os.path.join(path, name), True)
            os.rmdir(path)
        else:
            os.remove(path)
        return True
    def copyFromLocalFile(self, _, overwrite, source, to):
        source = source.removeprefix("file://")
        if os.path.isdir(to):
            to = os.path.join(to, os.path.basename(source))
        os.makedirs(os.path.dirname(to), exist_ok=True)
        shutil.copytree(source, to) if os.path.isdir(source) else shutil.copy(source, to)
    def create(self, path, _):
        return open(path, "w")
`;

/** Puts the files of a folder at an address; `failsAt` is the name at which a removal breaks off. */
function replace(work: string, address: string, marker: string, failsAt = ''): void {
  const call = 'replace((None, Files(sys.argv[6]), str), sys.argv[3], sys.argv[4], sys.argv[5])';
  const args = ['-c', `${program}\n${localFiles}\n${call}`, 'put', '{}', work, address, marker, failsAt];
  execFileSync('python3', args, { stdio: 'pipe' });
}

function folderWith(...paths: string[]): string {
  const folder = ownFolderOfTest();
  for (const path of paths) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), path);
  }
  return folder;
}

const left = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map((one) => join(one.parentPath, one.name).slice(folder.length + 1))
    .sort();

test('a set that changed leaves nothing of the former one, and no folder in a folder', () => {
  const address = join(folderWith(), 'rides');
  replace(folderWith('old.csv', 'days/1.csv', 'days/2.csv'), address, '_firesteel-a');
  expect(left(address)).toEqual(['_firesteel-a', 'days/1.csv', 'days/2.csv', 'old.csv']);
  replace(folderWith('days/1.csv'), address, '_firesteel-b');
  expect(left(address)).toEqual(['_firesteel-b', 'days/1.csv']);
});

test('an interrupted removal leaves no marker of a set that is there in part', () => {
  const address = folderWith('1.csv', '9.csv', '_firesteel-a');
  expect(() => replace(folderWith('1.csv'), address, '_firesteel-b', '9.csv')).toThrow();
  expect(left(address)).toEqual(['9.csv']);
});
