// git in the image of seats: where it is, and that what it calls by other names leads back to it.
import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { seatLayer } from '../../../tasks/classroom/image.ts';
import { projectPath } from '../../../tasks/core/paths.ts';
import { readProfile } from '../../../tasks/profile/read.ts';
import { ownFolderOfTest } from '../../own-folder.ts';

test('seats have git on the path, and what it needs in the folder that it names', async () => {
  const { files } = seatLayer(await readProfile('local', []));
  const program = files.find(({ to }) => to === '/usr/local/bin/git')?.from ?? '';
  expect(statSync(program).mode & 0o111).toBe(0o111);
  const folder = files.find(({ digest }) => digest !== undefined)?.to;
  expect(readFileSync(program, 'utf8').match(/\/opt\/\w+/g)).toEqual(Array(4).fill(folder));
});

test('git that is called as git-upload-pack does that', () => {
  const folder = ownFolderOfTest();
  const put = (name: string, content: string) => writeFileSync(join(folder, name), content, { mode: 0o755 });
  put('git', '#!/bin/sh\necho "$@"\n');
  copyFileSync(projectPath('docker', 'classroom', 'git-helper.sh'), join(folder, 'git-upload-pack'));
  const said = execFileSync(join(folder, 'git-upload-pack'), ['--strict', 'a folder'], {
    encoding: 'utf8',
    env: { ...process.env, PATH: `${folder}:${process.env['PATH']}` },
  });
  expect(said).toBe('upload-pack --strict a folder\n');
});
