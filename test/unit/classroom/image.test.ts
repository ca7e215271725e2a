// The image of seats: which kubectl students get.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { seatLayer } from '../../../tasks/classroom/image.ts';
import { readProfile } from '../../../tasks/profile/read.ts';
import { ownFolderOfTest } from '../../own-folder.ts';

const kubectlOf = ({ files }: ReturnType<typeof seatLayer>) => files.find(({ to }) => to === '/usr/local/bin/kubectl');

test('a kubectl that a step installs later is in the layer, and a script of that name is not', async () => {
  const folder = ownFolderOfTest({ XDG_CACHE_HOME: '' });
  const [scripts, programs] = ['scripts', 'programs'].map((name) => join(folder, name)) as [string, string];
  const layer = seatLayer(await readProfile('local', []), `${scripts}:${programs}`);
  mkdirSync(scripts);
  writeFileSync(join(scripts, 'kubectl'), '#!/bin/sh\n');
  expect(kubectlOf(layer)).toBeUndefined();
  mkdirSync(programs);
  writeFileSync(join(programs, 'kubectl'), '\x7fELF and more');
  expect(kubectlOf(layer)?.from).toBe(join(programs, 'kubectl'));
});
