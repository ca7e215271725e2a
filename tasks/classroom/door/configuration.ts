// The configuration files of the door, from docker/door/. Pure but for reading those.
import { readFileSync } from 'node:fs';
import { projectPath } from '../../core/paths.ts';
import { labPort } from '../../notebooks/server/names.ts';
import { doorPages, filledIn, type PageSettings } from './pages.ts';

/** What the door of a class is made of, beside its seats. */
export interface DoorSettings extends PageSettings {
  /** Address of the cluster's DNS, with a port if that is not 53: nginx reads no /etc/resolv.conf. */
  resolver: string;
  /** What names of services end with; `cluster.local` if not given. */
  clusterDomain?: string;
  /** How many seats the class has. */
  seats: number;
  /** Port, or address and port, to listen at; `doorPort` if not given. */
  listen?: string;
}

/** Where the door listens in its pod. */
export const doorPort = 8443;

/** Of one request, such as a file that is not uploaded in pieces. */
const largestBody = '512m';

/** A browser holds up to ten connections, and for each there is another one to the pod. */
const connectionsFor = (seats: number): number => Math.max(8192, 32 * seats);

const doorFile = (name: string): string => readFileSync(projectPath('docker', 'door', name), 'utf8');

/** Every file of the door's folder `config`, by name. None holds a secret. */
export function doorConfiguration(settings: DoorSettings): Record<string, string> {
  const { end, resolver, clusterDomain = 'cluster.local', seats, listen = `${doorPort}` } = settings;
  // The first lines explain the file to a person who edits it.
  const template = doorFile('nginx.conf').replace(/^(#.*\n)+/, '');
  return {
    'nginx.conf': filledIn(template, {
      connections: `${connectionsFor(seats)}`,
      expires: end.toUTCString(),
      lab: `${labPort}`,
      largestBody,
      listen,
      resolver,
      upstream: `notebook.$namespace.svc.${clusterDomain}`,
    }),
    ...Object.fromEntries(
      ['door-headers.conf', 'seat.conf', 'page.css', 'page.js'].map((name) => [name, doorFile(name)]),
    ),
    ...doorPages(settings, doorFile),
  };
}
