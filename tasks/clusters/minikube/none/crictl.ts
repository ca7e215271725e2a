// Links crictl to a folder of sudo's PATH, because minikube without a VM calls `sudo crictl`.
import { lstatSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { toolsFolder } from '../../../core/paths.ts';
import type { Exec } from '../../../core/types.ts';
import type { SingleStep } from '../../../steps/types.ts';

/** In every sudo's secure_path. */
const link = '/usr/local/bin/crictl';
const ours = (): string => join(toolsFolder(), 'crictl');

const isFound = (read: Exec): Promise<boolean> =>
  read(['sudo', '-n', 'sh', '-c', 'command -v crictl']).then(
    (path) => path.trim() !== '',
    () => false,
  );

const isOurs = (): boolean =>
  (lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink() ?? false) && readlinkSync(link) === ours();

/** A crictl that sudo finds already is used unchanged. */
export const linkCrictl = (): SingleStep => ({
  title: 'Make crictl visible to sudo',
  skip: async ({ read }) => (await isFound(read)) && 'already visible',
  run: async ({ run }) => void (await run(['ln', '--symbolic', '--force', ours(), link], { asRoot: true })),
});

/** Only the link that we made goes. */
export const unlinkCrictl = (): SingleStep => ({
  title: 'Remove the link to crictl',
  skip: () => !isOurs() && 'not made by firesteel',
  run: async ({ run }) => void (await run(['rm', link], { asRoot: true })),
});
