// Seats on a local cluster of two nodes, with a door and places outside, and connections from the networks of their pods.
import { execFile, execFileSync } from 'node:child_process';
import { apiEndpoints, networksIn } from '../../tasks/classroom/isolation/networks.ts';
import { type SeatNetwork, seatPolicies } from '../../tasks/classroom/isolation/policies.ts';
import { pauseImage } from '../../tasks/clusters/local/images/system-images.ts';
import { until } from '../../tasks/core/wait.ts';
import type { Kube, Manifest } from '../../tasks/kube/types.ts';
import { pidOn } from './host.ts';

const { signal } = new AbortController();
const user = 185;
/** Tells processes of these pods from all others of this machine. */
const word = (pod: string): string => `wall-${process.pid}-${pod}`;

/** A pod that listens at all ports of a seat, restricted, on a node. */
export function wallPod(namespace: string, name: string, node: string, script?: string): Manifest {
  const listen = [8080, 8888, 4040].map((port) => `/busybox httpd -p ${port} -h /`);
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels: { app: name.replace(/\d$/, '') } },
    spec: {
      nodeName: node,
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: 1,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: { runAsNonRoot: true, runAsUser: user, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          name: 'one',
          image: pauseImage,
          command: [
            '/busybox',
            'sh',
            '-c',
            script ?? [...listen, 'while :; do /busybox sleep 9; done'].join('\n'),
            word(name),
          ],
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
          // The kubelet is not a pod, and is let in all the same.
          ...(script ? {} : { readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 } }),
        },
      ],
    },
  };
}

const service = (namespace: string, app: string, type: string): Manifest => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: app, namespace },
  spec: { type, selector: { app }, ports: [{ port: 8888 }] },
});

/** Puts a namespace under the policies of a seat. */
export async function closeAsSeat(kube: Kube, namespace: string, opened: Partial<SeatNetwork> = {}): Promise<void> {
  const seat = { namespace, door: 'wall-door', api: await apiEndpoints(kube), ...opened };
  for (const policy of seatPolicies(seat)) await kube.apply(policy);
}

/** Where things are. */
export interface Walls {
  pods: Record<string, string>;
  services: Record<string, { address: string; nodePort: number }>;
}

interface Live extends Manifest {
  status?: { podIP?: string; conditions?: { type: string; status: string }[] };
  spec: { clusterIP?: string; ports?: { nodePort?: number }[] };
}

/** Makes two seats, of which the second reaches the internet, and a door; waits until all their pods are ready. */
export async function buildWalls(kube: Kube, [first, second]: [string, string]): Promise<Walls> {
  const label = { 'pod-security.kubernetes.io/enforce': 'restricted' };
  for (const name of ['wall-a', 'wall-b', 'wall-door'])
    await kube.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: label } });
  await closeAsSeat(kube, 'wall-a');
  const outside = { except: networksIn(await networkObjects(kube)) };
  await closeAsSeat(kube, 'wall-b', { outside, servers: [{ address: privateServer, port: 80 }] });
  const services = [
    service('wall-a', 'a', 'ClusterIP'),
    service('wall-b', 'b', 'ClusterIP'),
    service('wall-door', 'door', 'NodePort'),
  ];
  const pods = [
    wallPod('wall-a', 'a1', first),
    wallPod('wall-a', 'a2', second),
    wallPod('wall-b', 'b1', first),
    wallPod('wall-door', 'door1', first),
  ];
  const walls: Walls = { pods: {}, services: {} };
  for (const one of services) {
    const { metadata, spec } = (await kube.apply(one)) as Live;
    walls.services[metadata.name] = { address: `${spec.clusterIP}`, nodePort: spec.ports?.[0]?.nodePort ?? 0 };
  }
  const own = await kube.list({ apiVersion: 'v1', kind: 'Service' });
  for (const { metadata, spec } of own as Live[])
    walls.services[metadata.name] ??= { address: `${spec.clusterIP}`, nodePort: 0 };
  for (const pod of pods) await createOnceAccountIs(kube, pod);
  const dns = await kube.list({
    apiVersion: 'v1',
    kind: 'Pod',
    namespace: 'kube-system',
    labelSelector: 'k8s-app=kube-dns',
  });
  for (const pod of [...pods, ...dns])
    walls.pods[pod === dns[0] ? 'dns' : pod.metadata.name] = await until<string>({
      for: `ready pod ${pod.metadata.name}`,
      seconds: 90,
      signal,
      probe: async () => {
        const { status } = (await kube.get({ ...pod, ...pod.metadata })) as Live;
        const isReady = status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True');
        return isReady && status?.podIP ? { done: status.podIP } : { seen: JSON.stringify(status?.conditions) };
      },
    });
  return walls;
}

