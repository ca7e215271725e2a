// Writes the service folders of s6, which starts and restarts programs: https://skarnet.org/software/s6/servicedir.html
import { join } from 'node:path';
import { quoted, shown } from '../../../core/exec.ts';
import type { FileContent } from '../../../core/types.ts';
import type { Component } from './components.ts';

const executable = 0o755;
/** Of a script that can hold the password of a proxy. */
const executableByOwner = 0o700;

/** What puts a program where it runs: processes of s6 are in the node's mounts and in the host's network. */
function place({ host }: Component): string {
  if (host === 'network') return '';
  if (host === 'mounts') return 'nsenter --mount="/proc/$(cat /run/host-process)/ns/mnt" -- ';
  return 'nsenter --net=/run/netns/node -- ';
}

function runScript(component: Component): string {
  // Not as words of a command, which everyone on the machine can read.
  const settings = Object.entries(component.env ?? {}).map(([name, value]) => `export ${name}=${quoted(value)}\n`);
  const wait = (component.awaits ?? []).map((path) => `until [ -e ${path} ]; do sleep 0.05; done\n`).join('');
  return `#!/bin/sh
exec 2>&1
${settings.join('')}${wait}exec ${place(component)}${shown(component.command)}
`;
}

/** A second between restarts at first, then half a second more for each death that s6 remembers, ten at most. */
const backOff = `deaths=$(s6-svdt . | wc -l)
[ "$deaths" -gt 20 ] && deaths=20
sleep $((deaths / 2))
`;

const finishScript = ({ onEnd, isUrgent }: Component): string =>
  `#!/bin/sh\n${onEnd ? `${onEnd}\n` : ''}${isUrgent ? '' : backOff}`;

const logScript = (name: string): string => `#!/bin/sh
exec s6-log -b n2 s4000000 T /run/node/logs/${name}
`;

/** The service folder of a component, in the node's `services` folder. */
export function serviceFiles(servicesFolder: string, component: Component): FileContent[] {
  const folder = join(servicesFolder, component.name);
  return [
    { path: join(folder, 'run'), content: runScript(component), mode: executableByOwner },
    { path: join(folder, 'finish'), content: finishScript(component), mode: executable },
    { path: join(folder, 'timeout-finish'), content: '15000\n' },
    { path: join(folder, 'log', 'run'), content: logScript(component.name), mode: executable },
    ...(component.needsApi ? [{ path: join(folder, 'down'), content: '' }] : []),
  ];
}
