// NetworkPolicies on the local cluster: who reaches whom, from a pod's first moment, and while their enforcer is down.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findEnforcement } from '../../tasks/classroom/isolation/enforcement.ts';
import { pauseImage } from '../../tasks/clusters/local/images/system-images.ts';
import { until } from '../../tasks/core/wait.ts';
import { connectKube } from '../../tasks/kube/client.ts';
import { installTools, sandbox, whyNoNodes } from './firesteel.ts';
import { pidOn } from './host.ts';
import {
  buildWalls,
  createOnceAccountIs,
  looksUp,
  onNode,
  openPlaces,
  privateMachine,
  privateServer,
  reaches,
  type Walls,
  wallPod,
} from './walls.ts';

const reason = await whyNoNodes();
const suite = reason ? describe.skip : describe;

suite(`NetworkPolicies on a local cluster${reason ? ` (skipped: ${reason})` : ''}`, () => {
  const box = sandbox();
  const profile = box.profile('walls', 'local:\n  nodes: 2\n');
  const folder = join(box.data, 'firesteel', 'clusters', 'walls');
  const nodes: [string, string] = ['walls-1', 'walls-2'];
  const { signal } = new AbortController();
  const kube = connectKube(() => ({ path: join(folder, 'kubeconfig'), context: 'walls' }), signal);
  let walls: Walls;
  let places: { close(): void };
  let addresses: [string, string];

  beforeAll(async () => {
    await installTools();
    const { code, output } = await box.run('deploy', '--profile', profile, '--yes');
    expect(output).toContain('Cluster walls is ready');
    expect(code).toBe(0);
    const live = (await kube.list({ apiVersion: 'v1', kind: 'Node' })) as unknown as {
      status: { addresses: { address: string }[] };
    }[];
    addresses = live.map(({ status }) => `${status.addresses[0]?.address}`).sort() as [string, string];
    places = openPlaces(nodes, addresses[1]);
    walls = await buildWalls(kube, nodes);
  });
  afterAll(async () => {
    places?.close();
    await box.run('destroy', '--profile', profile, '--yes');
    box.remove();
  });

  /** Every way that is tried, by its name: from where, to where, and whether policies let it through. */
  function ways(): Record<string, [from: string, to: string, port: number, isAllowed: boolean]> {
    const { pods, services } = walls;
    const [first, second] = addresses;
    const at = (name: string) => pods[name] ?? '';
    const service = (name: string) => services[name]?.address ?? '';
    const { nodePort = 0 } = services['door'] ?? {};
    return {
      'own pod, other node': ['a1', at('a2'), 8080, true],
      'own service': ['a1', service('a'), 8888, true],
      'pod of another seat, same node': ['a1', at('b1'), 8080, false],
      'notebook of another seat, same node': ['a1', at('b1'), 8888, false],
      'notebook of another seat, other node': ['a2', at('b1'), 8888, false],
      'service of another seat': ['a1', service('b'), 8888, false],
      'the door': ['a1', at('door1'), 8888, false],
      "the door by its own node's port": ['a1', first, nodePort, false],
      "the door by another node's port": ['a1', second, nodePort, false],
      'DNS by its service': ['a1', service('kube-dns'), 53, true],
      'another port of CoreDNS': ['a1', at('dns'), 8181, false],
      'API server by its service': ['a1', service('kubernetes'), 443, true],
      'API server by its node': ['a2', first, 6443, true],
      'kubelet of the same node': ['a1', first, 10250, false],
      'kubelet of another node': ['a1', second, 10250, false],
      'outside, of a seat that stays inside': ['a1', '203.0.113.10', 80, false],
      'outside, of a seat that may': ['b1', '203.0.113.10', 80, true],
      'a private network, of a seat that may go outside': ['b1', privateMachine, 80, false],
      'a server in it that the seat needs': ['b1', privateServer, 80, true],
      'another seat, of a seat that may go outside': ['b1', at('a1'), 8080, false],
      'the door, of a seat that may go outside': ['b1', at('door1'), 8888, false],
      'door to notebook': ['door1', at('a1'), 8888, true],
      'door to a Spark page, other node': ['door1', at('a2'), 4040, true],
      'door to another port of a seat': ['door1', at('a1'), 8080, false],
    };
  }

  const tried = async () =>
    Object.fromEntries(
      await Promise.all(
        Object.entries(ways()).map(async ([name, [from, to, port]]) => [name, await reaches(from, to, port)] as const),
      ),
    );
  const wanted = (isAllowed = (policy: boolean) => policy) =>
    Object.fromEntries(Object.entries(ways()).map(([name, [, , , policy]]) => [name, isAllowed(policy)]));

  /** Whether the first seat reaches its own pod on the other node, and the other seat's pod. */
  const seen = () => Promise.all(['a2', 'b1'].map((pod) => reaches('a1', walls.pods[pod] ?? '', 8080)));

  const untilItConnects = () =>
    until({
      for: 'connection',
      seconds: 60,
      signal,
      probe: async () => ((await reaches('a1', walls.pods['a2'] ?? '', 8080)) ? { done: true } : { seen: 'none' }),
    });

  test('a seat reaches its own pods, names and the API server, and only the door reaches a seat', async () => {
    expect(await tried()).toEqual(wanted());
    expect(await looksUp('a1', walls.services['kube-dns']?.address ?? '')).toBe(true);
  });

  test('no pod reaches the metadata of a cloud, with policies or without, and a node does', async () => {
    const metadata = (from: string) => reaches(from, '169.254.169.254', 80);
    expect(await Promise.all(['b1', 'door1', 'walls-1'].map(metadata))).toEqual([false, false, true]);
  });

  test('no node can be reached by an address of IPv6', () =>
    expect(nodes.map((node) => onNode(node, 'ip', '-6', 'addr'))).toEqual(['', '']));

  test('a pod is closed from its first moment, even where containerd died just before', async () => {
    process.kill(pidOn('walls-1', 'containerd'), 'SIGKILL');
    const hurry = `/busybox nc -w 2 ${walls.pods['b1']} 8080 </dev/null 2>/dev/null && echo through &`;
    const script = `i=0\nwhile [ $i -lt 30 ]; do ${hurry} /busybox usleep 50000; i=$((i + 1)); done\nwait\necho over`;
    const pod = wallPod('wall-a', 'fresh', 'walls-1', script);
    await createOnceAccountIs(kube, pod);
    const lines = await until({
      for: 'last words of a pod',
      seconds: 90,
      signal,
      probe: async () => {
        const said: string[] = [];
        try {
          for await (const line of kube.logs({ name: 'fresh', namespace: 'wall-a' })) said.push(line);
        } catch {
          // It has not begun.
        }
        return said.includes('over') ? { done: said } : { seen: said.join() };
      },
    });
    expect(lines).toEqual(['over']);
  });

  test('no new connection succeeds while the enforcer is down, and all do after its restart', async () => {
    const service = join(folder, 'nodes', '1', 'services', 'kube-network-policies');
    execFileSync('s6-svc', ['-wd', '-T', '10000', '-d', service]);
    expect(await seen()).toEqual([false, false]);
    const { output } = await box.run('status', '--profile', profile);
    expect(output).toContain('network policies: not known (walls-1: kube-network-policies does not answer)');
    execFileSync('s6-svc', ['-wu', '-T', '10000', '-u', service]);
    await untilItConnects();
    process.kill(pidOn('walls-1', 'kube-network-policies'), 'SIGKILL');
    await untilItConnects();
    expect(await seen()).toEqual([true, false]);
  });

  test('a test shows that policies are enforced, and that they are not after a node has lost its rules', async () => {
    const image = { reference: pauseImage, program: 'busybox' } as const;
    const find = () => findEnforcement({ kube, cleaner: kube, image, signal, onSeen: () => {} });
    const status = async () => (await box.run('status', '--profile', profile)).output;
    expect(await status()).toMatch(/^walls: running .*\nnetwork policies: enforced$/m);
    expect(await find()).toEqual({ verdict: 'enforced' });
    for (const node of nodes) onNode(node, 'iptables', '-t', 'mangle', '-F');
    expect(await find()).toEqual({ verdict: 'not enforced', why: 'forbidden connections get through' });
    expect(await status()).toContain('network policies: not enforced (walls-1: no rules send packets to the enforcer)');
    // Each of the ways above is there, so policies alone were what kept it closed.
    expect(await tried()).toEqual(wanted(() => true));
    const left = await kube.list({ apiVersion: 'v1', kind: 'Namespace' });
    expect(left.map(({ metadata }) => metadata.name).filter((name) => name.startsWith('firesteel-'))).toEqual([]);
  });
});