async function networkObjects(kube: Kube) {
  const list = (kind: string, apiVersion = 'v1') => kube.list({ apiVersion, kind });
  const serviceCidrs = await list('ServiceCIDR', 'networking.k8s.io/v1');
  return { nodes: await list('Node'), pods: await list('Pod'), serviceCidrs };
}

/** The default account of a new namespace is late by moments. */
export const createOnceAccountIs = (kube: Kube, pod: Manifest): Promise<Manifest> =>
  until({
    for: `account of ${pod.metadata.namespace}`,
    seconds: 30,
    signal,
    probe: () =>
      kube.create(pod).then(
        (done) => ({ done }),
        (error: Error) => ({ seen: error.message }),
      ),
  });

const networkOfPod = (pod: string): string =>
  `/proc/${execFileSync('pgrep', ['--full', '--newest', `${word(pod)}$`], { encoding: 'utf8' }).trim()}/ns/net`;
const networkOfNode = (node: string): string => `/proc/${pidOn(node, 'containerd')}/ns/net`;

/** Runs a command in the network of a node. */
export const onNode = (node: string, ...words: string[]): string =>
  execFileSync('nsenter', [`--net=${networkOfNode(node)}`, ...words], { encoding: 'utf8' });

/** Whether a busybox in the network of a pod, or of a node, succeeds there as a user without rights. */
function succeeds(from: string, ...words: string[]): Promise<boolean> {
  const net = from.includes('-') ? networkOfNode(from) : networkOfPod(from);
  const asUser = ['setpriv', `--reuid=${user}`, '--regid=0', '--clear-groups', 'busybox', ...words];
  return new Promise((done) => {
    execFile('nsenter', [`--net=${net}`, ...asUser], (error) => done(!error)).stdin?.end();
  });
}

/** Whether a connection works; what is forbidden is silent until the time is up. */
export const reaches = (from: string, address: string, port: number): Promise<boolean> =>
  succeeds(from, 'nc', '-w', '3', address, `${port}`);

/** Whether cluster DNS answers over UDP. */
export const looksUp = (from: string, server: string): Promise<boolean> =>
  succeeds(from, 'nslookup', '-type=a', 'kubernetes.default.svc.cluster.local.', server);

/** Whether a node has addresses of IPv6 on its links. */
const setIpv6 = (node: string, isOff: 0 | 1): void => {
  for (const links of ['all', 'default'])
    onNode(node, 'sh', '-c', `echo ${isOff} > /proc/sys/net/ipv6/conf/${links}/disable_ipv6`);
};

/** Gives a node addresses that nobody has, with something that listens there at port 80, and link-local ones of IPv6. */
export function openFreeAddresses(node: string, addresses: readonly string[]): { close(): void } {
  for (const address of addresses) onNode(node, 'ip', 'addr', 'add', `${address}/32`, 'dev', 'lo');
  setIpv6(node, 0);
  const listen = ['busybox', 'nc', '-ll', '-p', '80', '-e', 'true'];
  const listener = execFile('nsenter', [`--net=${networkOfNode(node)}`, ...listen]);
  return {
    close: () => {
      listener.kill('SIGKILL');
      setIpv6(node, 1);
      for (const address of addresses) onNode(node, 'ip', 'addr', 'del', `${address}/32`, 'dev', 'lo');
    },
  };
}

/** Two machines of a school, of which seats need the second one. */
export const [privateMachine, privateServer] = ['10.99.0.10', '10.99.0.11'] as const;

const places = ['169.254.169.254', '203.0.113.10', privateMachine, privateServer];

/** Gives the second node the addresses of a cloud's metadata and of a place outside, and the first one the way there. */
export function openPlaces([first, second]: [string, string], secondAddress: string): { close(): void } {
  for (const place of places) {
    onNode(second, 'ip', 'addr', 'add', `${place}/32`, 'dev', 'lo');
    onNode(first, 'ip', 'route', 'add', place, 'via', secondAddress);
  }
  const listen = ['busybox', 'nc', '-ll', '-p', '80', '-e', 'true'];
  const listener = execFile('nsenter', [`--net=${networkOfNode(second)}`, ...listen]);
  return { close: () => void listener.kill('SIGKILL') };
}
