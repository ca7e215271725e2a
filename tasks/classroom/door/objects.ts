// The objects of the door: templates/door.yaml filled in. Pure but for reading that and docker/door/.
import type { KeyPair } from '../../core/certificates.ts';
import { Failure } from '../../core/failure.ts';
import { shortHash } from '../../core/files/hash.ts';
import { renderTemplate } from '../../kube/render.ts';
import type { Manifest } from '../../kube/types.ts';
import { labPort } from '../../notebooks/server/names.ts';
import type { Seat } from '../types.ts';
import { type DoorSettings, doorConfiguration, doorPort } from './configuration.ts';
import { doorUser } from './image.ts';
import { seatTables } from './seat-tables.ts';

/** How browsers reach the door from outside of the cluster. */
export type DoorService =
  /** By a port of every node, which the cluster chooses; `classroom door` relays to it. */
  | { type: 'NodePort' }
  /** By a load balancer of the cloud: one port where seats are hosts, a port for each seat where there is no domain. */
  | { type: 'LoadBalancer'; ports: number[]; sourceRanges?: string[]; address?: string };

export interface DoorRequest {
  /** Namespace of the class's own, for the door alone. */
  namespace: string;
  /** Name of the class, for the label `firesteel/class` of the namespace. */
  class: string;
  image: string;
  settings: Omit<DoorSettings, 'seats'>;
  seats: readonly Seat[];
  certificate: KeyPair;
  service: DoorService;
  pullSecrets: readonly { name: string }[];
}

const labels = { 'app.kubernetes.io/name': 'door' };

/** Ports of Spark's own pages in a pod, a session each; docker/door/nginx.conf has the same. */
const pages = { first: 4040, last: 4059 };

/** Of all data of a Secret: https://kubernetes.io/docs/concepts/configuration/secret/#restriction-data-size */
const mostSecretBytes = 2 ** 20;

/**
 * Files as data and as items of a volume. Each key tells the content of all: a new pod waits until its node has just
 * these, and cannot start with what the node remembers of the object.
 */
function versioned(files: Readonly<Record<string, string>>) {
  const version = shortHash(files);
  const items = Object.keys(files).map((path) => ({ key: `${version}-${path}`, path }));
  const data = Object.fromEntries(items.map(({ key, path }) => [key, files[path] ?? '']));
  return { data, items };
}

const encoded = (data: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(data).map(([key, text]) => [key, Buffer.from(text).toString('base64')]));

/** As measured: 11 MiB idle, 45 KiB for each open WebSocket, and room for a first page load of many at once. */
const resourcesFor = (seats: number) => ({
  requests: { cpu: '100m', memory: '64Mi' },
  limits: { memory: `${Math.max(128, 64 + Math.ceil(seats * 0.4))}Mi` },
});

function serviceSpec(service: DoorService): object {
  const port = (number: number, name: string) => ({ name, port: number, targetPort: 'https' });
  if (service.type === 'NodePort') return { type: service.type, selector: labels, ports: [port(doorPort, 'https')] };
  return {
    type: service.type,
    selector: labels,
    ports: service.ports.map((number) => port(number, `port-${number}`)),
    ...(service.sourceRanges ? { loadBalancerSourceRanges: service.sourceRanges } : {}),
    ...(service.address ? { loadBalancerIP: service.address } : {}),
  };
}

/** What has an address before the door runs: its namespace and its Service. */
export const entranceObjects = (request: Pick<DoorRequest, 'namespace' | 'class' | 'service'>): Promise<Manifest[]> =>
  renderTemplate('door-entrance', {
    namespace: request.namespace,
    class: request.class,
    service: serviceSpec(request.service),
  });

/** Every object of the door. Throws Failure with every problem of its seats. */
export async function doorObjects(request: DoorRequest): Promise<Manifest[]> {
  const { namespace, image, settings, seats, certificate, pullSecrets } = request;
  const config = versioned(doorConfiguration({ ...settings, seats: seats.length }));
  const text = seatTables(seats);
  if (Buffer.byteLength(text) > mostSecretBytes)
    throw new Failure(`the tables of ${seats.length} seats are too large for a Secret: more than 1 MiB`, {
      hint: 'split the class in two, or choose shorter names or a shorter domain',
    });
  const tables = versioned({ 'seats.conf': text });
  const tls = versioned({ 'tls.crt': certificate.certificatePem, 'tls.key': certificate.keyPem });
  const behind = await renderTemplate('door', {
    namespace,
    image,
    labels,
    podLabels: labels,
    user: doorUser,
    port: doorPort,
    lab: labPort,
    pages,
    // The server refuses a list of no namespaces; a place of none is the door's namespace, where nothing listens.
    namespaces: seats.length > 0 ? seats.map((seat) => seat.namespace).sort() : [namespace],
    dns: `${settings.resolver}/${settings.resolver.includes(':') ? 128 : 32}`,
    config,
    seats: { ...tables, data: encoded(tables.data) },
    tls: { ...tls, data: encoded(tls.data) },
    resources: resourcesFor(seats.length),
    pullSecrets,
  });
  return [...(await entranceObjects(request)), ...behind];
}
